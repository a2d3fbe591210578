import type { FrameBits } from './frame-bits.ts';

/**
 * A run of one connection's frames, small: about 5 bytes a frame.
 *
 * A frame is three varints (7 bits a byte, the low ones first, high bit: more follow):
 *   1. time since the frame before in µs, zigzag; the run's first time is kept beside the run
 *   2. shape * 2 + (1: as long as the last frame of this shape). A shape is a value of FrameBits; shapes are numbered as
 *      they come, and the first use of one is followed by its bits
 *   3. unless as long: length minus that of the last frame of this shape, zigzag
 *
 * Traffic has few shapes, and frames of one shape (a ping, a `typing` event) are nearly equally long.
 */

/** A chunk is cut when its run has so many bytes: with the other columns it fills one page (PAGE_BYTES) of the table. */
export const CHUNK_BYTES = 3900;
/** Most frames in a chunk, so that reading one out of its middle stays cheap. */
export const CHUNK_FRAMES = 1000;
/** Four varints of at most 8 bytes (2^53). */
const LONGEST_FRAME_BYTES = 32;

export interface FrameRun {
  readonly count: number;
  /** µs since the epoch. */
  readonly firstUs: number;
  readonly lastUs: number;
  readonly bytes: Uint8Array;
}

/** Arithmetic instead of shifts: lengths and times pass 2^32. Exact for |n| < 2^52. */
const zigzag = (n: number): number => (n >= 0 ? 2 * n : -2 * n - 1);
const unzigzag = (n: number): number => (n % 2 === 0 ? n / 2 : -(n + 1) / 2);

export class RunEncoder {
  readonly #bytes = new Uint8Array(CHUNK_BYTES + LONGEST_FRAME_BYTES);
  readonly #shapes = new Map<FrameBits, number>();
  readonly #lengths: number[] = [];
  #used = 0;
  #count = 0;
  #firstUs = 0;
  #lastUs = 0;

  get isFull(): boolean {
    return this.#used >= CHUNK_BYTES || this.#count >= CHUNK_FRAMES;
  }

  /** Call `take` first when `isFull`. @param atUs whole µs since the epoch */
  add(atUs: number, bits: FrameBits, length: number): void {
    if (this.#count === 0) {
      this.#firstUs = atUs;
      this.#lastUs = atUs;
    }
    this.#put(zigzag(atUs - this.#lastUs));
    this.#lastUs = atUs;
    this.#count++;
    const known = this.#shapes.get(bits);
    const shape = known ?? this.#shapes.size;
    const before = this.#lengths[shape] ?? 0;
    this.#put(shape * 2 + (length === before ? 1 : 0));
    if (known === undefined) {
      this.#shapes.set(bits, shape);
      this.#put(bits);
    }
    if (length !== before) this.#put(zigzag(length - before));
    this.#lengths[shape] = length;
  }

  /** The run so far, or null when empty; the encoder begins a new one. */
  take(): FrameRun | null {
    if (this.#count === 0) return null;
    const run = {
      count: this.#count,
      firstUs: this.#firstUs,
      lastUs: this.#lastUs,
      bytes: this.#bytes.slice(0, this.#used),
    };
    this.#used = 0;
    this.#count = 0;
    this.#shapes.clear();
    this.#lengths.length = 0;
    return run;
  }

  #put(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#used++] = (rest % 0x80) + 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#used++] = rest;
  }
}

/** Called once a frame; @returns false to stop. */
export type FrameVisitor = (atUs: number, bits: FrameBits, length: number) => boolean;

/**
 * Visits the frames of a run in order.
 * @returns false when the visitor stopped
 * @throws RangeError when the bytes are not a run of `count` frames
 */
export function visitRun(run: Omit<FrameRun, 'lastUs'>, visit: FrameVisitor): boolean {
  const { bytes } = run;
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let unit = 1; ; unit *= 0x80) {
      const byte = bytes[position++];
      if (byte === undefined) throw new RangeError('a run of frames ends too early');
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
  };
  const shapes: FrameBits[] = [];
  const lengths: number[] = [];
  let atUs = run.firstUs;
  for (let i = 0; i < run.count; i++) {
    atUs += unzigzag(varint());
    const tag = varint();
    const shape = Math.floor(tag / 2);
    if (shape === shapes.length) shapes.push(varint());
    const bits = shapes[shape];
    if (bits === undefined) throw new RangeError('a run of frames names an unknown shape');
    const before = lengths[shape] ?? 0;
    const length = tag % 2 === 1 ? before : before + unzigzag(varint());
    lengths[shape] = length;
    if (!visit(atUs, bits, length)) return false;
  }
  return true;
}
