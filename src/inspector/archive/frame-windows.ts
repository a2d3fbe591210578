import type { JournalReader } from '../../evidence/journal-reader.ts';
import type { FramesPage, FramesQuery, GapsPage } from '../api.ts';
import { FrameIndex, SHORTEST_GAP_MS } from './frame-index.ts';

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 1000;
const MAX_GAPS = 1000;
/** Connections whose index is kept: some open pages' worth. One of a million frames takes 8 KB, and its gaps. */
const MAX_INDEXES = 16;

/** Windows of the lists of frames. */
export class FrameWindows {
  readonly #reader: JournalReader;
  /** Asked for last at the end. */
  readonly #indexes = new Map<string, FrameIndex>();

  constructor(reader: JournalReader) {
    this.#reader = reader;
  }

  frames(id: string, { from, at, limit = DEFAULT_LIMIT, control = true }: FramesQuery): FramesPage | null {
    if (!this.#reader.has(id)) return null;
    const wanted = Math.min(MAX_LIMIT, Math.max(1, limit));
    return control ? this.#all(id, from, at, wanted) : this.#data(id, from, at, wanted);
  }

  gaps(id: string, minMs: number): GapsPage | null {
    if (!this.#reader.has(id)) return null;
    const least = Math.max(minMs, SHORTEST_GAP_MS);
    const gaps = this.#index(id).gaps.filter(({ ms }) => ms >= least);
    const longest = gaps.toSorted((a, b) => b.ms - a.ms).slice(0, MAX_GAPS);
    return { gaps: longest.sort((a, b) => a.index - b.index), total: gaps.length };
  }

  #all(id: string, from: number | undefined, at: number | undefined, limit: number): FramesPage {
    const start = from !== undefined ? { fromIndex: Math.max(0, from) } : at !== undefined ? { fromTime: at } : {};
    const frames = this.#reader.frames(id, { ...start, limit });
    const total = this.#reader.frameCount(id);
    return { total, first: frames[0]?.index ?? total, frames };
  }

  #data(id: string, from: number | undefined, at: number | undefined, limit: number): FramesPage {
    const index = this.#index(id);
    const total = index.data;
    const place = Math.min(total, from ?? (at === undefined ? 0 : this.#placeAt(id, index, at)));
    const frames = index.window(this.#reader, Math.max(0, place), limit);
    return { total, first: frames.length === 0 ? total : Math.max(0, place), frames };
  }

  #placeAt(id: string, index: FrameIndex, at: number): number {
    const [first] = this.#reader.frames(id, { fromTime: at, limit: 1 });
    return first === undefined ? index.data : index.placeOf(this.#reader, first.index);
  }

  #index(id: string): FrameIndex {
    let index = this.#indexes.get(id) ?? new FrameIndex(id);
    this.#indexes.delete(id);
    if (!index.extend(this.#reader)) {
      index = new FrameIndex(id);
      index.extend(this.#reader);
    }
    this.#indexes.set(id, index);
    for (const oldest of this.#indexes.keys()) {
      if (this.#indexes.size <= MAX_INDEXES) break;
      this.#indexes.delete(oldest);
    }
    return index;
  }
}
