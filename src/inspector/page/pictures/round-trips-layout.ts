import type { RoundTripSeries } from '../../api.ts';
import { type ClockAxis, clockAxisTicks, xOf } from './clock-axis.ts';
import { drawnSeries, LEAST_MS, logRange, logSteps, tripWords, unbroken } from './round-trips-data.ts';
import type { Tick } from './time-scale.ts';

/** Round trips as geometry, in CSS pixels. */
export interface RoundTripsLayout {
  readonly width: number;
  readonly height: number;
  readonly axisY: number;
  readonly axis: ClockAxis;
  readonly ticks: readonly Tick[];
  readonly steps: readonly { readonly y: number; readonly text: string }[];
  readonly lines: readonly DrawnTrips[];
}

export interface DrawnTrips {
  readonly series: RoundTripSeries;
  /** Its tap's place among the taps: which dash. */
  readonly style: number;
  /** SVG paths of the medians, and of the band from there up to 95 of 100. */
  readonly median: string;
  readonly band: string;
  /** Where a single measurement would be no line. */
  readonly dots: readonly { readonly x: number; readonly y: number }[];
}

const LEFT = 56;
const RIGHT = 8;
const TOP = 10;
const PLOT_HEIGHT = 150;
const AXIS_HEIGHT = 22;
/** Of a series of one point, in ms. */
const SHORTEST_SPAN_MS = 60_000;

/** @param width CSS pixels, 200 and more */
export function layoutRoundTrips(all: readonly RoundTripSeries[], width: number): RoundTripsLayout {
  const shown = drawnSeries(all);
  const points = shown.flatMap((series) => series.points);
  const times = points.map(({ at }) => at);
  const from = Math.min(...times);
  const axis = { from, to: Math.max(...times, from + SHORTEST_SPAN_MS), left: LEFT, right: width - RIGHT };
  const [low, high] = logRange(
    Math.min(...points.map(({ p50Ms }) => p50Ms)),
    Math.max(...points.map(({ p95Ms }) => p95Ms)),
  );
  const axisY = TOP + PLOT_HEIGHT;
  const y = (ms: number) => axisY - (Math.log(Math.max(LEAST_MS, ms) / low) / Math.log(high / low)) * PLOT_HEIGHT;
  const taps = [...new Set(shown.map(({ tap }) => tap))];
  const at = (x: number, height: number) => `${x.toFixed(1)} ${height.toFixed(1)}`;
  return {
    width,
    height: axisY + AXIS_HEIGHT,
    axisY,
    axis,
    ticks: clockAxisTicks(axis, width),
    steps: logSteps(low, high).map((ms) => ({ y: y(ms), text: tripWords(ms) })),
    lines: shown.map((series) => {
      const runs = unbroken(series).map((run) =>
        run.map((point) => ({ x: xOf(axis, point.at), mid: y(point.p50Ms), top: y(point.p95Ms) })),
      );
      return {
        series,
        style: taps.indexOf(series.tap),
        median: runs.map((run) => `M${run.map(({ x, mid }) => at(x, mid)).join('L')}`).join(''),
        band: runs
          .map((run) => {
            const there = run.map(({ x, mid }) => at(x, mid));
            const back = run.map(({ x, top }) => at(x, top)).reverse();
            return `M${[...there, ...back].join('L')}Z`;
          })
          .join(''),
        dots: runs.flatMap((run) => (run.length === 1 ? run.map(({ x, mid }) => ({ x, y: mid })) : [])),
      };
    }),
  };
}
