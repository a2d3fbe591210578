import type { RoundTripSeries } from '../../api.ts';
import { type ClockAxis, clockAxisTicks, xOf } from './clock-axis.ts';
import { type EndLabel, endLabels, endTexts } from './end-labels.ts';
import { type Level, levelsLeft } from './levels.ts';
import {
  drawnSeries,
  LEAST_MS,
  legName,
  logRange,
  logSteps,
  type TripPoint,
  tripWords,
  unbroken,
} from './round-trips-data.ts';
import type { Tick } from './ticks.ts';

/** Round trips as geometry, in CSS pixels. */
export interface RoundTripsLayout {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly axisY: number;
  readonly axis: ClockAxis;
  readonly ticks: readonly Tick[];
  readonly levels: readonly Level[];
  /** Whether the lines bear their names; else their numbers alone. */
  readonly named: boolean;
  readonly lines: readonly DrawnTrips[];
  /** In order of time. */
  readonly moments: readonly TripMoment[];
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
  /** Its name, and its last median. */
  readonly label: EndLabel;
}

/** What was measured at one time: a point of some of the lines. */
export interface TripMoment {
  readonly x: number;
  readonly points: readonly { readonly series: RoundTripSeries; readonly point: TripPoint; readonly y: number }[];
}

const TOP = 12;
const PLOT_HEIGHT = 164;
const AXIS_Y = TOP + PLOT_HEIGHT;
const HEIGHT = AXIS_Y + 22;
/** Of a few points, too: they stand in the middle of so many ms. */
const SHORTEST_SPAN_MS = 10_000;

/** @param width CSS pixels, 200 and more */
export function layoutRoundTrips(all: readonly RoundTripSeries[], width: number): RoundTripsLayout {
  const shown = drawnSeries(all);
  const points = shown.flatMap((series) => series.points);
  const [low, high] = logRange(
    Math.min(...points.map(({ p50Ms }) => p50Ms)),
    Math.max(...points.map(({ p95Ms }) => p95Ms)),
  );
  const y = (ms: number) => AXIS_Y - (Math.log(Math.max(LEAST_MS, ms) / low) / Math.log(high / low)) * PLOT_HEIGHT;
  const levels = logSteps(low, high).map((ms) => ({ y: y(ms), text: tripWords(ms) }));
  const names = shown.map((series) => legName(series, shown));
  const numbers = shown.map(({ points: own }) => tripWords(own.at(-1)?.p50Ms ?? 0));
  const texts = endTexts(names, numbers, width, HEIGHT);
  const first = Math.min(...points.map(({ at }) => at));
  const last = Math.max(...points.map(({ at }) => at));
  const pad = Math.max(0, SHORTEST_SPAN_MS - (last - first)) / 2;
  const axis = { from: first - pad, to: last + pad, left: levelsLeft(levels), right: texts.plotRight };
  const ends = shown.map(({ points: own }) => ({ x: xOf(axis, own.at(-1)?.at ?? last), y: y(own.at(-1)?.p50Ms ?? 0) }));
  const taps = [...new Set(shown.map(({ tap }) => tap))];
  return {
    width,
    height: HEIGHT,
    top: TOP,
    axisY: AXIS_Y,
    axis,
    ticks: clockAxisTicks(axis, width),
    levels,
    named: texts.named,
    lines: endLabels(ends, texts, HEIGHT).flatMap((label, i) => {
      const series = shown[i];
      return series === undefined
        ? []
        : [{ series, style: taps.indexOf(series.tap), label, ...lineOf(series, (at) => xOf(axis, at), y) }];
    }),
    moments: momentsOf(shown, (at) => xOf(axis, at), y),
  };
}

type Place = (value: number) => number;

function lineOf(series: RoundTripSeries, x: Place, y: Place): Pick<DrawnTrips, 'median' | 'band' | 'dots'> {
  const runs = unbroken(series).map((run) =>
    run.map(({ at, p50Ms, p95Ms }) => ({ x: x(at), y: y(p50Ms), top: y(p95Ms) })),
  );
  const path = (places: readonly { readonly x: number; readonly y: number }[]) =>
    `M${places.map((place) => `${place.x.toFixed(1)} ${place.y.toFixed(1)}`).join('L')}`;
  return {
    median: runs.map(path).join(''),
    band: runs.map((run) => `${path([...run, ...run.map((p) => ({ x: p.x, y: p.top })).reverse()])}Z`).join(''),
    dots: runs.filter(({ length }) => length === 1).flat(),
  };
}

function momentsOf(shown: readonly RoundTripSeries[], x: Place, y: Place): TripMoment[] {
  const all = shown.flatMap((series) => series.points.map((point) => ({ series, point, y: y(point.p50Ms) })));
  return [...Map.groupBy(all, ({ point }) => point.at)]
    .sort(([a], [b]) => a - b)
    .map(([at, points]) => ({ x: x(at), points }));
}

/** Which of the moments is the nearest; undefined where there is none. */
export function momentAt(moments: readonly TripMoment[], x: number): number | undefined {
  const away = moments.map((moment) => Math.abs(moment.x - x));
  return away.length === 0 ? undefined : away.indexOf(Math.min(...away));
}
