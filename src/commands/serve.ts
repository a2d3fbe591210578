import { type Logger, pino } from 'pino';
import { Journal } from '../evidence/journal.ts';
import { JournalError } from '../evidence/journal-error.ts';
import { readStatus } from '../evidence/journal-status.ts';
import { NameTable } from '../evidence/names.ts';
import { FrameKeeper } from '../gateway/frame-keeper.ts';
import { Gateway, ListenError } from '../gateway/gateway.ts';
import type { ListeningTap } from '../inspector/desk.ts';
import { FanOut } from '../inspector/live/fan-out.ts';
import { helloConnectionId } from '../mattermost/connection-id.ts';
import { frameName, NAME_PREFIX_BYTES, VERDICT_NAMES } from '../mattermost/frame-name.ts';
import { USER_NAMING } from '../mattermost/users.ts';
import { formatAddress } from '../settings/address.ts';
import type { ServeSettings } from '../settings/serve-settings.ts';
import { formatTarget } from '../settings/target.ts';
import { Court } from './court.ts';
import type { ServedPage } from './serve/page.ts';
import { tapOptions } from './serve/tap-options.ts';
import { UnusableSetting } from './serve/unusable-setting.ts';

/** DESIGN.md, Contracts. */
const EXIT_USAGE = 2;
const EXIT_CANNOT_START = 3;
const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;
type EndSignal = keyof typeof SIGNAL_EXIT;

/** Kept of the drain's time for the last verdicts, the page and the journal, in ms. */
const LAST_WORDS_MS = 1_500;

/** Runs the gateway until a signal ends it. @param version of this hangup @returns the exit code */
export async function serve(settings: ServeSettings, version: string): Promise<number> {
  const log = pino({ level: settings.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  const started = await start(settings, version, log).catch((error: unknown) => {
    const code = exitCodeOf(error);
    if (code === null || !(error instanceof Error)) throw error;
    process.stderr.write(`hangup: ${error.message}\n`);
    return code;
  });
  if (typeof started === 'number') return started;
  const { gateway, court, journal, page, ready } = started;

  // One broken connection must not take the others with it (promise 4: it fails open).
  process.on('uncaughtException', (error) => log.error({ err: error }, 'unexpected error; relaying goes on'));
  const signalled = endSignal();
  process.stdout.write(`${ready}\n`);
  log.info(`recording to ${settings.dataDir}; \`hangup report --data ${settings.dataDir}\` shows the verdicts`);
  page?.sayHowToSignIn(log);

  const signal = await signalled;
  log.info(`${signal}: closing ${gateway.open} WebSockets`);
  await gateway.drain(`hangup was stopped (${signal})`, Math.max(0, settings.drainMs - LAST_WORDS_MS));
  court.settle();
  await page?.close();
  await journal.close();
  return SIGNAL_EXIT[signal];
}

interface Started {
  readonly gateway: Gateway;
  readonly court: Court;
  readonly journal: Journal;
  readonly page: ServedPage | null;
  readonly ready: string;
}

async function start(settings: ServeSettings, version: string, log: Logger): Promise<Started> {
  const say = (level: 'info' | 'warn' | 'error', message: string): void => log[level](message);
  const taps = settings.taps.map(tapOptions);
  const names = new NameTable();
  // Read before it is overwritten: when the last hangup on this journal was last alive.
  const lastSignOfLife = readStatus(settings.dataDir)?.heartbeatAt ?? 0;
  const { journal, orphans } = await Journal.open({
    folder: settings.dataDir,
    names,
    keepMs: settings.keepMs,
    maxDiskBytes: settings.maxDiskBytes,
    log: say,
  });
  const page = await pageOf(settings, journal, version, log);
  const court = new Court(journal, names, page?.inspector.onVerdict);
  for (const orphan of orphans) court.bury(orphan, lastSignOfLife);
  if (orphans.length > 0) {
    say('warn', `hangup was killed before: ${orphans.length} open connections are marked as ended by it`);
  }
  const gateway = new Gateway({
    taps,
    recorder: journal,
    observer: page === null ? court : new FanOut(page.inspector.open, court),
    keeper: new FrameKeeper(
      settings.payload,
      {
        prefixBytes: NAME_PREFIX_BYTES,
        nameOf: frameName,
        firsts: new Set<string>(VERDICT_NAMES),
        helloId: helloConnectionId,
        users: USER_NAMING,
      },
      names,
    ),
    keepaliveMs: settings.keepaliveMs,
    deadAfter: settings.deadAfter,
    maxConnections: settings.maxConnections,
    ...(page === null ? {} : { isOwnPage: page.isOwnPage }),
    log: say,
  });
  try {
    await page?.listen(journal, () => gateway.open);
    const listening = listeningTaps(settings, await gateway.start());
    page?.started(listening);
    const addresses = listening.map(({ name, listen }) => `${name}=${listen}`);
    if (page !== null) addresses.push(page.ready);
    return { gateway, court, journal, page, ready: ['hangup ready', ...addresses].join(' ') };
  } catch (error) {
    await page?.close();
    await journal.close();
    throw error;
  }
}

/** Express and what belongs to it is loaded only where it serves. */
async function pageOf(settings: ServeSettings, journal: Journal, version: string, log: Logger) {
  if (settings.page === null) return null;
  const { ServedPage } = await import('./serve/page.ts');
  return new ServedPage(settings, settings.page, journal, version, log);
}

/** The taps with the addresses that they got. */
function listeningTaps(settings: ServeSettings, started: Awaited<ReturnType<Gateway['start']>>): ListeningTap[] {
  return started.flatMap(({ name, address }) => {
    const tap = settings.taps.find((each) => each.name === name);
    if (tap === undefined) return [];
    const { behind, before, target, tls } = tap;
    const listen = `${tls === null ? 'http' : 'https'}://${formatAddress({ host: address.address, port: address.port })}`;
    return [{ name, behind, before, listen, target: formatTarget(target) }];
  });
}

function exitCodeOf(error: unknown): number | null {
  if (error instanceof UnusableSetting) return EXIT_USAGE;
  return error instanceof ListenError || error instanceof JournalError ? EXIT_CANNOT_START : null;
}

/** The first signal starts the drain; a second one ends the process as the shell expects. */
function endSignal(): Promise<EndSignal> {
  return new Promise((resolve) => {
    let first = true;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (!first) process.exit(SIGNAL_EXIT[signal]);
        first = false;
        resolve(signal);
      });
    }
  });
}
