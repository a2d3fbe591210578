import type { FrameBits } from './frame-bits.ts';

/**
 * The frames of up to 250 ms in one buffer, as they cross to the worker and as they lie in the `hot` table:
 *
 *   u32 connection | u32 µs since the batch began | u32 length, low 32 bits | u32 frame bits (27) + length's high 5 << 27
 *
 * In the machine's byte order, which is little-endian wherever Node 24 is built for but s390x.
 */
export const RECORD_BYTES = 16;
export const RECORD_WORDS = RECORD_BYTES / 4;

/** Frames in one batch: 128 KiB, and at 100,000 frames/s a transaction every 80 ms. */
export const BATCH_FRAMES = 8192;

const LENGTH_SHIFT = 27;
const BITS_MASK = 2 ** LENGTH_SHIFT - 1;
const LOW_WORD = 2 ** 32;
const MAX_US = LOW_WORD - 1;
/** Longest frame that fits, in bytes (128 GiB); a longer one is noted with this length. */
export const MAX_LENGTH = 2 ** 37 - 1;
/** A batch begins this much before its first frame, for frames that are noted slightly out of order. */
const SLACK_US = 1_000_000;

export const recordBits = (word: number): FrameBits => word & BITS_MASK;
export const recordLength = (low: number, word: number): number => (word >>> LENGTH_SHIFT) * LOW_WORD + low;

/** ms since the epoch, as facts have it, to whole µs and back. */
export const toMicros = (ms: number): number => Math.round(ms * 1000);
export const toMillis = (us: number): number => us / 1000;

export class FrameBatch {
  startUs = 0;
  count = 0;
  #words: Uint32Array<ArrayBuffer>;

  constructor(buffer: ArrayBuffer = new ArrayBuffer(BATCH_FRAMES * RECORD_BYTES)) {
    this.#words = new Uint32Array(buffer);
  }

  /** @returns false when the frame needs a new batch: this one is full, or began too long ago or too late */
  add(connection: number, at: number, bits: FrameBits, length: number): boolean {
    const atUs = toMicros(at);
    if (this.count === 0) this.startUs = atUs - SLACK_US;
    const us = atUs - this.startUs;
    if (this.count === BATCH_FRAMES || us < 0 || us > MAX_US) return false;
    const words = this.#words;
    const word = this.count++ * RECORD_WORDS;
    words[word] = connection;
    words[word + 1] = us;
    if (length < LOW_WORD) {
      words[word + 2] = length;
      words[word + 3] = bits;
    } else {
      const kept = Math.min(length, MAX_LENGTH);
      words[word + 2] = kept % LOW_WORD;
      words[word + 3] = bits + Math.floor(kept / LOW_WORD) * 2 ** LENGTH_SHIFT;
    }
    return true;
  }

  /** Gives the buffer away and goes on, empty, with another one of the same size. */
  exchange(buffer: ArrayBuffer): ArrayBuffer {
    const full = this.#words.buffer;
    this.#words = new Uint32Array(buffer);
    this.count = 0;
    return full;
  }
}

/** Payloads of a batch: their bytes one after the other, and for each its record, offset and length. */
export interface PackedPayloads {
  readonly bytes: ArrayBuffer;
  /** Three numbers a payload: record in the batch, offset in `bytes`, length. */
  readonly index: Uint32Array<ArrayBuffer>;
}

/** First size of the arena in bytes; it doubles as needed. */
const ARENA_BYTES = 64 * 1024;

export class PayloadArena {
  #bytes = new Uint8Array(ARENA_BYTES);
  #index: number[] = [];
  used = 0;

  /** Copies the payload. @param record its frame's position in the batch */
  add(record: number, payload: Uint8Array): void {
    const needed = this.used + payload.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.used));
      this.#bytes = larger;
    }
    this.#bytes.set(payload, this.used);
    this.#index.push(record, this.used, payload.length);
    this.used = needed;
  }

  /** Gives the payloads away; null when there are none. */
  take(reuse: ArrayBuffer | undefined): PackedPayloads | null {
    if (this.#index.length === 0) return null;
    const taken = { bytes: this.#bytes.buffer, index: new Uint32Array(this.#index) };
    this.#bytes = reuse === undefined ? new Uint8Array(ARENA_BYTES) : new Uint8Array(reuse);
    this.#index = [];
    this.used = 0;
    return taken;
  }
}
