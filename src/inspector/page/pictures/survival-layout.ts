import type { SurvivalCurve } from '../../api.ts';
import { percent } from './about.ts';
import { curveName } from './keepalive-words.ts';
import { spread } from './spread.ts';
import { type Font, textWidth, wrapToWidth } from './text-box.ts';
import { type Tick, type TimeScale, timeScale, timeTicks } from './time-scale.ts';

/** The survival curves as geometry, in CSS pixels. */
export interface SurvivalLayout {
  readonly width: number;
  readonly height: number;
  readonly axisY: number;
  readonly plotLeft: number;
  readonly plotRight: number;
  /** Whether the lines bear their names; else their numbers alone. */
  readonly named: boolean;
  readonly curves: readonly DrawnCurve[];
  readonly ticks: readonly Tick[];
  readonly shares: readonly { readonly y: number; readonly text: string }[];
}

export interface DrawnCurve {
  readonly curve: SurvivalCurve;
  readonly name: string;
  /** Which dash and colour, from 0. */
  readonly style: number;
  /** SVG path of its steps. */
  readonly path: string;
  readonly end: { readonly x: number; readonly y: number; readonly text: string };
  /** Its name and number beside the end; the number alone where the picture is narrow. */
  readonly label: {
    readonly x: number;
    readonly y: number;
    readonly height: number;
    readonly lines: readonly string[];
  };
}

export const SURVIVAL_FONT: Font = { px: 12, face: 'bold' };

/** More are more than an eye can follow; the others stand in the table. */
export const MOST_CURVES = 6;
const WIDE_PX = 460;
const LEFT = 44;
const TOP = 12;
const PLOT_HEIGHT = 164;
const AXIS_HEIGHT = 22;
export const LABEL_LINE = 15;
const LABEL_GAP = 3;
/** From the end of the axis to the labels: room for the lines that lead to them. */
const LEADER = 16;
/** The axis begins some way before the first step, and spans at least so much. */
const LEAD = 3;
const LEAST_SPAN = 30;
const LATEST_START_MS = 60_000;

/** Those with the most connections, in the order in which they are given. */
export function drawnCurves(curves: readonly SurvivalCurve[]): SurvivalCurve[] {
  const most = [...curves].sort((a, b) => b.connections - a.connections).slice(0, MOST_CURVES);
  return curves.filter((curve) => curve.points.length > 0 && most.includes(curve));
}

/** @param width CSS pixels, 200 and more */
export function layoutSurvival(curves: readonly SurvivalCurve[], width: number): SurvivalLayout {
  const shown = drawnCurves(curves);
  const names = shown.map((curve) => curveName(curve, curves));
  const numbers = shown.map((curve) => percent(endOf(curve).share));
  const axisY = TOP + PLOT_HEIGHT;
  const nameWidth = Math.min(width * 0.36, Math.max(...names.map((name) => textWidth(name, SURVIVAL_FONT)), 60) + 1);
  const full = names.map((name, i) => [...wrapToWidth(name, nameWidth, SURVIVAL_FONT, 2), numbers[i] ?? '']);
  const fullHeight = full.reduce((sum, { length }) => sum + length * LABEL_LINE + LABEL_GAP, 0);
  const named = width >= WIDE_PX && fullHeight <= axisY + AXIS_HEIGHT;
  const lines = named ? full : numbers.map((number) => [number]);
  const labelWidth = named ? nameWidth : Math.max(...numbers.map((number) => textWidth(number, SURVIVAL_FONT)), 0);
  const plotRight = width - labelWidth - LEADER;
  const scale = scaleOf(shown, plotRight);
  const y = (share: number) => axisY - share * PLOT_HEIGHT;

  const ends = shown.map((curve) => ({ x: scale.x(endOf(curve).ms), y: y(endOf(curve).share) }));
  const tops = labelTops(ends, lines, axisY);
  return {
    width,
    height: axisY + AXIS_HEIGHT,
    axisY,
    plotLeft: LEFT,
    plotRight,
    named,
    ticks: timeTicks(scale, LEFT - 10, plotRight + LEADER),
    shares: [1, 0.5, 0].map((share) => ({ y: y(share), text: `${share * 100} %` })),
    curves: shown.map((curve, i) => ({
      curve,
      name: names[i] ?? '',
      style: i,
      path: pathOf(curve, scale, y),
      end: { ...(ends[i] ?? { x: 0, y: 0 }), text: numbers[i] ?? '' },
      label: {
        x: plotRight + LEADER,
        y: tops[i] ?? 0,
        height: (lines[i]?.length ?? 0) * LABEL_LINE,
        lines: lines[i] ?? [],
      },
    })),
  };
}

/** Labels stand beside the ends of their lines, moved apart where these are close. */
function labelTops(
  ends: readonly { readonly y: number }[],
  lines: readonly (readonly string[])[],
  axisY: number,
): number[] {
  const order = ends.map((_, i) => i).sort((a, b) => (ends[a]?.y ?? 0) - (ends[b]?.y ?? 0));
  const wanted = order.map((i) => ({ y: ends[i]?.y ?? 0, height: (lines[i]?.length ?? 0) * LABEL_LINE }));
  const tops = spread(wanted, 0, axisY + AXIS_HEIGHT, LABEL_GAP);
  return ends.map((_, i) => tops[order.indexOf(i)] ?? 0);
}

const endOf = ({ points }: SurvivalCurve): { readonly ms: number; readonly share: number } =>
  points.at(-1) ?? { ms: 0, share: 1 };

function scaleOf(curves: readonly SurvivalCurve[], right: number): TimeScale {
  const drops = curves.flatMap(({ points }) => points.filter(({ ms }) => ms > 0).map(({ ms }) => ms));
  const first = Math.min(...drops, LATEST_START_MS);
  const from = Math.max(1, first / LEAD);
  return timeScale(from, Math.max(...drops, from * LEAST_SPAN), LEFT, right);
}

/** `share` holds from `ms` on until the next point. */
function pathOf({ points }: SurvivalCurve, scale: TimeScale, y: (share: number) => number): string {
  const at = (n: number) => n.toFixed(1);
  return points
    .map(({ ms, share }, i) =>
      i === 0 ? `M${at(scale.x(ms))} ${at(y(share))}` : `H${at(scale.x(ms))}V${at(y(share))}`,
    )
    .join('');
}
