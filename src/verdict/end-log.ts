import type { FirstEnd } from './first-end.ts';

/**
 * The ends of one leg of one tap in order of time, and which of them belong together.
 *
 * On a busy tap ends come close together by chance as well. So a group must stand out from the 10 s before it: of the windows
 * below, the widest counts in which the others are more than chance would put there (mean + 3 standard deviations of a
 * Poisson process). On a quiet tap that is always the widest, and any two ends within it are a group.
 */

/** Half-widths around an end, widest first. 250 ms is DESIGN.md's; a reload spreads over 2 to 35 ms (FIELD-NOTES §2). */
const WINDOWS_MS = [250, 100, 35, 10];
/** The time before a group that tells how many ends come by chance, in ms. */
const BASELINE_MS = 10_000;
const STANDARD_DEVIATIONS = 3;

export interface Group {
  readonly count: number;
  readonly spreadMs: number;
  readonly idleMs: readonly [shortest: number, longest: number];
  /** Different client addresses; null when none was known. */
  readonly clients: number | null;
}

export class EndLog {
  readonly #ends: FirstEnd[] = [];
  // Thousands of connections that end at once ask for the same group one after the other.
  #cached: { first: FirstEnd; last: FirstEnd; count: number; group: Group } | null = null;

  add(end: FirstEnd): void {
    let i = this.#ends.length;
    while (i > 0 && (this.#ends[i - 1]?.at ?? 0) > end.at) i--;
    this.#ends.splice(i, 0, end);
  }

  /** @returns what was forgotten */
  forgetOldest(count: number): FirstEnd[] {
    return this.#ends.splice(0, count);
  }

  since(at: number): readonly FirstEnd[] {
    return this.#ends.slice(this.#indexOf(at));
  }

  get size(): number {
    return this.#ends.length;
  }

  /** What ended together with this one, or null if nothing did but by chance. */
  groupOf(end: FirstEnd): Group | null {
    for (const window of WINDOWS_MS) {
      const from = this.#indexOf(end.at - window);
      const until = this.#indexAfter(end.at + window);
      const others = until - from - 1;
      if (others < 1) return null;
      const first = this.#ends[from];
      const last = this.#ends[until - 1];
      if (first === undefined || last === undefined) return null;
      const before = from - this.#indexOf(first.at - BASELINE_MS);
      const mean = (before * 2 * window) / BASELINE_MS;
      if (others > mean + STANDARD_DEVIATIONS * Math.sqrt(mean)) return this.#group(from, until, first, last);
    }
    return null;
  }

  #group(from: number, until: number, first: FirstEnd, last: FirstEnd): Group {
    const cached = this.#cached;
    const count = until - from;
    if (cached !== null && cached.first === first && cached.last === last && cached.count === count)
      return cached.group;
    let shortest = first.idleMs;
    let longest = first.idleMs;
    const clients = new Set<string>();
    for (let i = from; i < until; i++) {
      const end = this.#ends[i];
      if (end === undefined) continue;
      if (end.idleMs < shortest) shortest = end.idleMs;
      if (end.idleMs > longest) longest = end.idleMs;
      if (end.client !== null) clients.add(end.client);
    }
    const group: Group = {
      count,
      spreadMs: last.at - first.at,
      idleMs: [shortest, longest],
      clients: clients.size === 0 ? null : clients.size,
    };
    this.#cached = { first, last, count, group };
    return group;
  }

  /** Index of the first end at or after a time. */
  #indexOf(at: number): number {
    return this.#search((end) => end.at >= at);
  }

  #indexAfter(at: number): number {
    return this.#search((end) => end.at > at);
  }

  #search(reached: (end: FirstEnd) => boolean): number {
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const end = this.#ends[middle];
      if (end !== undefined && reached(end)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
