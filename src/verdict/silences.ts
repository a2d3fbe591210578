/**
 * The longest silences that connections through one neighbour have had lately, whoever ended them and how. A proxy with one idle
 * timer for all would have cut each that is longer than the timer: so a shorter one that ended was ended by somebody else.
 */

/** A configuration changes, and with it a timer: older silences prove nothing, in ms. */
const REMEMBERED_MS = 10 * 60_000;
/** Longer by so much that neither lazy re-arming (300 ms) nor a late timer (100 ms) explains it (GROUND-TRUTH §2), in ms. */
export const OUTLIVED_BY_MS = 1000;
/** Neighbours remembered. */
const MAX_NEIGHBOURS = 1024;

interface Silence {
  readonly at: number;
  readonly ms: number;
}

export class Silences {
  /** The longest now, and those that would be the longest once it is too old: later and shorter, one after the other. */
  readonly #longest = new Map<string, Silence[]>();

  /** @param at its end, in ms since the epoch */
  add(neighbour: string, at: number, ms: number): void {
    const known = (this.#longest.get(neighbour) ?? []).filter((each) => each.ms > ms && each.at > at - REMEMBERED_MS);
    known.push({ at, ms });
    this.#longest.delete(neighbour);
    this.#longest.set(neighbour, known);
    const [oldest] = this.#longest.keys();
    if (oldest !== undefined && this.#longest.size > MAX_NEIGHBOURS) this.#longest.delete(oldest);
  }

  /** @returns ms; 0 when there was none */
  longest(neighbour: string, at: number): number {
    return this.#longest.get(neighbour)?.find((each) => each.at > at - REMEMBERED_MS)?.ms ?? 0;
  }
}
