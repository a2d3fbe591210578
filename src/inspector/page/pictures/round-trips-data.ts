import { harmless } from '../../../words/harmless.ts';
import type { RoundTripSeries } from '../../api.ts';

/** Round trips as uPlot draws them: for each series the middle and the upper edge of its band, over all times that occur. */
export interface RoundTripData {
  readonly series: readonly RoundTripSeries[];
  /** ms since the epoch; then p50 and p95 of each series. undefined: not measured then; null: a gap that must show. */
  readonly columns: [x: number[], ...values: (number | null | undefined)[][]];
}

/** More are more than an eye can follow; the others stand in the table. */
export const MOST_SERIES = 4;
/** A pause of more than so many steps shows as a gap instead of a straight line. */
const GAP_STEPS = 3;
/** A logarithmic axis knows no 0. */
const LEAST_MS = 0.01;

export function roundTripData(all: readonly RoundTripSeries[]): RoundTripData {
  const series = drawnSeries(all);
  const times = [
    ...new Set(series.flatMap(({ points }) => [...points.map(({ at }) => at), ...gapsOf(points).map(middle)])),
  ];
  times.sort((a, b) => a - b);
  const columns = series.flatMap(({ points }) => {
    const known = new Map(points.map((point) => [point.at, point]));
    const gaps = gapsOf(points);
    const column = (value: 'p50Ms' | 'p95Ms') =>
      times.map((at) => {
        const point = known.get(at);
        if (point !== undefined) return Math.max(LEAST_MS, point[value]);
        return gaps.some(([from, to]) => at > from && at < to) ? null : undefined;
      });
    return [column('p50Ms'), column('p95Ms')];
  });
  return { series, columns: [times, ...columns] };
}

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

type Gap = readonly [from: number, to: number];

/** Pauses through which a line must not be drawn. */
function gapsOf(points: RoundTripSeries['points']): Gap[] {
  const steps = points.slice(1).map(({ at }, i): Gap => [points[i]?.at ?? at, at]);
  const lengths = steps.map(([from, to]) => to - from).sort((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length / 2)] ?? 0;
  return steps.filter(([from, to]) => to - from > usual * GAP_STEPS);
}

/** Where a gap can be told if no other series has a point in it. */
const middle = ([from, to]: Gap): number => (from + to) / 2;

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

/** The splits of a logarithmic axis that get a text: powers of ten, and 2 and 5 between them where there are few. */
export function logTicks(splits: readonly number[]): (string | null)[] {
  const first = splits[0] ?? 1;
  const last = splits.at(-1) ?? 1;
  const wanted = last / first > 150 ? [1] : last / first > 25 ? [1, 3] : [1, 2, 5];
  return splits.map((value) => {
    const mantissa = value / 10 ** Math.floor(Math.log10(value) + 1e-9);
    return wanted.includes(Math.round(mantissa)) ? tripWords(value) : null;
  });
}

/** `client leg`, `server leg of inner` */
export function legName({ tap, leg }: RoundTripSeries, among: readonly RoundTripSeries[]): string {
  return among.some((other) => other.tap !== tap) ? `${leg} leg of ${harmless(tap)}` : `${leg} leg`;
}
