import type { Fact, Header, Side, UpgradeAnswered, UpgradeRequested } from '../evidence/fact.ts';
import type { IndexedFrame } from '../evidence/journal-reader.ts';
import type { Cause, Certainty, IdleTimes, Party, Refusal, Verdict } from '../verdict/verdict.ts';

/**
 * The shapes of the API (docs/api.md, docs/openapi.yaml): what the routes answer and the page reads. Types only.
 * Times are ISO 8601 with milliseconds where a person may read them, else ms since the epoch (`at`); durations end in `Ms`.
 */

/** `closing`: the first closing act was seen and the verdict is still to come (300 ms). */
export type ConnectionState = 'open' | 'closing' | 'closed';

export type PerSide<T> = Readonly<Record<Side, T>>;

/** `POST /api/check`. */
export type * from './check/shapes.ts';

/** A connection as lists have it. */
export interface ConnectionView {
  /** The id, as in `report --json`. */
  readonly connection: string;
  readonly state: ConnectionState;
  readonly tap: string;
  /** The neighbours' names; null when none was named. */
  readonly behind: string | null;
  readonly before: string | null;
  /** Secrets masked. */
  readonly url: string;
  readonly trace: string | null;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly lifetimeMs: number;
  readonly client: {
    /** `address:port` as the socket says it. */
    readonly peer: string;
    /** The client's address as the proxies before hangup report it. */
    readonly forwardedFor: string | null;
    readonly userAgent: string | null;
  };
  /** Mattermost's user, where a frame has told. */
  readonly user: { readonly id: string; readonly name: string | null } | null;
  /** hangup's own ping interval per leg; null: off. */
  readonly keepaliveMs: PerSide<number | null>;
  /** At the end, or now. */
  readonly idle: IdleTimes;
  readonly frames: PerSide<number>;
  readonly bytes: PerSide<number>;
  /** Of the last own ping that was answered; null before. */
  readonly roundTripMs: PerSide<number | null>;
  /** Natural gaps of 60 s and more: what nginx's default timer would have cut without hangup's pings. */
  readonly gapsOver60s: number;
  /** null until the first closing act has been judged. */
  readonly verdict: Verdict | null;
}

/** `GET /api/connections`: open ones first (newest first), then closed ones (last closed first). */
export interface ConnectionsPage {
  readonly connections: readonly ConnectionView[];
  /** For `cursor` of the next page; null at the end. */
  readonly next: string | null;
}

/** The query of `/api/connections`, `/api/summary` and `/api/verdicts`; every part narrows. */
export interface ConnectionQuery {
  /** true: open ones only; false: closed ones only. */
  readonly open?: boolean;
  readonly closedBy?: Party;
  readonly cause?: Cause;
  readonly certainty?: Certainty;
  readonly hop?: string;
  readonly tap?: string;
  /** In url, addresses, user agent, user, id, cause or hop; upper and lower case alike. */
  readonly text?: string;
  /** Closed at or after, and before: ms since the epoch. In URLs also ISO 8601, or a duration back from now (`1h`). */
  readonly since?: number;
  readonly until?: number;
  /** `idle.anyMs` at the end, from (included) and to (excluded). */
  readonly idleFromMs?: number;
  readonly idleToMs?: number;
  /** Only these ids. */
  readonly connection?: readonly string[];
}

export type FactView = Fact & {
  /** Where it was seen. */
  readonly where: Side | 'hangup';
  /** One line of words; text of strangers is harmless in it. */
  readonly says: string;
  /** Whether it ends the connection, or begins to. */
  readonly ending: boolean;
};

/** `GET /api/connections/:id`. */
export interface ConnectionDetail extends ConnectionView {
  readonly facts: readonly FactView[];
  /** The last frames, oldest first: the picture of the last moments is drawn from these and the facts. */
  readonly lastFrames: readonly IndexedFrame[];
  /** Facts that fell out of the timeline. */
  readonly droppedFacts: number;
  /** Frames in the journal. */
  readonly recordedFrames: number;
  readonly upgrade: {
    readonly request: UpgradeRequested | null;
    /** The header lines as they went to the server; the same unless the tap appends X-Forwarded-For. */
    readonly sent: readonly Header[] | null;
    readonly answer: UpgradeAnswered | null;
  };
  /** What Mattermost's own log says of this end, where the verdict tells; null otherwise. */
  readonly serverLog: { readonly line: string; readonly level: string; readonly note: string } | null;
  /** Timers of others (FIELD-NOTES §3) to draw into its silences. */
  readonly timers: readonly TimerMark[];
  /** Things to know of this connection, in words: a lost client address, frames that were not recorded … */
  readonly notes: readonly string[];
}

export interface TimerMark {
  readonly ms: number;
  /** `nginx proxy_read_timeout (default)` */
  readonly label: string;
}

/**
 * `GET /api/connections/:id/frames`: a window of the list of frames. A place is a frame's position in the list asked for: in the
 * whole list it is its `index`, in the list without control frames (`control=false`) it is less.
 */
export interface FramesPage {
  /** Frames in the list. */
  readonly total: number;
  /** Place of the first frame of this window; `total` when there is none. */
  readonly first: number;
  readonly frames: readonly IndexedFrame[];
}

/** `from` wins over `at`; without either the window begins at the first frame. */
export interface FramesQuery {
  readonly from?: number;
  /** ms since the epoch: the window begins at the first frame at or after it. */
  readonly at?: number;
  /** 1 … 1000, default 200. */
  readonly limit?: number;
  /** false: data frames and continuations only. */
  readonly control?: boolean;
}

/**
 * `GET /api/connections/:id/gaps?minMs=10000`: silences between frames, in order of time, 1000 at most (the longest). Silences of less
 * than 10 s are not looked for.
 */
export interface GapsPage {
  readonly gaps: readonly {
    /** Index of the frame that ended it. */
    readonly index: number;
    readonly at: number;
    readonly ms: number;
  }[];
  /** How many there are. */
  readonly total: number;
}

/** `GET /api/connections/:id/frames/:index/payload?limit=65536`, as far as `--payload` allowed to keep it; else 404. */
export interface PayloadView {
  /** Bytes kept, and bytes the frame had. */
  readonly kept: number;
  readonly length: number;
  /** The first bytes as text, if the frame is text; null for others. Bytes that are no UTF-8 stand as U+FFFD. */
  readonly text: string | null;
  /** The first bytes in base64, if the frame is not text. */
  readonly base64: string | null;
  /** Whether `limit` cut it. */
  readonly cut: boolean;
}

/** Connections that ended alike. */
export interface CloseGroup {
  readonly closedBy: Party;
  readonly hop: string | null;
  readonly cause: Cause;
  readonly certainty: Certainty;
  readonly count: number;
  /** Shortest and longest `idle.anyMs`; null when none was measured. */
  readonly idleMs: readonly [shortest: number, longest: number] | null;
  /** Of refused upgrades only: why. */
  readonly refusal?: Refusal;
  /** The one further witness that would make the newest of them surer; absent where they are certain. */
  readonly witness?: string;
}

export interface TapView {
  readonly name: string;
  readonly behind: string | null;
  readonly before: string | null;
  readonly listen: string;
  readonly target: string;
  readonly open: number;
}

/** `GET /api/summary`: the closed connections that the query leaves, and the open ones of its tap. */
export interface Summary {
  readonly at: string;
  /** The situation in one sentence, and what to make of it (null: nothing); never surer than the verdicts it rests on. */
  readonly says: string;
  readonly advice: string | null;
  readonly open: number;
  readonly closed: number;
  /** Every party, 0 included. */
  readonly byParty: Readonly<Record<Party, number>>;
  readonly byCertainty: Readonly<Record<Certainty, number>>;
  /** Most frequent first. */
  readonly groups: readonly CloseGroup[];
  readonly taps: readonly TapView[];
  /** hangup's own ping interval now. */
  readonly keepaliveMs: PerSide<number | null>;
  readonly recording: { readonly on: boolean; readonly why: string | null; readonly droppedFrames: number };
  /** What an operator must know to read the rest rightly: Docker's proxy hides addresses, a gap in the record … */
  readonly notes: readonly string[];
  readonly pictures: Pictures;
}

export interface Pictures {
  /** Picture 1: idle time at close, in buckets that grow by a constant factor. */
  readonly idle: {
    readonly buckets: readonly IdleBucket[];
    readonly timers: readonly TimerMark[];
  };
  /** Picture 2: closes over time, oldest bucket first, without gaps; `mass` marks what one neighbour ended at once. */
  readonly closes: {
    readonly bucketMs: number;
    readonly buckets: readonly { readonly at: number; readonly counts: Readonly<Partial<Record<Party, number>>> }[];
    readonly mass: readonly {
      readonly at: number;
      readonly count: number;
      readonly closedBy: Party;
      readonly hop: string | null;
      readonly cause: Cause;
    }[];
  };
  /**
   * Picture 3: Kaplan–Meier estimate of the share of connections that nobody but the client's own Close, or hangup's
   * shutdown, has ended yet; those, and the connections still open, count as censored. So do ends that the query's `closedBy`,
   * `cause`, `certainty` or `hop` leave out: a filter by cause shows how long connections are safe from that cause.
   */
  readonly survival: readonly SurvivalCurve[];
  /** Picture 4: round trips of hangup's own pings. */
  readonly roundTrips: readonly RoundTripSeries[];
}

export interface IdleBucket {
  /** ms, `to` excluded. */
  readonly from: number;
  readonly to: number;
  readonly counts: Readonly<Partial<Record<Party, number>>>;
}

export interface SurvivalCurve {
  readonly tap: string;
  readonly keepaliveMs: PerSide<number | null>;
  readonly connections: number;
  /** Ends that count (not censored). */
  readonly ended: number;
  /** From (0, 1); the share holds from `ms` on until the next point. The last point is where the observation ends. */
  readonly points: readonly { readonly ms: number; readonly share: number }[];
}

export interface RoundTripSeries {
  readonly tap: string;
  readonly leg: Side;
  readonly points: readonly {
    readonly at: number;
    readonly count: number;
    readonly minMs: number;
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly maxMs: number;
  }[];
}

/**
 * `GET /api/live`: server-sent events. Each has an id; a page that was lost sends the last one back (Last-Event-ID) and gets what it
 * missed, or `snapshot` when that is no longer there or it reads too slowly: then it must load its lists again.
 */
export type LiveEvent =
  | { readonly event: 'opened'; readonly data: ConnectionView }
  /** Its first verdict. */
  | { readonly event: 'closed'; readonly data: ConnectionView }
  /** Something late was heard, and the verdict made again. */
  | { readonly event: 'judged'; readonly data: ConnectionView }
  /** Once a second while it changes. */
  | { readonly event: 'status'; readonly data: LiveStatus }
  | { readonly event: 'snapshot'; readonly data: LiveStatus };

export interface LiveStatus {
  readonly at: string;
  readonly open: number;
  readonly recording: boolean;
}

/** Every answer of 400 and above: one sentence that says what to do. */
export interface ApiError {
  readonly error: string;
}
