import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Side } from '../../evidence/fact.ts';
import { GAP_THRESHOLDS_MS } from '../../evidence/timeline.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import type { OpenConnections } from '../live/open-connections.ts';
import type { TapTraffic } from '../live/traffic.ts';

/** From a loopback (0.1 ms) to what no client waits for, in seconds. */
const ROUND_TRIP_BUCKETS_S = [0.0005, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How often the loop's lag is measured, in ms: the 10 that are usual cost 0.6 % of a core for ever. */
const LAG_PRECISION_MS = 100;

/** What the journal tells of itself. */
export interface JournalFigures {
  readonly status: { readonly recording: boolean; readonly droppedFrames: number };
  readonly backlogBytes: number;
  readonly droppedFacts: number;
}

export interface MetricsOptions {
  readonly open: OpenConnections;
  readonly journal: JournalFigures;
  readonly version: string;
}

/**
 * `/metrics`. What changes with every frame is not counted here but read at each scrape, from totals that are kept anyway. The values
 * of labels come from settings (tap, hop) and from the lists of causes and parties, never from the wire.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #closes: Counter<'tap' | 'closed_by' | 'cause' | 'hop' | 'certainty'>;
  readonly #roundTrips: Histogram<'tap' | 'leg'>;
  readonly #open: OpenConnections;
  /** As this scrape sees it: every metric the same. */
  #traffic: readonly TapTraffic[] = [];

  constructor({ open, journal, version }: MetricsOptions) {
    this.#open = open;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: LAG_PRECISION_MS });
    this.#closes = new Counter({
      name: 'hangup_closes_total',
      help: 'Connections that ended, by what the first verdict said 0.3 s after the first closing act; later witnesses may revise a verdict (see /api/summary), never this count.',
      labelNames: ['tap', 'closed_by', 'cause', 'hop', 'certainty'],
      registers,
    });
    this.#roundTrips = new Histogram({
      name: 'hangup_ping_round_trip_seconds',
      help: "Time from hangup's own ping to its pong.",
      labelNames: ['tap', 'leg'],
      buckets: ROUND_TRIP_BUCKETS_S,
      registers,
    });
    addTraffic(registers, open, () => this.#traffic);
    addJournal(registers, journal);
    new Gauge({
      name: 'hangup_build_info',
      help: 'Always 1; its labels say what runs.',
      labelNames: ['version', 'node'],
      registers,
    }).set({ version, node: process.versions.node }, 1);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** The text exposition format. */
  text(): Promise<string> {
    this.#traffic = this.#open.traffic();
    return this.#registry.metrics();
  }

  /** The first verdict on a connection. */
  closed({ tap, closedBy, cause, hop, certainty }: Verdict): void {
    this.#closes.inc({ tap, closed_by: closedBy, cause, hop: hop ?? '', certainty });
  }

  roundTrip(tap: string, leg: Side, ms: number): void {
    this.#roundTrips.observe({ tap, leg }, ms / 1000);
  }
}

function addTraffic(registers: Registry[], open: OpenConnections, traffic: () => readonly TapTraffic[]): void {
  new Gauge({
    name: 'hangup_open_connections',
    help: 'WebSockets that nobody has begun to close.',
    labelNames: ['tap'],
    registers,
    collect() {
      for (const { tap } of traffic()) this.set({ tap }, open.openOf(tap));
    },
  });
  new Counter({
    name: 'hangup_connections_total',
    help: 'WebSocket upgrades asked for, refused ones included.',
    labelNames: ['tap'],
    registers,
    collect() {
      this.reset();
      for (const { tap, connections } of traffic()) this.inc({ tap }, connections);
    },
  });
  for (const [name, what] of [
    ['frames', "WebSocket frames relayed; hangup's own pings and their pongs are not counted."],
    ['bytes', 'Bytes received over WebSockets after the upgrade.'],
  ] as const) {
    new Counter({
      name: `hangup_${name}_total`,
      help: what,
      labelNames: ['tap', 'from'],
      registers,
      collect() {
        this.reset();
        for (const { tap, [name]: sums } of traffic()) {
          for (const from of ['client', 'server'] as const) this.inc({ tap, from }, sums[from]);
        }
      },
    });
  }
  new Counter({
    name: 'hangup_natural_gaps_total',
    help: "Times without a byte but hangup's own pings, of at least so long: how often a timer of that length would have cut a connection.",
    labelNames: ['tap', 'at_least_seconds'],
    registers,
    collect() {
      this.reset();
      for (const { tap, gaps } of traffic()) {
        for (const [i, ms] of GAP_THRESHOLDS_MS.entries()) {
          this.inc({ tap, at_least_seconds: String(ms / 1000) }, gaps[i] ?? 0);
        }
      }
    },
  });
}

function addJournal(registers: Registry[], journal: JournalFigures): void {
  const figures = [
    ['gauge', 'backlog_bytes', 'Bytes of frames that wait to be written.', () => journal.backlogBytes],
    ['gauge', 'recording', '1 while the journal records, 0 while it cannot.', () => Number(journal.status.recording)],
    ['counter', 'dropped_frames_total', 'Frames relayed but not recorded.', () => journal.status.droppedFrames],
    ['counter', 'dropped_facts_total', 'Facts and verdicts not recorded.', () => journal.droppedFacts],
  ] as const;
  for (const [kind, name, help, figure] of figures) {
    const common = { name: `hangup_journal_${name}`, help, registers };
    if (kind === 'gauge') {
      new Gauge({
        ...common,
        collect() {
          this.set(figure());
        },
      });
    } else {
      new Counter({
        ...common,
        collect() {
          this.reset();
          this.inc(figure());
        },
      });
    }
  }
}
