import { check } from '../nginx/check.ts';
import type { ConfigError, Configuration } from '../nginx/parse/tree.ts';
import { CannotStart } from '../nginx/prove/cannot-start.ts';
import { findNginx, type InstalledNginx, inspectNginx } from '../nginx/prove/nginx-build.ts';
import { NginxRefused } from '../nginx/prove/nginx-process.ts';
import { type Proof, prove as proveConfiguration } from '../nginx/prove/prove.ts';
import { ConfigurationRefused, CopyRefused } from '../nginx/prove/running-copy.ts';
import { harmless } from '../words/harmless.ts';
import { givenConfiguration } from './check/source.ts';
import { type Page, placeOf, textReport } from './check/text-report.ts';
import { type ProveFlags, type ProveSettings, readProveFlags } from './prove/flags.ts';
import { jsonProof } from './prove/json.ts';
import { progressOn } from './prove/progress.ts';
import { proofText } from './prove/text.ts';
import { paintFor } from './report/paint.ts';

/** DESIGN.md, Contracts. */
const EXIT_WRONG = 1;
const EXIT_REFUSED = 2;
const EXIT_CANNOT_START = 3;
/** 128 and the signal's number. */
const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Ending = keyof typeof SIGNAL_EXIT;

/** Columns of a page that is no terminal. */
const PAGE_COLUMNS = 100;

/**
 * `hangup prove`: runs a real nginx with a private copy of the configuration and measures what becomes of WebSockets.
 * @param find looks for this machine's nginx
 * @returns the exit code: 1 for what is measured to be wrong, 2 for a configuration that is refused, 3 where nginx or openssl is missing, or does not do its work
 * @throws SettingsError about a flag or a file that cannot be read
 */
export async function prove(path: string | undefined, flags: ProveFlags, find = findNginx): Promise<number> {
  const settings = readProveFlags(path, flags);
  const given = await givenConfiguration(settings.path);
  if (given.mainAbove !== null) {
    tell(`${harmless(given.mainAbove)} seems to include it: prove that one, to have all of it measured`);
  }
  const configuration = given.read(new Map());
  if (configuration.errors.length > 0) return refuse('errors', configuration.errors, configuration, settings);
  const program = settings.nginx ?? find(process.env.PATH ?? '');
  if (program === null)
    return cannotStart('there is no nginx on this machine; install the package nginx, or name one with --nginx');
  const interrupted = new AbortController();
  let signalled: Ending | null = null;
  const interrupt = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP') signalled ??= signal;
    interrupted.abort();
  };
  const signals: readonly Ending[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, interrupt);
  let nginx: InstalledNginx | null = null;
  try {
    nginx = await inspectNginx(program);
    const proof = await measured(configuration, nginx, settings, interrupted.signal);
    return ended(signalled) ?? report(proof, settings);
  } catch (error) {
    return ended(signalled) ?? failed(error, configuration, settings, nginx);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

const ended = (signalled: Ending | null): number | null => (signalled === null ? null : SIGNAL_EXIT[signalled]);

async function measured(
  configuration: Configuration,
  nginx: InstalledNginx,
  { waitMs, scale, host }: ProveSettings,
  signal: AbortSignal,
): Promise<Proof> {
  const progress = progressOn(process.stderr);
  try {
    return await proveConfiguration(configuration, { nginx, waitMs, scale, host, signal, progress });
  } finally {
    progress.end();
  }
}

function report(proof: Proof, { json }: ProveSettings): number {
  say(json ? JSON.stringify(jsonProof(proof), null, 2) : proofText(proof, page()).join('\n'));
  return proof.problems.some(({ weight }) => weight === 'wrong') ? EXIT_WRONG : 0;
}

function failed(
  error: unknown,
  configuration: Configuration,
  settings: ProveSettings,
  nginx: InstalledNginx | null,
): number {
  if (error instanceof CannotStart) return cannotStart(error.message);
  if (error instanceof NginxRefused)
    return cannotStart(`nginx cannot listen on loopback: ${harmless(error.printed.trim())}`);
  if (error instanceof CopyRefused) return refuse('refused', error.refusals, configuration, settings);
  if (!(error instanceof ConfigurationRefused)) throw error;
  const around = configuration.context === 'http' ? ' (this is a piece: what stands around it was not given)' : '';
  for (const line of error.printed) tell(`nginx does not take the private copy: ${harmless(line)}${around}`);
  return refuse('errors', error.errors, configuration, settings, nginx, error.printed);
}

/**
 * @param why `errors`: nginx refuses them; `refused`: hangup does, as it cannot make them harmless
 * @param nginx that was asked; null where none was
 * @param printed what it said that is about no line
 */
function refuse(
  why: 'errors' | 'refused',
  those: readonly ConfigError[],
  configuration: Configuration,
  { json }: ProveSettings,
  nginx: InstalledNginx | null = null,
  printed: readonly string[] = [],
): number {
  if (json) say(JSON.stringify({ [why]: those, ...(printed.length === 0 ? {} : { printed }) }, null, 2));
  else if (why === 'refused') {
    for (const line of those)
      say(`${placeOf(line)} cannot be made harmless, so nothing is run: ${harmless(line.says)}`);
  } else if (those.length > 0) {
    const result = check(configuration, { version: null, host: null });
    const alone = { ...result, errors: those, findings: [], fine: [], unexamined: [], notes: [] };
    const asked = { version: nginx?.version ?? null, from: nginx?.path ?? 'nothing was run' };
    say(textReport(alone, asked, page()).join('\n'));
  }
  return EXIT_REFUSED;
}

function cannotStart(says: string): number {
  tell(says);
  return EXIT_CANNOT_START;
}

const tell = (says: string): void => {
  process.stderr.write(`hangup: ${says}\n`);
};

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const page = (): Page => ({
  width: process.stdout.isTTY ? process.stdout.columns : PAGE_COLUMNS,
  paint: paintFor(process.stdout.isTTY, process.env),
});
