import type { FrameBits } from './frame-bits.ts';
import type { PackedPayloads } from './journal-batch.ts';
import { BATCH_FRAMES, FrameBatch, PayloadArena, RECORD_BYTES } from './journal-batch.ts';
import type { Entry, PackedFrames } from './journal-protocol.ts';

/** Entries in one batch at most: cloning them for the worker takes about a ms. */
const PARCEL_ENTRIES = 1000;
/** Payload bytes that make a batch go at once. */
const PARCEL_PAYLOAD_BYTES = 4 * 1024 * 1024;
/** Buffers kept for reuse. */
const SPARE_BUFFERS = 8;
/** Larger arenas are left to the garbage collector. */
const SPARE_PAYLOAD_BYTES = 1024 * 1024;
/** What an entry weighs beside its strings, in bytes. */
const ENTRY_BYTES = 200;

/** What goes to the worker at once. */
export interface Parcel {
  readonly entries: readonly Entry[];
  /** About what the entries weigh, in bytes. */
  readonly entryBytes: number;
  readonly frames: PackedFrames | null;
  readonly payloads: PackedPayloads | null;
  /** Bytes of frames and payloads. */
  readonly bulkBytes: number;
}

export const EMPTY_PARCEL: Parcel = { entries: [], entryBytes: 0, frames: null, payloads: null, bulkBytes: 0 };

/** What is left of a parcel that could not be stored: its entries. */
export const withoutBulk = ({ entries, entryBytes }: Parcel): Parcel => ({
  ...EMPTY_PARCEL,
  entries,
  entryBytes,
});

export function entryBytes(entry: Entry): number {
  if (entry.kind === 'fact') return ENTRY_BYTES + entry.json.length;
  if (entry.kind === 'verdict') return ENTRY_BYTES + entry.verdict.json.length;
  if (entry.kind === 'ended') return ENTRY_BYTES + entry.totals.length;
  if (entry.kind === 'opened') return ENTRY_BYTES + entry.head.length + entry.url.length;
  return ENTRY_BYTES;
}

/** Gathers frames and entries until they are taken, and reuses the buffers that come back. */
export class Gatherer {
  readonly #batch = new FrameBatch();
  readonly #arena = new PayloadArena();
  readonly #spareFrames: ArrayBuffer[] = [];
  readonly #sparePayloads: ArrayBuffer[] = [];
  #entries: Entry[] = [];

  get frames(): number {
    return this.#batch.count;
  }

  get entries(): number {
    return this.#entries.length;
  }

  /** A parcel should be taken now: it has grown large enough. */
  get isFull(): boolean {
    return (
      this.#batch.count >= BATCH_FRAMES ||
      this.#arena.used >= PARCEL_PAYLOAD_BYTES ||
      this.#entries.length >= PARCEL_ENTRIES
    );
  }

  /** @returns false when the frame needs a new parcel (FrameBatch.add) */
  frame(connection: number, at: number, bits: FrameBits, length: number, payload: Uint8Array | null): boolean {
    if (!this.#batch.add(connection, at, bits, length)) return false;
    if (payload !== null) this.#arena.add(this.#batch.count - 1, payload);
    return true;
  }

  entry(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** All that was gathered; null when nothing was. */
  take(): Parcel | null {
    if (this.#batch.count === 0 && this.#entries.length === 0) return null;
    const { count, startUs } = this.#batch;
    const entries = this.#entries;
    this.#entries = [];
    return {
      ...weighed(entries),
      bulkBytes: count * RECORD_BYTES + this.#arena.used,
      frames: count === 0 ? null : { bytes: this.#batch.exchange(this.#nextBuffer()), count, startUs },
      payloads: this.#arena.take(this.#sparePayloads.pop()),
    };
  }

  /** The entries alone, in parcels of a bounded size. */
  takeEntries(): Parcel[] {
    const parcels: Parcel[] = [];
    for (let i = 0; i < this.#entries.length; i += PARCEL_ENTRIES) {
      parcels.push({ ...EMPTY_PARCEL, ...weighed(this.#entries.slice(i, i + PARCEL_ENTRIES)) });
    }
    this.#entries = [];
    return parcels;
  }

  /** Drops the frames gathered so far. @returns how many */
  dropFrames(): number {
    const { count } = this.#batch;
    this.#batch.count = 0;
    this.#arena.take(this.#sparePayloads.pop());
    return count;
  }

  /** Buffers of a parcel that the worker has done with. */
  reuse(frames: ArrayBuffer | null, payloads: ArrayBuffer | null): void {
    if (frames !== null && this.#spareFrames.length < SPARE_BUFFERS) this.#spareFrames.push(frames);
    if (payloads === null || payloads.byteLength > SPARE_PAYLOAD_BYTES) return;
    if (this.#sparePayloads.length < SPARE_BUFFERS) this.#sparePayloads.push(payloads);
  }

  #nextBuffer(): ArrayBuffer {
    return this.#spareFrames.pop() ?? new ArrayBuffer(BATCH_FRAMES * RECORD_BYTES);
  }
}

function weighed(entries: readonly Entry[]): Pick<Parcel, 'entries' | 'entryBytes'> {
  return { entries, entryBytes: entries.reduce((sum, entry) => sum + entryBytes(entry), 0) };
}
