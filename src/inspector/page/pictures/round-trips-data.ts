import { harmless } from '../../../words/harmless.ts';
import type { RoundTripSeries } from '../../api.ts';

export type TripPoint = RoundTripSeries['points'][number];

/** More are more than an eye can follow; the others stand in the table. */
export const MOST_SERIES = 4;
/** A pause of more than so many steps shows as a gap instead of a straight line. */
const GAP_STEPS = 3;
/** A logarithmic axis knows no 0. */
export const LEAST_MS = 0.01;

/** Those with the most pings; a tap's legs beside each other. */
export function drawnSeries(all: readonly RoundTripSeries[]): RoundTripSeries[] {
  const full = all.filter(({ points }) => points.length > 0);
  return [...full]
    .sort((a, b) => pings(b) - pings(a))
    .slice(0, MOST_SERIES)
    .sort(byTapAndLeg);
}

export const pings = ({ points }: RoundTripSeries): number => points.reduce((sum, { count }) => sum + count, 0);

const byTapAndLeg = (a: RoundTripSeries, b: RoundTripSeries): number =>
  a.tap === b.tap ? a.leg.localeCompare(b.leg) : a.tap.localeCompare(b.tap);

/** The points, apart where a pause was so long that no line must be drawn through it. */
export function unbroken({ points }: RoundTripSeries): RoundTripSeries['points'][] {
  const steps = points.slice(1).map(({ at }, i) => at - (points[i]?.at ?? at));
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const starts = [0, ...steps.flatMap((step, i) => (step > usual * GAP_STEPS ? [i + 1] : []))];
  return starts.map((start, i) => points.slice(start, starts[i + 1]));
}

/** Whole steps of 1, 2 and 5 around what there is. @returns ms, at least a factor of five apart */
export function logRange(least: number, most: number): [number, number] {
  const low = stepAtMost(Math.max(LEAST_MS, least));
  const high = stepAtLeast(Math.max(low * 5, most));
  return [low, high];
}

const STEPS = [1, 2, 5, 10];

function stepAtMost(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return (STEPS.findLast((step) => step * unit <= value * 1.000_001) ?? 1) * unit;
}

function stepAtLeast(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * unit >= value * 0.999_999) ?? 10) * unit;
}

/** `38 ms`, `0.4 ms`, `1.2 s`: as far apart as the axis needs. */
export function tripWords(ms: number): string {
  if (ms >= 1000) return `${Number((ms / 1000).toPrecision(2))} s`;
  return `${Number(ms.toPrecision(2))} ms`;
}

/** Powers of ten, and 2 and 5 between them where there are few. @returns ms, within a range of `logRange` */
export function logSteps(low: number, high: number): number[] {
  const steps = high / low > 150 ? [1] : [1, 2, 5];
  const all: number[] = [];
  for (let unit = 10 ** Math.floor(Math.log10(low) + 1e-9); unit <= high; unit *= 10) {
    all.push(...steps.map((step) => step * unit).filter((ms) => ms > low * 0.999 && ms < high * 1.001));
  }
  return all;
}

/** `client leg`, `server leg of inner` */
export function legName({ tap, leg }: RoundTripSeries, among: readonly RoundTripSeries[]): string {
  return among.some((other) => other.tap !== tap) ? `${leg} leg of ${harmless(tap)}` : `${leg} leg`;
}
