import type { Party } from '../../../verdict/verdict.ts';
import { grouped } from '../../../words/times.ts';
import type { Pictures } from '../../api.ts';
import { type Bar, barOf } from './bars.ts';
import { type ClockAxis, clockAxisTicks, xOf } from './clock-axis.ts';
import { closeBuckets, massWords } from './closes-words.ts';
import { type Anchor, anchorOf, lineRow, placeMost } from './flags.ts';
import { type Level, levelsLeft } from './levels.ts';
import { totalOf } from './parties.ts';
import { cutToWidth, type Font, textWidth } from './text-box.ts';
import type { Tick } from './ticks.ts';

type Closes = Pictures['closes'];

/** Closes over time as geometry, in CSS pixels. */
export interface ClosesLayout {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly axisY: number;
  readonly axis: ClockAxis;
  readonly bars: readonly Bar[];
  readonly ticks: readonly Tick[];
  readonly levels: readonly Level[];
  readonly flags: readonly MassFlag[];
  /** Flags that found no room for their words; they stand in the table. */
  readonly unnamed: number;
}

/** What ended at once: a flag over the bars. */
export interface MassFlag {
  readonly x: number;
  /** Where its pole begins. */
  readonly top: number;
  readonly party: Party;
  /** On which side of the pole the cloth hangs. */
  readonly way: 1 | -1;
  readonly label: { readonly x: number; readonly y: number; readonly anchor: Anchor; readonly text: string } | null;
}

const RIGHT = 10;
const BARS_HEIGHT = 132;
const AXIS_HEIGHT = 22;
const AIR = 5;
const ROW = 17;
const MOST_ROWS = 3;
const FONT: Font = { px: 12, face: 'sans' };
/** Enough to know a hop by. */
const LEAST_HOP_PX = 64;
/** The cloth of a flag. */
export const CLOTH_PX = 8;

/** @param width CSS pixels, 200 and more */
export function layoutCloses(closes: Closes, width: number): ClosesLayout {
  const buckets = closeBuckets(closes);
  const from = buckets[0]?.from ?? 0;
  const most = Math.max(...buckets.map(({ counts }) => totalOf(counts)));
  const left = levelsLeft(levelsOf(most, 0));
  const axis = { from, to: buckets.at(-1)?.to ?? from, left, right: width - RIGHT };
  const flags = massFlags(closes.mass, axis, width);
  const unnamed = flags.filter(({ label }) => label === null).length;
  const namedEnd = Math.max(0, ...flags.map((flag) => (flag.label === null ? 0 : flag.top + CLOTH_PX)));
  const top = namedEnd + (unnamed > 0 ? CLOTH_PX + AIR : 0) + AIR;
  const axisY = top + BARS_HEIGHT;
  return {
    width,
    height: axisY + AXIS_HEIGHT,
    top,
    axisY,
    axis,
    bars: buckets.map((bucket) =>
      barOf(bucket, xOf(axis, bucket.from), xOf(axis, bucket.to), axisY, BARS_HEIGHT / most),
    ),
    ticks: clockAxisTicks(axis, width),
    levels: levelsOf(most, axisY),
    flags: flags.map((flag) => (flag.label === null ? { ...flag, top: namedEnd + AIR } : flag)),
    unnamed,
  };
}

/** Whole steps of 1, 2 or 5, four at most. */
function levelsOf(most: number, axisY: number): Level[] {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(most / 4)));
  const step = unit * ([1, 2, 5].find((each) => most / (each * unit) <= 4) ?? 10);
  return Array.from({ length: Math.floor(most / step) }, (_, i) => ({
    y: axisY - (((i + 1) * step) / most) * BARS_HEIGHT,
    text: grouped((i + 1) * step),
  }));
}

/** The largest first. */
function massFlags(mass: Closes['mass'], axis: ClockAxis, right: number): MassFlag[] {
  const flags = [...mass]
    .sort((a, b) => b.count - a.count)
    .map((each) => {
      const others = textWidth(
        massWords(each, () => ''),
        FONT,
      );
      const text = massWords(each, (hop) => cutToWidth(hop, Math.max(LEAST_HOP_PX, right * 0.75 - others), FONT));
      return {
        count: each.count,
        party: each.closedBy,
        x: xOf(axis, each.at),
        text,
        width: textWidth(text, FONT) + CLOTH_PX,
      };
    });
  const placed = placeMost(flags, { left: 0, right, rows: MOST_ROWS }, ({ count }) => count);
  return flags.map((flag): MassFlag => {
    const { x, party, text } = flag;
    const place = placed.get(flag);
    if (place === undefined) return { x, party, top: 0, way: 1, label: null };
    const { x: textX, anchor } = anchorOf(place, flag);
    // Beside its pole the text makes room for the cloth.
    const shift = anchor === 'start' ? CLOTH_PX : anchor === 'end' ? -CLOTH_PX : 0;
    const label = { x: textX + shift, y: place.row * ROW + 12, anchor, text };
    return { x, party, top: lineRow(place) * ROW + 3, way: anchor === 'end' ? -1 : 1, label };
  });
}
