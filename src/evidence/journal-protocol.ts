import type { Side } from './fact.ts';
import type { PackedPayloads } from './journal-batch.ts';
import type { TroubleReport } from './journal-error.ts';
import type { ClientDescription, RoundTripRow, VerdictRow } from './recorder.ts';
import type { Timeline } from './timeline.ts';

/** What the two halves of the journal say to each other: plain data, ArrayBuffers transferred. */

/** A rare thing to store. Storing one twice leaves the journal as storing it once: a batch may be sent again. */
export type Entry =
  | { readonly kind: 'name'; readonly id: number; readonly name: string }
  | {
      readonly kind: 'opened';
      readonly connection: number;
      readonly id: string;
      readonly tap: string;
      readonly url: string;
      readonly trace: string | null;
      readonly openedAt: number;
      /** hangup's own ping interval per leg, in ms; null: off. */
      readonly keepaliveMs: Readonly<Record<Side, number | null>>;
      readonly client: ClientDescription;
      /** The TimelineHead as JSON. */
      readonly head: string;
    }
  | { readonly kind: 'fact'; readonly connection: number; readonly n: number; readonly json: string }
  | { readonly kind: 'ended'; readonly connection: number; readonly at: number; readonly totals: string }
  | { readonly kind: 'verdict'; readonly connection: number; readonly verdict: VerdictRow }
  | { readonly kind: 'user'; readonly connection: number; readonly id: string }
  | { readonly kind: 'user-name'; readonly id: string; readonly name: string }
  | ({ readonly kind: 'round-trips' } & RoundTripRow)
  | ({ readonly kind: 'gap' } & Gap);

/** A time in which not everything was recorded. */
export interface Gap {
  /** ms since the epoch. */
  readonly since: number;
  readonly until: number;
  /** A JournalTrouble, or `backlog`: the disk was slower than the traffic. */
  readonly code: string;
  readonly why: string;
  readonly droppedFrames: number;
  readonly droppedFacts: number;
}

export interface PackedFrames {
  readonly bytes: ArrayBuffer;
  readonly count: number;
  readonly startUs: number;
}

/** To be stored in one transaction: entries first, then frames. */
export interface Batch {
  readonly kind: 'batch';
  readonly id: number;
  readonly entries: readonly Entry[];
  readonly frames: PackedFrames | null;
  readonly payloads: PackedPayloads | null;
  /** After a refusal the worker refuses every batch unseen until one says so: their order is kept. */
  readonly retry: boolean;
}

export type ToWorker = Batch | { readonly kind: 'close' };

/** A connection that a hangup left behind when it was killed, for the next one to judge and close. */
export interface Orphan {
  readonly number: number;
  /** Where recording of it ended; its totals are counted from the stored frames when it had not ended. */
  readonly timeline: Timeline;
  /** Number of its next fact. */
  readonly nextFact: number;
  readonly ended: boolean;
}

export type FromWorker =
  | {
      readonly kind: 'ready';
      readonly nextConnection: number;
      readonly names: readonly string[];
      readonly orphans: readonly Orphan[];
    }
  | { readonly kind: 'cannot-open'; readonly trouble: TroubleReport }
  | {
      readonly kind: 'answer';
      readonly batch: number;
      /** null: stored. */
      readonly trouble: TroubleReport | null;
      /** The batch's buffers, for reuse. */
      readonly frames: ArrayBuffer | null;
      readonly payloads: ArrayBuffer | null;
    }
  | { readonly kind: 'note'; readonly level: 'info' | 'warn'; readonly message: string }
  | { readonly kind: 'closed'; readonly trouble: TroubleReport | null };

/** What the worker is started with. */
export interface WorkerSettings {
  readonly folder: string;
  readonly busyTimeoutMs: number;
  /** Hot frames that start a compaction. */
  readonly compactFrames: number;
  /** How long closed connections are kept; null: for ever. */
  readonly keepMs: number | null;
  /** What database and log may take on disk; null: no bound. */
  readonly maxDiskBytes: number | null;
  /** False when a crashed worker is replaced: its connections are still alive. */
  readonly wantOrphans: boolean;
}
