import type { SurvivalCurve } from '../../api.ts';
import { percent } from './about.ts';
import { type EndLabel, endLabels, endTexts, LEADER } from './end-labels.ts';
import { curveName } from './keepalive-words.ts';
import { type Level, levelsLeft } from './levels.ts';
import type { Tick } from './ticks.ts';
import { type TimeScale, timeScale, timeTicks } from './time-scale.ts';

/** The survival curves as geometry, in CSS pixels. */
export interface SurvivalLayout {
  readonly width: number;
  readonly height: number;
  readonly axisY: number;
  readonly left: number;
  readonly right: number;
  /** Whether the lines bear their names; else their numbers alone. */
  readonly named: boolean;
  readonly curves: readonly DrawnCurve[];
  readonly ticks: readonly Tick[];
  readonly levels: readonly Level[];
}

export interface DrawnCurve {
  readonly curve: SurvivalCurve;
  readonly name: string;
  /** The share at its end. */
  readonly share: string;
  /** Which dash and colour, from 0. */
  readonly style: number;
  /** SVG path of its steps. */
  readonly path: string;
  readonly label: EndLabel;
}

/** More are more than an eye can follow; the others stand in the table. */
export const MOST_CURVES = 6;
const TOP = 12;
const PLOT_HEIGHT = 164;
const AXIS_Y = TOP + PLOT_HEIGHT;
const HEIGHT = AXIS_Y + 22;
/** The axis begins some way before the first step, and spans at least so much. */
const LEAD = 3;
const LEAST_SPAN = 30;
/** What ended earlier counts at the left edge: a few that lived for 5 ms must not stretch it. */
const EARLIEST_START_MS = 100;
const LATEST_START_MS = 60_000;

/** Those with the most connections, in the order in which they are given. */
export function drawnCurves(curves: readonly SurvivalCurve[]): SurvivalCurve[] {
  const most = [...curves].sort((a, b) => b.connections - a.connections).slice(0, MOST_CURVES);
  return curves.filter((curve) => curve.points.length > 0 && most.includes(curve));
}

const yOf = (share: number): number => AXIS_Y - share * PLOT_HEIGHT;

/** @param width CSS pixels, 200 and more */
export function layoutSurvival(curves: readonly SurvivalCurve[], width: number): SurvivalLayout {
  const shown = drawnCurves(curves);
  const names = shown.map((curve) => curveName(curve, curves));
  const shares = shown.map((curve) => percent(endOf(curve).share));
  const texts = endTexts(names, shares, width, HEIGHT);
  const levels = [1, 0.5, 0].map((share) => ({ y: yOf(share), text: percent(share) }));
  const left = levelsLeft(levels);
  const scale = scaleOf(shown, left, texts.plotRight);
  const ends = shown.map((curve) => ({ x: scale.x(endOf(curve).ms), y: yOf(endOf(curve).share) }));
  const labels = endLabels(ends, texts, HEIGHT);
  return {
    width,
    height: HEIGHT,
    axisY: AXIS_Y,
    left,
    right: texts.plotRight,
    named: texts.named,
    ticks: timeTicks(scale, 0, texts.plotRight + LEADER),
    levels,
    curves: labels.flatMap((label, style) => {
      const curve = shown[style];
      const [name = '', share = ''] = [names[style], shares[style]];
      return curve === undefined ? [] : [{ curve, name, share, style, path: pathOf(curve, scale), label }];
    }),
  };
}

const endOf = ({ points }: SurvivalCurve): { readonly ms: number; readonly share: number } =>
  points.at(-1) ?? { ms: 0, share: 1 };

function scaleOf(curves: readonly SurvivalCurve[], left: number, right: number): TimeScale {
  const drops = curves.flatMap(({ points }) => points.filter(({ ms }) => ms > 0).map(({ ms }) => ms));
  const from = Math.max(EARLIEST_START_MS, Math.min(...drops, LATEST_START_MS) / LEAD);
  return timeScale(from, Math.max(...drops, from * LEAST_SPAN), left, right);
}

/** `share` holds from `ms` on until the next point. */
function pathOf({ points }: SurvivalCurve, scale: TimeScale): string {
  const at = (n: number) => n.toFixed(1);
  return points
    .map(({ ms, share }, i) =>
      i === 0 ? `M${at(scale.x(ms))} ${at(yOf(share))}` : `H${at(scale.x(ms))}V${at(yOf(share))}`,
    )
    .join('');
}
