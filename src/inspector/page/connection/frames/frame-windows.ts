import type { IndexedFrame } from '../../../../evidence/journal-reader.ts';
import type { FramesPage } from '../../../api.ts';

/** Frames fetched at once. */
export const WINDOW_FRAMES = 250;
/** Windows kept: 4,000 frames, about 1 MB, however long the list. */
const KEPT_WINDOWS = 16;

/** @throws whatever kept it from answering; the signal's reason when it was aborted */
export type FetchFrames = (from: number, limit: number, signal: AbortSignal) => Promise<FramesPage>;

/** null: the journal does not have this frame any more. */
type Window = readonly (IndexedFrame | null)[];

/** Numbers of the windows that hold the places from `first` up to and without `end`. */
export function windowsOf(first: number, end: number): number[] {
  const from = Math.floor(first / WINDOW_FRAMES);
  const to = Math.ceil(end / WINDOW_FRAMES);
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/**
 * A list of frames that is too long to be fetched: the windows around what is looked at, the longest unused one
 * forgotten first, requests for what is no longer looked at aborted.
 */
export class FrameWindows {
  readonly #fetch: FetchFrames;
  readonly #changed: () => void;
  /** By number, the least recently wanted first. */
  readonly #windows = new Map<number, Window>();
  readonly #under = new Map<number, AbortController>();
  #total: number;
  #failure: Error | null = null;

  /** @param total frames in the list as far as is known @param changed called when anything can be read that could not */
  constructor(fetch: FetchFrames, total: number, changed: () => void) {
    this.#fetch = fetch;
    this.#total = total;
    this.#changed = changed;
  }

  get total(): number {
    return this.#total;
  }

  /** Why the last request failed; null when it did not, or another one is under way. */
  get failure(): Error | null {
    return this.#failure;
  }

  /** Windows in memory, and requests under way. */
  get size(): { readonly windows: number; readonly requests: number } {
    return { windows: this.#windows.size, requests: this.#under.size };
  }

  readonly frameAt = (place: number): IndexedFrame | undefined => this.#entry(place) ?? undefined;

  /** Whether the journal has forgotten the frame at a place; false for one that has not been fetched yet. */
  isGone(place: number): boolean {
    return this.#entry(place) === null;
  }

  #entry(place: number): IndexedFrame | null | undefined {
    return this.#windows.get(Math.floor(place / WINDOW_FRAMES))?.[place % WINDOW_FRAMES];
  }

  /** A list only grows; frames that came are fetched when they are wanted. */
  grow(total: number): void {
    if (total <= this.#total) return;
    this.#total = total;
    this.#changed();
  }

  /** Asks whether there is more by now, where nobody else tells. */
  look(): void {
    const last = Math.floor(this.#total / WINDOW_FRAMES);
    if (!this.#under.has(last)) void this.#load(last);
  }

  /** What is looked at from now on: places from `first` up to and without `end`. */
  want(first: number, end: number): void {
    const wanted = windowsOf(Math.max(0, first), Math.min(end, this.#total));
    for (const [number, controller] of this.#under) {
      if (wanted.includes(number)) continue;
      this.#under.delete(number);
      controller.abort();
    }
    for (const number of wanted) {
      const window = this.#windows.get(number);
      if (window !== undefined) {
        this.#windows.delete(number);
        this.#windows.set(number, window);
      }
      if (!this.#isWhole(number, window) && !this.#under.has(number)) void this.#load(number);
    }
  }

  /** Aborts all requests; what was read stays. */
  stop(): void {
    for (const controller of this.#under.values()) controller.abort();
    this.#under.clear();
  }

  #isWhole(number: number, window: Window | undefined): boolean {
    return window !== undefined && window.length >= lengthOf(number, this.#total);
  }

  async #load(number: number): Promise<void> {
    const controller = new AbortController();
    this.#under.set(number, controller);
    this.#failure = null;
    const from = number * WINDOW_FRAMES;
    try {
      const page = await this.#fetch(from, WINDOW_FRAMES, controller.signal);
      if (controller.signal.aborted) return;
      this.#under.delete(number);
      this.#total = Math.max(this.#total, page.total);
      // Retention may have dropped frames: places without one are filled, or they would be asked for again and again.
      const entry = (_: unknown, i: number): IndexedFrame | null => page.frames[from + i - page.first] ?? null;
      this.#put(number, Array.from({ length: lengthOf(number, page.total) }, entry));
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#under.delete(number);
      this.#failure = error instanceof Error ? error : new Error(String(error));
    }
    this.#changed();
  }

  #put(number: number, window: Window): void {
    this.#windows.delete(number);
    this.#windows.set(number, window);
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= KEPT_WINDOWS) break;
      this.#windows.delete(oldest);
    }
  }
}

const lengthOf = (number: number, total: number): number =>
  Math.max(0, Math.min(WINDOW_FRAMES, total - number * WINDOW_FRAMES));
