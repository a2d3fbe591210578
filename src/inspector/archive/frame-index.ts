import { isControl } from '../../evidence/frame-bits.ts';
import { toMicros, toMillis } from '../../evidence/journal-batch.ts';
import type { IndexedFrame, JournalReader } from '../../evidence/journal-reader.ts';
import type { GapsPage } from '../api.ts';

/** Frames of a block: so many are looked at before a window begins. */
const BLOCK_FRAMES = 1024;
/** Silences that are found, in ms. */
export const SHORTEST_GAP_MS = 10_000;

const SHORTEST_GAP_US = toMicros(SHORTEST_GAP_MS);

type Gap = GapsPage['gaps'][number];

/**
 * Where the data frames of one connection are, and its silences: made in one look at every frame (a million in about 60 ms) and
 * gone on with as frames arrive. A frame's place is its position among the data frames that are still kept.
 */
export class FrameIndex {
  readonly #id: string;
  /** The data frames before each block of BLOCK_FRAMES frames. */
  readonly #before: number[] = [];
  readonly #gaps: Gap[] = [];
  #firstKept = 0;
  #next = 0;
  #data = 0;
  #lastUs: number | null = null;

  constructor(id: string) {
    this.#id = id;
  }

  /** How many data frames there are. */
  get data(): number {
    return this.#data;
  }

  /** Silences of SHORTEST_GAP_MS and more between frames, in order of time. */
  get gaps(): readonly Gap[] {
    return this.#gaps;
  }

  /** Takes in what has arrived. @returns false when frames have been removed meanwhile: then a new index is needed */
  extend(reader: JournalReader): boolean {
    const isNew = this.#next === 0;
    const firstKept = reader.visitFrames(this.#id, this.#next, (atUs, bits, _length, index) => {
      while (this.#before.length * BLOCK_FRAMES <= index) this.#before.push(this.#data);
      if (!isControl(bits)) this.#data++;
      if (this.#lastUs !== null && atUs - this.#lastUs >= SHORTEST_GAP_US) {
        this.#gaps.push({ index, at: toMillis(atUs), ms: toMillis(atUs - this.#lastUs) });
      }
      this.#lastUs = atUs;
      this.#next = index + 1;
      return true;
    });
    if (isNew) this.#firstKept = firstKept;
    return this.#firstKept === firstKept;
  }

  /** A window of the data frames, from a place on. */
  window(reader: JournalReader, place: number, limit: number): IndexedFrame[] {
    const frames: IndexedFrame[] = [];
    const end = Math.min(place + limit, this.#data);
    for (let next = place; next < end; ) {
      const block = this.#blockOf(next);
      const begin = block * BLOCK_FRAMES;
      let skip = next - (this.#before[block] ?? 0);
      const had = frames.length;
      reader.visitFrames(this.#id, begin, (atUs, bits, length, index) => {
        // A long run of pings is passed over, not read.
        if (index > begin && index % BLOCK_FRAMES === 0 && this.#isEmpty(index / BLOCK_FRAMES)) return false;
        if (isControl(bits)) return true;
        if (skip-- > 0) return true;
        frames.push(reader.indexed(atUs, bits, length, index));
        return ++next < end;
      });
      if (frames.length === had) break;
    }
    return frames;
  }

  /** How many data frames come before a frame. @param index among all frames */
  placeOf(reader: JournalReader, index: number): number {
    const block = Math.min(Math.floor(index / BLOCK_FRAMES), this.#before.length - 1);
    let place = this.#before[block] ?? 0;
    reader.visitFrames(this.#id, Math.max(0, block) * BLOCK_FRAMES, (_atUs, bits, _length, at) => {
      if (at >= index) return false;
      if (!isControl(bits)) place++;
      return true;
    });
    return place;
  }

  #isEmpty(block: number): boolean {
    return (this.#before[block + 1] ?? this.#data) === this.#before[block];
  }

  /** The last block that has no more than `place` data frames before it: the frame at that place is in it. */
  #blockOf(place: number): number {
    let low = 0;
    let high = this.#before.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#before[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }
}
