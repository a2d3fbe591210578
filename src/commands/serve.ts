import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { pino } from 'pino';
import { Journal } from '../evidence/journal.ts';
import { JournalError } from '../evidence/journal-error.ts';
import { readStatus } from '../evidence/journal-status.ts';
import { NameTable } from '../evidence/names.ts';
import { FrameKeeper } from '../gateway/frame-keeper.ts';
import { Gateway, ListenError } from '../gateway/gateway.ts';
import type { TapOptions } from '../gateway/tap.ts';
import { type HealthServer, startHealthServer } from '../inspector/health.ts';
import { helloConnectionId } from '../mattermost/connection-id.ts';
import { frameName, NAME_PREFIX_BYTES, VERDICT_NAMES } from '../mattermost/frame-name.ts';
import { formatAddress } from '../settings/address.ts';
import type { ServeSettings, TapSettings } from '../settings/serve-settings.ts';
import { formatTarget } from '../settings/target.ts';
import { Court } from './court.ts';

/** DESIGN.md, Contracts. */
const EXIT_USAGE = 2;
const EXIT_CANNOT_START = 3;
const SIGNAL_EXIT = { SIGINT: 130, SIGTERM: 143 } as const;
type EndSignal = keyof typeof SIGNAL_EXIT;

/** Kept of the drain's time for the last verdicts and the journal, in ms. */
const LAST_WORDS_MS = 1_500;

/** Runs the gateway until a signal ends it. @returns the exit code */
export async function serve(settings: ServeSettings): Promise<number> {
  const log = pino({ level: settings.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  const started = await start(settings, (level, message) => log[level](message)).catch((error: unknown) => {
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

  const signal = await signalled;
  log.info(`${signal}: closing ${gateway.open} WebSockets`);
  await gateway.drain(`hangup was stopped (${signal})`, Math.max(0, settings.drainMs - LAST_WORDS_MS));
  court.settle();
  page?.close();
  await journal.close();
  return SIGNAL_EXIT[signal];
}

interface Started {
  readonly gateway: Gateway;
  readonly court: Court;
  readonly journal: Journal;
  readonly page: HealthServer | null;
  readonly ready: string;
}

type Say = (level: 'info' | 'warn' | 'error', message: string) => void;

async function start(settings: ServeSettings, say: Say): Promise<Started> {
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
  const court = new Court(journal, names);
  for (const orphan of orphans) court.bury(orphan, lastSignOfLife);
  if (orphans.length > 0) {
    say('warn', `hangup was killed before: ${orphans.length} open connections are marked as ended by it`);
  }
  const gateway = new Gateway({
    taps,
    recorder: journal,
    observer: court,
    keeper: new FrameKeeper(
      settings.payload,
      {
        prefixBytes: NAME_PREFIX_BYTES,
        nameOf: frameName,
        firsts: new Set<string>(VERDICT_NAMES),
        helloId: helloConnectionId,
      },
      names,
    ),
    keepaliveMs: settings.keepaliveMs,
    deadAfter: settings.deadAfter,
    maxConnections: settings.maxConnections,
    log: say,
  });
  let page: HealthServer | null = null;
  try {
    page = settings.page === null ? null : await startPage(settings.page, journal, gateway);
    const listening = await gateway.start();
    const addresses = listening.map(({ name, address }) => {
      const secure = settings.taps.find((tap) => tap.name === name)?.tls !== null;
      return `${name}=${secure ? 'https' : 'http'}://${formatAddress({ host: address.address, port: address.port })}`;
    });
    if (page !== null) {
      addresses.push(`page=http://${formatAddress({ host: page.address.address, port: page.address.port })}`);
    }
    return { gateway, court, journal, page, ready: ['hangup ready', ...addresses].join(' ') };
  } catch (error) {
    page?.close();
    await journal.close();
    throw error;
  }
}

async function startPage(
  listen: { readonly host: string; readonly port: number },
  journal: Journal,
  gateway: Gateway,
): Promise<HealthServer> {
  try {
    return await startHealthServer(listen, () => {
      const { recording, why } = journal.status;
      return { recording, why, open: gateway.open };
    });
  } catch (error) {
    throw new ListenError('page', formatAddress(listen), error instanceof Error ? error : new Error(String(error)));
  }
}

class CertificateError extends Error {}

function tapOptions(tap: TapSettings): TapOptions {
  const { name, behind, before, idleMs } = tap;
  const text = formatTarget(tap.target);
  return {
    info: { name, behind, before, idleMs },
    listen: tap.listen,
    secure: tap.tls === null ? null : serverContext(name, tap.tls),
    target: {
      host: tap.target.host,
      port: tap.target.port,
      text,
      tls: tap.target.secure
        ? {
            context: targetContext(name, tap.targetTls?.ca ?? null),
            servername: tap.targetTls?.servername ?? tap.target.host,
            insecure: tap.targetTls?.insecure ?? false,
          }
        : null,
    },
    appendForwarded: tap.appendForwarded,
  };
}

function serverContext(tap: string, files: { readonly cert: string; readonly key: string }): SecureContext {
  try {
    return createSecureContext({ cert: readFileSync(files.cert), key: readFileSync(files.key) });
  } catch (error) {
    throw new CertificateError(
      `tap ${tap}: ${files.cert} and ${files.key} are no usable PEM certificate and key: ${messageOf(error)}`,
    );
  }
}

function targetContext(tap: string, ca: string | null): SecureContext {
  try {
    return createSecureContext(ca === null ? {} : { ca: readFileSync(ca) });
  } catch (error) {
    throw new CertificateError(`tap ${tap}: ${ca} holds no usable PEM certificate: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function exitCodeOf(error: unknown): number | null {
  if (error instanceof CertificateError) return EXIT_USAGE;
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
