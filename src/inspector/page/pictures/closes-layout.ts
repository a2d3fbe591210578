import type { Party } from '../../../verdict/verdict.ts';
import { grouped } from '../../../words/times.ts';
import type { Pictures } from '../../api.ts';
import { type ClockAxis, clockAxisTicks, xOf } from './clock-axis.ts';
import { massWords, spanOf } from './closes-data.ts';
import { type Anchor, anchorOf, lineRow, placeFlags } from './flags.ts';
import { fullOnes, totalOf } from './parties.ts';
import { type Stack, stackOf } from './stack.ts';
import { type Font, textWidth } from './text-box.ts';
import type { Tick } from './time-scale.ts';

type Closes = Pictures['closes'];

/** Closes over time as geometry, in CSS pixels. */
export interface ClosesLayout {
  readonly width: number;
  readonly height: number;
  readonly axisY: number;
  readonly top: number;
  readonly axis: ClockAxis;
  readonly bars: readonly (Stack & { readonly at: number; readonly x: number; readonly width: number })[];
  readonly ticks: readonly Tick[];
  readonly counts: readonly { readonly y: number; readonly text: string }[];
  readonly flags: readonly MassFlag[];
  /** Flags that found no room; they stand in the table. */
  readonly more: number;
}

/** What ended at once: a flag over the bars. */
export interface MassFlag {
  readonly x: number;
  /** Where its pole begins. */
  readonly top: number;
  readonly party: Party;
  /** On which side of the pole the cloth hangs. */
  readonly way: 1 | -1;
  readonly label: { readonly x: number; readonly y: number; readonly anchor: Anchor; readonly text: string };
}

const LEFT = 44;
const RIGHT = 8;
const BARS_HEIGHT = 132;
const AXIS_HEIGHT = 22;
const AIR = 10;
const MOST_BAR_PX = 48;
const LEAST_BAR_PX = 1.5;
const ROW = 17;
const MOST_ROWS = 3;
const FONT: Font = { px: 12, face: 'sans' };
/** The cloth of a flag. */
export const CLOTH_PX = 8;

/** @param width CSS pixels, 200 and more */
export function layoutCloses(closes: Closes, width: number): ClosesLayout {
  const axis = { ...spanOf(closes), left: LEFT, right: width - RIGHT };
  const flags = massFlags(closes.mass, axis, width);
  const top = Math.max(0, ...flags.map(({ label }) => label.y)) + AIR;
  const axisY = top + BARS_HEIGHT;
  const most = Math.max(...closes.buckets.map(({ counts }) => totalOf(counts)));
  const step = stepOf(most);
  const perClose = BARS_HEIGHT / most;
  const bucketPx = xOf(axis, axis.from + closes.bucketMs) - LEFT;
  return {
    width,
    height: axisY + AXIS_HEIGHT,
    axisY,
    top,
    axis,
    bars: fullOnes(closes.buckets).map(({ at, counts }) => ({
      at,
      x: xOf(axis, at),
      width: Math.max(LEAST_BAR_PX, Math.min(MOST_BAR_PX, bucketPx - 1)),
      ...stackOf(counts, axisY, perClose),
    })),
    ticks: clockAxisTicks(axis, width),
    counts: Array.from({ length: Math.floor(most / step) }, (_, i) => ({
      y: axisY - (i + 1) * step * perClose,
      text: grouped((i + 1) * step),
    })),
    flags,
    more: closes.mass.length - flags.length,
  };
}

/** Whole steps of 1, 2 or 5, four at most. */
function stepOf(most: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(most / 4)));
  return unit * ([1, 2, 5].find((step) => most / (step * unit) <= 4) ?? 10);
}

/** The largest first; those without room are left out. */
function massFlags(mass: Closes['mass'], axis: ClockAxis, right: number): MassFlag[] {
  const flags = mass
    .map((each) => ({ party: each.closedBy, count: each.count, x: xOf(axis, each.at), text: massWords(each) }))
    .map((flag) => ({ ...flag, width: textWidth(flag.text, FONT) + CLOTH_PX }))
    .sort((a, b) => b.count - a.count);
  return placeFlags(flags, { left: 0, right, rows: MOST_ROWS }).flatMap((place) => {
    const flag = flags[place.index];
    if (flag === undefined) return [];
    const { x, anchor } = anchorOf(place, flag);
    // Beside its pole the text makes room for the cloth.
    const shift = anchor === 'start' ? CLOTH_PX : anchor === 'end' ? -CLOTH_PX : 0;
    const label = { x: x + shift, y: place.row * ROW + 12, anchor, text: flag.text };
    return [{ x: flag.x, top: lineRow(place) * ROW + 3, party: flag.party, way: anchor === 'end' ? -1 : 1, label }];
  });
}
