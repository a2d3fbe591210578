import type { RoundTripSeries } from '../../api.ts';
import { counted } from './about.ts';
import { clockRange } from './clock-ticks.ts';
import { drawnSeries, legName, pings, type TripPoint, tripWords } from './round-trips-data.ts';
import type { TableData } from './table.ts';

export interface Trips {
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** The usual round trip of a whole series: the middle of its middles, by how many pings each stands for. */
export function usual({ points }: RoundTripSeries): Trips {
  return {
    p50Ms: weightedMedian(points.map(({ p50Ms, count }) => [p50Ms, count])),
    p95Ms: weightedMedian(points.map(({ p95Ms, count }) => [p95Ms, count])),
  };
}

function weightedMedian(values: readonly (readonly [value: number, weight: number])[]): number {
  const sorted = [...values].sort(([a], [b]) => a - b);
  let left = sorted.reduce((sum, [, weight]) => sum + weight, 0) / 2;
  for (const [value, weight] of sorted) {
    left -= weight;
    if (left <= 0) return value;
  }
  return sorted.at(-1)?.[0] ?? 0;
}

/** null when no ping was answered yet. */
export function roundTripsSummary(all: readonly RoundTripSeries[]): string | null {
  const shown = drawnSeries(all);
  if (shown.length === 0) return null;
  const parts = shown.map((series) => {
    const { p50Ms, p95Ms } = usual(series);
    return `${tripWords(p50Ms)} on the ${legName(series, all)} (95 of 100 within ${tripWords(p95Ms)})`;
  });
  const sum = shown.reduce((total, series) => total + pings(series), 0);
  return `The usual answer to one of hangup's ${counted(sum, 'ping')} took ${parts.join(', ')}.`;
}

export function roundTripsTable(all: readonly RoundTripSeries[]): TableData {
  const rows = all.flatMap((series) => series.points.map((point, i) => ({ series, point, step: stepOf(series, i) })));
  return {
    caption: "Round trips of hangup's pings, in ms",
    head: ['time', 'leg', 'pings', 'shortest', 'median', '95 of 100 within', 'longest'],
    rows: rows
      .sort((a, b) => a.point.at - b.point.at)
      .map(({ series, point, step }) => [
        clockRange(point.at, point.at + step),
        legName(series, all),
        String(point.count),
        ...[point.minMs, point.p50Ms, point.p95Ms, point.maxMs].map((ms) => String(Number(ms.toPrecision(3)))),
      ]),
  };
}

/** `14:03 to 14:04: client leg 38 ms, 95 of 100 within 76 ms; server leg 0.4 ms, 95 of 100 within 0.8 ms` @param points of one time, at least one */
export function momentWords(
  points: readonly { readonly series: RoundTripSeries; readonly point: TripPoint }[],
  among: readonly RoundTripSeries[],
): string {
  const [first] = points;
  if (first === undefined) return '';
  const { at } = first.point;
  const parts = points.map(
    ({ series, point }) =>
      `${legName(series, among)} ${tripWords(point.p50Ms)}, 95 of 100 within ${tripWords(point.p95Ms)}`,
  );
  return `${clockRange(at, at + stepOf(first.series, first.series.points.indexOf(first.point)))}: ${parts.join('; ')}`;
}

/** How long a point stands for: until the next one. */
function stepOf({ points }: RoundTripSeries, i: number): number {
  const [here, next, before] = [points[i], points[i + 1], points[i - 1]];
  if (here !== undefined && next !== undefined) return next.at - here.at;
  return here !== undefined && before !== undefined ? here.at - before.at : 60_000;
}
