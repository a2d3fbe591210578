/** `hangup serve` as a real child process, and what `hangup report` says about it. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.ts';
import { type Exit, Program } from './program.ts';
import type { Place } from './proxy.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';
import { WAIT_MS, WaitedInVain } from './until.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const REPORT_INTERVAL_MS = 100;
/** Longer than the default of `--drain`, 10 s: a clean drain must not look like a kill. */
const STOP_GRACE_MS = 15_000;

/** One line of `report --json` (DESIGN.md, Contracts). More fields may come. */
export interface VerdictLine {
  readonly connection: string;
  readonly trace: string | null;
  readonly tap: string;
  readonly url: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly lifetimeMs: number;
  readonly closedBy: string;
  readonly hop: string | null;
  readonly cause: string;
  readonly manner: string;
  readonly closeCode: number | null;
  readonly closeReason: string | null;
  readonly certainty: string;
  readonly summary: string;
  readonly evidence: readonly { readonly at: string; readonly source: string; readonly says: string }[];
  readonly ruledOut: readonly { readonly who: string; readonly because: string }[];
  readonly remedy: string | null;
  readonly refusal?: string | null;
  readonly idle: {
    readonly clientMs: number;
    readonly serverMs: number;
    readonly anyMs: number;
    readonly longestNaturalGapMs: number;
  };
  readonly frames: { readonly client: number; readonly server: number };
}

export interface GatewayOptions {
  /** One tap, named "gateway": a port on 127.0.0.1, `host:port` or a URL. */
  readonly target?: number | string;
  /** Values of `--tap`, in the place of `target`. Their ports are the test's to choose (`freePort`). */
  readonly taps?: readonly string[];
  /** The address that the one tap and the page listen on; default 127.0.0.1. */
  readonly address?: string;
  readonly port?: number;
  /** Default: no page. */
  readonly page?: boolean;
  readonly keepalive?: string;
  /** More arguments of `serve`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: a temporary folder, removed by `close()`. A given one stays, for a second start on the same data. */
  readonly data?: string;
  readonly netns?: Place;
  /** The program in the place of src/main.ts. */
  readonly main?: string;
}

export class Gateway {
  readonly program: Program;
  readonly dataDir: string;
  /** Every address of the ready line by its name: taps by theirs, the page as `page`. `host:port`. */
  readonly addresses: ReadonlyMap<string, string>;
  /** The first tap's. */
  readonly port: number;
  readonly #home: string;
  readonly #options: GatewayOptions;

  private constructor(program: Program, options: GatewayOptions, home: string, ready: string, port: number) {
    this.program = program;
    this.#options = options;
    this.#home = home;
    this.dataDir = dataOf(options, home);
    this.addresses = readAddresses(ready);
    this.port = portOf([...this.addresses].find(([name]) => name !== 'page')?.[1]) ?? port;
  }

  static async start(options: GatewayOptions): Promise<Gateway> {
    const home = temporaryFolder('gateway');
    const port = options.port ?? (await freePort());
    const args = await serveArguments(options, home, port);
    const program = runMain(args, options, home);
    try {
      await program.untilSays(/^hangup ready\b.*\n/m, 10_000);
    } catch (error) {
      await program.stop('SIGKILL');
      removeFolder(home);
      throw error;
    }
    return new Gateway(program, options, home, readyText(program.stdout), port);
  }

  get pid(): number {
    return this.program.pid;
  }

  /** The log. */
  get stderr(): string {
    return this.program.stderr;
  }

  /** The port of a tap, or of the `page`. @throws when the ready line did not name it */
  portOf(name: string): number {
    const port = portOf(this.addresses.get(name));
    if (port === null) throw new Error(`the ready line has no ${name}: ${[...this.addresses].join(' ')}`);
    return port;
  }

  /** Runs `hangup report --json` on the data and reads its lines. @param more arguments, such as `--open` */
  async verdicts(...more: readonly string[]): Promise<VerdictLine[]> {
    const report = runMain(['report', '--data', this.dataDir, '--json', ...more], this.#options, this.#home);
    const exit = await report.exited;
    // 1 is "findings" (DESIGN.md, exit codes).
    if (exit.code !== 0 && exit.code !== 1) throw new Error(`report ended with ${exit.code}:\n${report.stderr}`);
    return report.stdout.split('\n').filter(Boolean).map(readVerdict);
  }

  /** The first verdict that `matches`; asks every 100 ms. Rejects, with all verdicts and the log, after `timeoutMs`. */
  async verdict(matches: (verdict: VerdictLine) => boolean = () => true, timeoutMs = WAIT_MS): Promise<VerdictLine> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const verdicts = await this.verdicts();
      const found = verdicts.find(matches);
      if (found) return found;
      if (performance.now() > deadline) throw new WaitedInVain(inVain(timeoutMs, verdicts, this.stderr));
      await new Promise((resolve) => setTimeout(resolve, REPORT_INTERVAL_MS));
    }
  }

  /** Resolves with the exit after a signal; SIGKILL follows when it has not gone within `graceMs`. */
  stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = STOP_GRACE_MS): Promise<Exit> {
    return this.program.stop(signal, graceMs);
  }

  kill9(): Promise<Exit> {
    return this.program.stop('SIGKILL');
  }

  /** Ends it and removes its folder. */
  async close(): Promise<void> {
    await this.program.stop('SIGTERM', 2_000);
    removeFolder(this.#home);
  }
}

/** Starts `hangup serve` and waits for its ready line. Rejects with its log when it ends instead. */
export const startGateway = (options: GatewayOptions): Promise<Gateway> => Gateway.start(options);

/**
 * The addresses of a ready line by name: `NAME=HOST:PORT`, `NAME=http://HOST:PORT/…`, or an address without a name, which
 * becomes `gateway` (the first) or `page` (the second).
 */
export function readAddresses(ready: string): Map<string, string> {
  const addresses = new Map<string, string>();
  for (const token of ready.split(/[\s,]+/)) {
    const found = /^(?:([\w-]+)[=:])?(?:\w+:\/\/)?((?:\[[0-9a-f:]+\]|[\w.-]+):\d+)(?:\/\S*)?$/i.exec(token);
    if (found === null) continue;
    const [, name = addresses.has('gateway') ? 'page' : 'gateway', address = ''] = found;
    addresses.set(name, address);
  }
  return addresses;
}

/** From the ready line on: addresses may follow it on lines of their own. */
const readyText = (stdout: string): string => stdout.slice(stdout.search(/^hangup ready\b/m) + 'hangup ready'.length);

function portOf(address: string | undefined): number | null {
  const port = /:(\d+)$/.exec(address ?? '')?.[1];
  return port ? Number(port) : null;
}

const dataOf = (options: GatewayOptions, home: string): string => options.data ?? join(home, 'data');

async function serveArguments(options: GatewayOptions, home: string, port: number): Promise<string[]> {
  const address = options.address ?? '127.0.0.1';
  const one = ['--listen', `${address}:${port}`, '--target', targetUrl(options.target ?? 1)];
  return [
    'serve',
    ...(options.taps ? options.taps.flatMap((tap) => ['--tap', tap]) : one),
    ...['--page', options.page ? `${address}:${await freePort()}` : 'off'],
    ...['--data', dataOf(options, home)],
    ...(options.keepalive ? ['--keepalive', options.keepalive] : []),
    ...(options.args ?? []),
  ];
}

function targetUrl(target: number | string): string {
  if (typeof target === 'number') return `http://127.0.0.1:${target}`;
  return target.includes('://') ? target : `http://${target}`;
}

/** Runs hangup in an empty home and working folder, without HANGUP_… of the test machine: no setting comes from there. */
function runMain(args: readonly string[], options: GatewayOptions, home: string): Program {
  mkdirSync(home, { recursive: true });
  const inherited = Object.entries(process.env).filter(([name]) => !/^(HANGUP_|XDG_|NODE_OPTIONS|VITEST)/.test(name));
  const env = { ...Object.fromEntries(inherited), HOME: home, ...options.env };
  const node = join(ROOT, 'node_modules/.bin/node');
  const main = options.main ?? join(ROOT, 'src/main.ts');
  return Program.start([node, main, ...args], { env, cwd: home, netns: options.netns?.name });
}

function readVerdict(line: string): VerdictLine {
  const value: unknown = JSON.parse(line);
  if (isVerdict(value)) return value;
  throw new Error(`not a verdict: ${line}`);
}

/** The fields that every test asks for; the rest is the verdict's own tests' business. */
const isVerdict = (value: unknown): value is VerdictLine =>
  typeof value === 'object' && value !== null && 'connection' in value && 'closedBy' in value && 'cause' in value;

function inVain(timeoutMs: number, verdicts: readonly VerdictLine[], log: string): string {
  const seen = verdicts.map((one) => `${one.tap} ${one.closedBy} ${one.cause} ${one.manner} ${one.certainty}`);
  return `waited ${timeoutMs} ms for a verdict; there are: ${seen.join('; ') || 'none'}\n${log}`;
}
