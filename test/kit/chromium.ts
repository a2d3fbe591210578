/** A real Chromium for tests of the page: its own profile, one clean window a test, and no error that goes unseen. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, describe } from 'vitest';
import { isInstalled, sbinPath } from './program.ts';
import { onExit, removeFolder, temporaryFolder } from './temporary.ts';

/** The names under which distributions have it. The first is Debian's package too. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** No GPU and no sandbox, for tests run as root in containers; and nothing that speaks to the outside by itself. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A wait in vain ends before its test does, and says what it has waited for. In ms. */
const PATIENCE_MS = 12_000;

/** Runs in the page, whose types are not the test's. */
const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
  console.error('forbidden by ' + violatedDirective + ': ' + blockedURI);
})`;

export interface WindowOptions {
  /** In CSS px. */
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly forcedColors?: boolean;
  readonly reducedMotion?: boolean;
  /** Console errors that the test brings about: a 401 is one, as the browser sees it. */
  readonly allow?: RegExp;
}

/** A `describe` that is skipped, with the reason in its name, where there is no Chromium. @throws with CI=true instead */
export function describeInChromium(name: string, body: (browser: TestBrowser) => void): void {
  const program = NAMES.map(pathOf).find((path) => path !== null);
  if (program === undefined) {
    if (process.env.CI === 'true') throw new Error('these tests need the package chromium');
    describe.skip(`${name} (skipped: needs the package chromium)`, () => {});
    return;
  }
  describe(name, () => body(new TestBrowser(program)));
}

/** Playwright wants the whole path. */
function pathOf(name: string): string | null {
  if (!isInstalled(name)) return null;
  return execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8', env: sbinPath() }).trim();
}

interface Opened {
  readonly context: BrowserContext;
  readonly faults: string[];
}

/** Starts with the first window, ends after the last test. Each window forgets everything when its test ends. */
export class TestBrowser {
  readonly #program: string;
  #started: Promise<Browser> | null = null;
  #opened: Opened[] = [];

  constructor(program: string) {
    this.#program = program;
    afterEach(() => this.#closeWindows());
    afterAll(async () => (await this.#started)?.close());
  }

  /**
   * A new window. When the test ends, it fails if the page threw, wrote an error to the console, tried what its Content Security
   * Policy forbids, or asked another machine for anything.
   */
  async open(options: WindowOptions = {}): Promise<Page> {
    this.#started ??= this.#start();
    const browser = await this.#started;
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1280, height: options.height ?? 800 },
      colorScheme: options.scheme ?? 'light',
      forcedColors: options.forcedColors ? 'active' : 'none',
      reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const faults: string[] = [];
    this.#opened.push({ context, faults });
    const fault = (text: string) => {
      if (options.allow?.test(text) !== true) faults.push(text);
    };
    context.on('weberror', (thrown) => fault(`thrown: ${thrown.error().message}`));
    context.on('console', (message) => {
      if (message.type() === 'error') fault(`console: ${message.text()}`);
    });
    context.on('request', (request) => {
      if (!isOfThisMachine(request.url())) fault(`asked another machine: ${request.url()}`);
    });
    // Some violations are told to the page alone.
    await context.addInitScript({ content: TELL_VIOLATIONS });
    return await context.newPage();
  }

  /** What was wrong with the windows of this test so far; it no longer fails the test. */
  takeFaults(): string[] {
    return this.#opened.flatMap(({ faults }) => faults.splice(0));
  }

  async #start(): Promise<Browser> {
    const profile = temporaryFolder('chromium');
    const context = await chromium.launchPersistentContext(profile, { executablePath: this.#program, args: ARGUMENTS });
    const browser = context.browser();
    if (browser === null) throw new Error('this Playwright does not tell the browser of a profile');
    const forget = onExit(() => removeFolder(profile));
    browser.on('disconnected', () => {
      removeFolder(profile);
      forget();
    });
    return browser;
  }

  async #closeWindows(): Promise<void> {
    const opened = this.#opened;
    this.#opened = [];
    for (const { context } of opened) await context.close();
    const faults = opened.flatMap((each) => each.faults);
    if (faults.length > 0) throw new Error(`the page was not well:\n${faults.join('\n')}`);
  }
}

/** Also what has no host: `data:`, `blob:`. */
const isOfThisMachine = (url: string): boolean =>
  ['', '127.0.0.1', '[::1]', 'localhost'].includes(new URL(url).hostname);

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong, one line each: the rule, and where. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger, which no policy of the page stops.
  await page.evaluate(axeSource);
  return await page.evaluate(async () => {
    const axe: { run: () => Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }> } =
      Reflect.get(globalThis, 'axe');
    const { violations } = await axe.run();
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id} (${help}): ${html}`));
  });
}
