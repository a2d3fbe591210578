import { inside, type Tick, tickAt } from './ticks.ts';

/** A logarithmic axis of lengths of time. */
export interface TimeScale {
  /** ms at its ends. */
  readonly from: number;
  readonly to: number;
  /** Pixels of a time; times beyond its ends stand at its ends. */
  readonly x: (ms: number) => number;
}

/** @param from over 0 @param to over `from` */
export function timeScale(from: number, to: number, left: number, right: number): TimeScale {
  const span = Math.log(to / from);
  return {
    from,
    to,
    x: (ms) => left + (Math.log(Math.min(to, Math.max(from, ms)) / from) / span) * (right - left),
  };
}

/** What a person calls times, the ones that an axis must name first. */
const NAMED: readonly (readonly [ms: number, text: string])[] = [
  [1000, '1 s'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [86_400_000, '1 d'],
  [10_000, '10 s'],
  [100, '100 ms'],
  [864_000_000, '10 d'],
  [900_000, '15 min'],
  [300_000, '5 min'],
  [21_600_000, '6 h'],
  [1, '1 ms'],
  [10, '10 ms'],
  [600_000, '10 min'],
  [30_000, '30 s'],
  [1_800_000, '30 min'],
  [5000, '5 s'],
];

/** Px between two ticks' texts. */
const APART = 10;

/**
 * The ticks that fit between `left` and `right`, in order of time.
 * @param ends what lies beyond the scale: they come first, and their texts stand inside
 */
export function timeTicks(scale: TimeScale, left: number, right: number, ends: readonly Tick[] = []): Tick[] {
  const placed = ends.map((tick) => inside(tick, left, right));
  for (const [ms, text] of NAMED) {
    const tick = tickAt(scale.x(ms), text);
    const { x, half } = tick;
    if (ms < scale.from || ms > scale.to || x - half < left || x + half > right) continue;
    if (placed.every((other) => Math.abs(other.textX - x) >= other.half + half + APART)) placed.push(tick);
  }
  return placed.sort((a, b) => a.x - b.x);
}
