import type { FirstEnd } from './first-end.ts';

/**
 * The ends of one leg of one tap in order of time, and which of them belong together.
 *
 * On a busy tap ends come close together by chance as well. So a group must stand out from the 10 s before it: of the windows
 * below, the widest counts in which the others are more than chance would put there (mean + 3 standard deviations of a
 * Poisson process). On a quiet tap that is always the widest, and any two ends within it are a group.
 *
 * A reload ends connections of every idle age; an idle timer ends those that fell silent together, as after a restart when all
 * come back at once. So where more ends stand on a timer than chance puts there, they are one group, and the others another.
 */

/** Half-widths around an end, widest first. 250 ms is DESIGN.md's; a reload spreads over 2 to 35 ms (FIELD-NOTES §2). */
const WINDOWS_MS = [250, 100, 35, 10];
/** The time before a group that tells how many ends come by chance, in ms. */
const BASELINE_MS = 10_000;
const STANDARD_DEVIATIONS = 3;
/** Of connections that are ended whatever their silence, one in 160 stands on a timer of 60 s (361 ms of 60 s, known-timers.ts). */
export const TIMED_BY_CHANCE = 0.1;

export interface Group {
  readonly count: number;
  readonly spreadMs: number;
  readonly idleMs: readonly [shortest: number, longest: number];
  /** Different client addresses; null when none was known. */
  readonly clients: number | null;
  /** Ends of that time that are no part of this group: on a timer while these are not, or the other way round. */
  readonly beside?: number;
}

export class EndLog {
  readonly #all = new Ends();
  readonly #timed = new Ends();
  readonly #untimed = new Ends();

  add(end: FirstEnd): void {
    this.#all.add(end);
    this.#alikeOf(end).add(end);
  }

  /** @returns what was forgotten */
  forgetOldest(count: number): readonly FirstEnd[] {
    const forgotten = this.#all.forgetOldest(count);
    const timed = forgotten.filter(isTimed).length;
    this.#timed.forgetOldest(timed);
    this.#untimed.forgetOldest(forgotten.length - timed);
    return forgotten;
  }

  since(at: number): readonly FirstEnd[] {
    return this.#all.since(at);
  }

  get size(): number {
    return this.#all.size;
  }

  /** What ended together with this one, or null if nothing did but by chance. */
  groupOf(end: FirstEnd): Group | null {
    for (const window of WINDOWS_MS) {
      const begin = end.at - window;
      const finish = end.at + window;
      const ends = this.#withWhom(end, begin, finish);
      const count = ends.countWithin(begin, finish);
      if (count < 2) return null;
      const mean = (this.#all.countBefore(begin, BASELINE_MS) * 2 * window) / BASELINE_MS;
      if (count - 1 <= mean + STANDARD_DEVIATIONS * Math.sqrt(mean)) continue;
      const beside = this.#all.countWithin(begin, finish) - count;
      const group = ends.group(begin, finish);
      return group === null || beside === 0 ? group : { ...group, beside };
    }
    return null;
  }

  /** One alone that stands on a timer may have been among the others. */
  #withWhom(end: FirstEnd, begin: number, finish: number): Ends {
    const timed = this.#timed.countWithin(begin, finish);
    const byChance = timed <= TIMED_BY_CHANCE * this.#all.countWithin(begin, finish);
    return byChance || (timed < 2 && isTimed(end)) ? this.#all : this.#alikeOf(end);
  }

  #alikeOf(end: FirstEnd): Ends {
    return isTimed(end) ? this.#timed : this.#untimed;
  }
}

const isTimed = ({ timed }: FirstEnd): boolean => timed;

/** In order of time. */
class Ends {
  readonly #ends: FirstEnd[] = [];
  // Thousands of connections that end at once ask for the same group one after the other.
  #cached: { first: FirstEnd; last: FirstEnd; count: number; group: Group } | null = null;

  get size(): number {
    return this.#ends.length;
  }

  add(end: FirstEnd): void {
    let i = this.#ends.length;
    while (i > 0 && (this.#ends[i - 1]?.at ?? 0) > end.at) i--;
    this.#ends.splice(i, 0, end);
  }

  forgetOldest(count: number): readonly FirstEnd[] {
    return this.#ends.splice(0, count);
  }

  since(at: number): readonly FirstEnd[] {
    return this.#ends.slice(this.#indexOf(at));
  }

  countWithin(begin: number, finish: number): number {
    return this.#indexAfter(finish) - this.#indexOf(begin);
  }

  /** In the time before the first end that is not before `begin`. */
  countBefore(begin: number, durationMs: number): number {
    const from = this.#indexOf(begin);
    const first = this.#ends[from];
    return first === undefined ? 0 : from - this.#indexOf(first.at - durationMs);
  }

  group(begin: number, finish: number): Group | null {
    const from = this.#indexOf(begin);
    const until = this.#indexAfter(finish);
    const first = this.#ends[from];
    const last = this.#ends[until - 1];
    if (first === undefined || last === undefined) return null;
    const cached = this.#cached;
    const count = until - from;
    if (cached !== null && cached.first === first && cached.last === last && cached.count === count)
      return cached.group;
    let shortest = Number.POSITIVE_INFINITY;
    let longest = 0;
    const clients = new Set<string>();
    for (let i = from; i < until; i++) {
      const end = this.#ends[i];
      if (end === undefined) continue;
      if (end.silenceMs < shortest) shortest = end.silenceMs;
      if (end.silenceMs > longest) longest = end.silenceMs;
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
