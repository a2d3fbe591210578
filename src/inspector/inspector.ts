import type { Logger } from 'pino';
import type { RoundTripRow } from '../evidence/recorder.ts';
import type { ConnectionLog } from '../gateway/connection-log.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { PerSide } from './api.ts';
import { inspectorApp } from './app.ts';
import type { Archive } from './archive.ts';
import { Checker } from './check/checker.ts';
import type { ListeningTap, LiveJournal } from './desk.ts';
import type { Health } from './health.ts';
import { containerGateway, HiddenClients } from './hidden-clients.ts';
import { Feed } from './live/feed.ts';
import { OpenConnections } from './live/open-connections.ts';
import { RoundTrips } from './live/round-trips.ts';
import { Users } from './live/users.ts';
import { Metrics } from './metrics/metrics.ts';
import { BUILT_PAGE } from './page-files.ts';
import { type PageListen, PageServer } from './server.ts';
import { SignIn } from './sign-in/sign-in.ts';
import { warnSeldom } from './sign-in/warn-seldom.ts';

export interface InspectorOptions {
  readonly token: string;
  /** Names that a Host header may hold beside localhost and addresses, in lower case. */
  readonly hosts: readonly string[];
  /** Names of all taps. */
  readonly taps: readonly string[];
  readonly keepaliveMs: PerSide<number | null>;
  readonly journal: LiveJournal & { roundTrips(row: RoundTripRow): void };
  readonly version: string;
  readonly logger: Logger;
  /** The built page, where it is not in its usual place. */
  readonly page?: string;
  /** The gateway of the container that this is; null outside of one. Found out when not given. */
  readonly gateway?: string | null;
  /** Checks configurations, where another one shall. */
  readonly checker?: Checker;
}

/**
 * What the operator looks at: hears of the connections from the start (`open` observes the gateway, the court calls
 * `onVerdict`), and answers once it listens.
 */
export class Inspector {
  readonly open: OpenConnections;
  readonly #options: InspectorOptions;
  readonly #feed: Feed;
  readonly #metrics: Metrics;
  readonly #roundTrips: RoundTrips;
  readonly #hidden: HiddenClients;
  readonly #checker: Checker;
  #taps: readonly ListeningTap[] = [];
  #server: PageServer | null = null;

  constructor(options: InspectorOptions) {
    const { journal, taps, version, logger, gateway = containerGateway() } = options;
    this.#options = options;
    this.#checker = options.checker ?? new Checker({ warn: (message) => logger.warn(message) });
    this.#hidden = new HiddenClients(gateway);
    this.#feed = new Feed(() => ({ open: this.open.open, recording: journal.status.recording }));
    this.open = new OpenConnections({
      taps,
      users: new Users(),
      publish: (event) => {
        if (event.event === 'opened') this.#hidden.opened(event.data);
        this.#feed.publish(event);
      },
      onRoundTrip: (tap, leg, ms) => {
        this.#metrics.roundTrip(tap, leg, ms);
        this.#roundTrips.add(tap, leg, ms);
      },
    });
    this.#metrics = new Metrics({ open: this.open, journal, version });
    this.#roundTrips = new RoundTrips((row) => journal.roundTrips(row));
  }

  readonly onVerdict = (connection: ConnectionLog, verdict: Verdict, first: boolean): void => {
    if (first) this.#metrics.closed(verdict);
    this.open.onVerdict(connection, verdict, first);
  };

  /** @throws the listener's error (EADDRINUSE …); an error of TLS for what is no certificate */
  async listen(listen: PageListen, archive: Archive, health: () => Health): Promise<PageServer> {
    const { hosts, token, journal, keepaliveMs, logger, page = BUILT_PAGE } = this.#options;
    const signIn = new SignIn({ token, warn: warnSeldom((message) => logger.warn(message)) });
    const desk = {
      archive,
      journal,
      open: this.open,
      feed: this.#feed,
      metrics: this.#metrics,
      signIn,
      checker: this.#checker,
      taps: () => this.#taps,
      keepaliveMs,
      health,
      notes: () => this.#hidden.notes(),
    };
    this.#server = await PageServer.listen(
      listen,
      inspectorApp({ desk, hosts, secure: listen.tls !== null, page, logger }),
    );
    return this.#server;
  }

  /** The gateway listens. */
  started(taps: readonly ListeningTap[]): void {
    this.#taps = taps;
  }

  /** Ends the streams and the listener, and hands the last round trips to the journal. */
  async close(): Promise<void> {
    this.#roundTrips.flush();
    this.#feed.close();
    await this.#checker.close();
    await this.#server?.close();
  }
}
