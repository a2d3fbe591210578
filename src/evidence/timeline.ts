import type { Fact, FrameRecord, Side } from './fact.ts';
import { type FrameBits, frameRecord } from './frame-bits.ts';
import type { LegTotals } from './leg-totals.ts';
import { LiveLeg, NO_TIMES } from './live-leg.ts';

export type { LegTotals };

/**
 * The timeline of one connection: facts in order, the last frames, and running totals.
 *
 * It is append-only and bounded: the first facts, every closing fact and a sliding window of frames survive a
 * connection of any length; what was dropped is counted. The totals hold what a verdict needs from further back than
 * the window reaches (an unanswered ping 100 s ago, behind a thousand frames).
 */

/** Facts kept from the beginning, whatever follows. */
const FIRST_FACTS = 32;
/** Facts kept from the end. */
const RECENT_FACTS = 64;
/** Closing facts kept: more than one per kind and side is already odd, a hostile peer can send a million Close frames. */
const CLOSING_FACTS = 32;
/** Frames kept in memory for the verdict and the last-moments picture. */
export const WINDOW_FRAMES = 64;
/** Natural gaps at least this long are counted against the known timers (FIELD-NOTES §3), in ms. */
export const GAP_THRESHOLDS_MS = [30_000, 55_000, 60_000, 90_000, 100_000, 240_000, 300_000, 350_000, 600_000, 900_000];

const SHORTEST_GAP_MS = Math.min(...GAP_THRESHOLDS_MS);

export interface TapInfo {
  readonly name: string;
  /** The neighbour on the client leg (`behind=nginx`), or null when none was named. */
  readonly behind: string | null;
  /** The neighbour on the server leg (`before=nginx`), or null when the target is the server itself. */
  readonly before: string | null;
  /** The neighbour's idle timer as the operator told it (`idle=60s`), in ms; null or absent when not told. */
  readonly idleMs?: number | null;
}

/** The legs as they stood at the first closing act: what came after it is no evidence of why (FIELD-NOTES §2). */
export interface ActTotals {
  readonly client: LegTotals;
  readonly server: LegTotals;
  readonly lastNaturalAt: number;
  readonly longestNaturalGapMs: number;
}

export interface Totals {
  readonly client: LegTotals;
  readonly server: LegTotals;
  /** The last byte that was not an own ping or its answer. */
  lastNaturalAt: number;
  longestNaturalGapMs: number;
  /** Natural gaps of at least GAP_THRESHOLDS_MS[i]. */
  gaps: number[];
  /** When each named frame was first seen, for the few names that a verdict asks about (`hello` …). */
  firsts: Record<string, number>;
  /** Kept by TimelineRecorder.add when the first closing act arrives; null before. */
  act: ActTotals | null;
}

export interface Timeline {
  readonly connection: string;
  readonly tap: TapInfo;
  readonly url: string;
  readonly trace: string | null;
  readonly openedAt: number;
  /** hangup's own ping interval per leg, or null when off. */
  readonly keepaliveMs: Readonly<Record<Side, number | null>>;
  readonly facts: readonly Fact[];
  /** The last frames, oldest first. */
  readonly frames: readonly FrameRecord[];
  readonly totals: Totals;
  readonly dropped: { readonly facts: number; readonly frames: number };
}

export type TimelineHead = Pick<Timeline, 'connection' | 'tap' | 'url' | 'trace' | 'openedAt' | 'keepaliveMs'>;

const CLOSING: ReadonlySet<Fact['kind']> = new Set<Fact['kind']>([
  'upgrade-request',
  'upgrade-answer',
  'target-failed',
  'close-frame',
  'fin',
  'rst',
  'lost',
  'tls-fault',
  'own-close',
  'not-websocket',
  'together',
  'target-refused',
  'idle-recurs',
  'idle-outlived',
  'next-url',
  'ended',
]);

/** Facts that end a connection, or begin to: the first of them is the first closing act. */
const ACTS: ReadonlySet<Fact['kind']> = new Set<Fact['kind']>([
  'close-frame',
  'fin',
  'rst',
  'lost',
  'tls-fault',
  'own-close',
]);

export const isClosing = (fact: Fact): boolean => CLOSING.has(fact.kind);

function emptyLeg(): LegTotals {
  return {
    bytes: 0,
    frames: 0,
    lastByteAt: null,
    lastWriteAt: null,
    silentBeforeWriteMs: null,
    armedAt: null,
    pings: 0,
    lastPingAt: null,
    unansweredPingAt: null,
    pongs: 0,
    lastPongAt: null,
    largestMessage: 0,
    largestMessageAt: null,
    ownPings: 0,
    ownPongs: 0,
    lastOwnPongAt: null,
    roundTripMs: null,
    missedPongs: 0,
    pauses: 0,
    pausedMs: 0,
    pausedSince: null,
  };
}

/** Totals of a connection that has carried nothing yet. */
export function emptyTotals(openedAt: number): Totals {
  return {
    client: emptyLeg(),
    server: emptyLeg(),
    lastNaturalAt: openedAt,
    longestNaturalGapMs: 0,
    gaps: GAP_THRESHOLDS_MS.map(() => 0),
    firsts: {},
    act: null,
  };
}

/**
 * What changes with every frame, as one row of doubles: times of both legs, and behind them the window of the last frames
 * as a ring (time, bits and length, side by side).
 */
const NEW_ROW: readonly number[] = [0, 0, ...NO_TIMES, ...NO_TIMES];
const LAST_NATURAL = 0;
const LONGEST_GAP = 1;
const CLIENT_TIMES = 2;
const SERVER_TIMES = CLIENT_TIMES + NO_TIMES.length;
const WINDOW = NEW_ROW.length;

/** The totals of a connection that is alive. */
export class LiveTotals implements Totals {
  readonly #row: number[];
  readonly client: LiveLeg;
  readonly server: LiveLeg;
  gaps = GAP_THRESHOLDS_MS.map(() => 0);
  firsts: Record<string, number> = {};
  act: ActTotals | null = null;

  constructor(row: number[]) {
    this.#row = row;
    this.client = new LiveLeg(row, CLIENT_TIMES);
    this.server = new LiveLeg(row, SERVER_TIMES);
  }

  get lastNaturalAt(): number {
    return this.#row[LAST_NATURAL] ?? 0;
  }

  get longestNaturalGapMs(): number {
    return this.#row[LONGEST_GAP] ?? 0;
  }

  /** As they stand, as plain data. */
  toJSON(): Totals {
    const { lastNaturalAt, longestNaturalGapMs, client, server } = this;
    return structuredClone({
      ...this,
      lastNaturalAt,
      longestNaturalGapMs,
      client: client.toJSON(),
      server: server.toJSON(),
    });
  }
}

interface Numbered {
  readonly n: number;
  /** As text where it holds headers, which are most of what an idle connection takes: as objects they are twice the size. */
  readonly fact: Fact | string;
}

const unpacked = (fact: Fact | string): Fact => {
  if (typeof fact !== 'string') return fact;
  const parsed: Fact = JSON.parse(fact);
  return parsed;
};

export class TimelineRecorder {
  readonly head: TimelineHead;
  readonly totals: LiveTotals;
  #count = 0;
  readonly #first: Numbered[] = [];
  readonly #closing: Numbered[] = [];
  readonly #recent: Numbered[] = [];
  readonly #row = NEW_ROW.slice();
  #frames = 0;

  constructor(head: TimelineHead) {
    this.head = head;
    this.#row[LAST_NATURAL] = head.openedAt;
    this.totals = new LiveTotals(this.#row);
  }

  /** Appends a fact. @returns its number in this connection, from 0 */
  add(fact: Fact): number {
    const n = this.#count++;
    // nginx's timer for the answer runs on as the idle timer: a 101 within LAZY_REARM_MS of the request does not move it.
    if (fact.kind === 'upgrade-request' || fact.kind === 'upgrade-answer') {
      this.totals.client.rearm(fact.at);
      this.totals.server.rearm(fact.at);
    }
    if (this.totals.act === null && ACTS.has(fact.kind)) {
      const { client, server, lastNaturalAt, longestNaturalGapMs } = this.totals;
      this.totals.act = { client: client.toJSON(), server: server.toJSON(), lastNaturalAt, longestNaturalGapMs };
    }
    const packed = fact.kind === 'upgrade-request' || fact.kind === 'upgrade-answer' ? JSON.stringify(fact) : fact;
    const numbered = { n, fact: packed };
    if (this.#first.length < FIRST_FACTS) this.#first.push(numbered);
    else if (isClosing(fact) && (this.#closing.length < CLOSING_FACTS || this.#isFirstOfItsKind(fact))) {
      this.#closing.push(numbered);
    } else {
      this.#recent.push(numbered);
      if (this.#recent.length > RECENT_FACTS) this.#recent.shift();
    }
    return n;
  }

  /** A FIN behind a million Close frames must not be crowded out by them. */
  #isFirstOfItsKind(fact: Fact): boolean {
    const side = 'from' in fact ? fact.from : null;
    return !this.#closing.some(({ fact: each }) => {
      const kept = unpacked(each);
      return kept.kind === fact.kind && ('from' in kept ? kept.from : null) === side;
    });
  }

  /** Bytes arrived from a side. Called once a read, before they are understood. */
  arrived(leg: LiveLeg, at: number, bytes: number): void {
    leg.arrived(at, bytes);
  }

  /** hangup wrote to a side. */
  wrote(leg: LiveLeg, at: number): void {
    leg.wrote(at, this.head.openedAt);
  }

  /** Bytes crossed that were neither an own ping nor its answer. */
  natural(at: number): void {
    const row = this.#row;
    const gap = at - (row[LAST_NATURAL] ?? at);
    row[LAST_NATURAL] = at;
    if (gap > (row[LONGEST_GAP] ?? 0)) row[LONGEST_GAP] = gap;
    if (gap < SHORTEST_GAP_MS) return;
    for (const [i, threshold] of GAP_THRESHOLDS_MS.entries()) {
      if (gap >= threshold) this.totals.gaps[i] = (this.totals.gaps[i] ?? 0) + 1;
    }
  }

  frame(at: number, bits: FrameBits, length: number): void {
    const place = WINDOW + (this.#frames++ % WINDOW_FRAMES) * 3;
    const row = this.#row;
    row[place] = at;
    row[place + 1] = bits;
    row[place + 2] = length;
  }

  /** The timeline as plain data, for a verdict or the journal. */
  snapshot(nameOf: (id: number) => string | null): Timeline {
    const kept = [...this.#first, ...this.#closing, ...this.#recent].sort((a, b) => a.n - b.n);
    const frames: FrameRecord[] = [];
    for (let i = Math.max(0, this.#frames - WINDOW_FRAMES); i < this.#frames; i++) {
      const place = WINDOW + (i % WINDOW_FRAMES) * 3;
      const [at = 0, bits = 0, length = 0] = this.#row.slice(place, place + 3);
      frames.push(frameRecord(at, bits, length, nameOf));
    }
    return {
      ...this.head,
      facts: kept.map(({ fact }) => unpacked(fact)),
      frames,
      totals: this.totals.toJSON(),
      dropped: {
        facts: this.#count - kept.length,
        frames: Math.max(0, this.#frames - WINDOW_FRAMES),
      },
    };
  }
}
