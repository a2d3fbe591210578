import type { SurvivalCurve } from '../api.ts';

/** Points of a curve. */
const MOST_POINTS = 200;

const LARGEST_U32 = 2 ** 32 - 1;

type Points = SurvivalCurve['points'];

/** How long each of many lived, and whether its end counts. */
export class Lifetimes {
  /** Whole ms, doubled, and 1 more if censored: an end that counts sorts before those that were censored at the same time. */
  #all = new Float64Array(1024);
  #used = 0;
  #largest = 0;

  /** @param ms null: not known, left out @param counts false: censored, it was only seen to live as long */
  add(ms: readonly (number | null)[], counts: boolean): void {
    this.#grow(this.#used + ms.length);
    const censored = counts ? 0 : 1;
    for (const lifetime of ms) {
      if (lifetime === null) continue;
      const kept = Math.floor(lifetime) * 2 + censored;
      this.#all[this.#used++] = kept;
      if (kept > this.#largest) this.#largest = kept;
    }
  }

  /** All of them in order, as they are kept. */
  sorted(): Float64Array | Uint32Array {
    const all = this.#all.subarray(0, this.#used);
    // Twice as fast, and enough for 24 days.
    return this.#largest <= LARGEST_U32 ? Uint32Array.from(all).sort() : all.slice().sort();
  }

  #grow(needed: number): void {
    if (needed <= this.#all.length) return;
    const larger = new Float64Array(Math.max(needed, 2 * this.#all.length));
    larger.set(this.#all);
    this.#all = larger;
  }
}

/**
 * The Kaplan–Meier estimate of the share that still lives: at each time with ends it falls by the factor 1 − ends / alive. Every
 * point is exact; where there are too many, steps are left out that change the share least.
 */
export function kaplanMeier(lifetimes: Lifetimes): Pick<SurvivalCurve, 'connections' | 'ended' | 'points'> {
  const sorted = lifetimes.sorted();
  // Times and shares side by side, for there may be a hundred thousand steps.
  const times = new Float64Array(sorted.length);
  const shares = new Float64Array(sorted.length);
  let steps = 0;
  let ended = 0;
  let share = 1;
  for (let i = 0; i < sorted.length; ) {
    const time = sorted[i] ?? 0;
    const alive = sorted.length - i;
    while (sorted[i] === time) i++;
    if (time % 2 === 1) continue;
    const ends = alive - (sorted.length - i);
    share *= 1 - ends / alive;
    ended += ends;
    times[steps] = time / 2;
    shares[steps++] = share;
  }
  const points = thinned(times.subarray(0, steps), shares);
  // Where the observation ends the share is what it was.
  const endMs = Math.floor((sorted.at(-1) ?? 0) / 2);
  const end = endMs > (points.at(-1)?.ms ?? 0) ? [{ ms: endMs, share }] : [];
  return { connections: sorted.length, ended, points: [...points, ...end] };
}

/** The beginning, each step at which the share has fallen by as much as one of the points stands for, and the last. */
function thinned(times: Float64Array, shares: Float64Array): Points {
  const last = times.length - 1;
  // Beside the first point, the last step, and the end of the observation.
  const least = times.length > MOST_POINTS - 2 ? (1 - (shares[last] ?? 1)) / (MOST_POINTS - 3) : 0;
  const points = [{ ms: 0, share: 1 }];
  let shown = 1;
  for (let i = 0; i <= last; i++) {
    const share = shares[i] ?? 0;
    if (shown - share < least && i < last) continue;
    shown = share;
    points.push({ ms: times[i] ?? 0, share });
  }
  return points;
}
