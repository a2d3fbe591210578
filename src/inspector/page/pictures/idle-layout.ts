import type { Party } from '../../../verdict/verdict.ts';
import { grouped } from '../../../words/times.ts';
import type { IdleBucket, Pictures } from '../../api.ts';
import { timerWords } from './about.ts';
import { type Anchor, anchorOf, lineRow, placeFlags } from './flags.ts';
import { type TimerPile, tellingPile, timerPiles } from './idle-pile.ts';
import { fullOnes, PARTY_ORDER, totalOf } from './parties.ts';
import { type Stack, stackOf } from './stack.ts';
import { cutToWidth, type Font, textWidth } from './text-box.ts';
import { TICK_FONT, type Tick, type TimeScale, timeScale, timeTicks } from './time-scale.ts';

/** The histogram of idle times as geometry, in CSS pixels. */
export interface IdleLayout {
  readonly width: number;
  readonly height: number;
  readonly axisY: number;
  readonly bars: readonly Bar[];
  readonly ticks: readonly Tick[];
  readonly timers: readonly TimerLine[];
  /** Timers that found no room for a label, or lie outside of the axis; they stand in the table. */
  readonly more: number;
}

export interface Bar extends Stack {
  readonly bucket: IdleBucket;
  readonly x: number;
  readonly width: number;
  /** Its count, where there is room for it above the bar. */
  readonly count: string | null;
}

export interface TimerLine {
  readonly ms: number;
  readonly x: number;
  /** Where the line begins; it ends at the axis. */
  readonly top: number;
  readonly label: { readonly x: number; readonly y: number; readonly anchor: Anchor; readonly text: string };
  /** Whose pile stands at it, if it is the telling one. */
  readonly pile: Party | null;
}

const FLAG_FONT: Font = { px: 12, face: 'sans' };
const PILE_FONT: Font = { px: 12, face: 'bold' };

const SIDE = 6;
const ROW = 17;
const BARS_HEIGHT = 132;
/** Room for the count above the tallest bar. */
const COUNT_HEIGHT = 16;
const AXIS_HEIGHT = 22;
/** What can be seen and hit. */
const LOWEST_BAR = 3;
const WIDE_PX = 480;
/** The axis shows at least this, so that the usual timers are in sight however few ends there are. */
const FROM_MS = 1000;
const TO_MS = 900_000;
/** A logarithmic axis knows no 0. */
const SHORTEST_MS = 1;

/** @param width CSS pixels, 200 and more */
export function layoutIdle(idle: Pictures['idle'], width: number): IdleLayout {
  const buckets = fullOnes(idle.buckets);
  const from = Math.max(SHORTEST_MS, Math.min(FROM_MS, ...buckets.map(fromOf)));
  const to = Math.max(TO_MS, ...buckets.map(toOf));
  const scale = timeScale(from / 1.15, to * 1.15, SIDE, width - SIDE);
  const piles = timerPiles(idle);
  const telling = tellingPile(piles);
  const timers = timerLines(piles, telling, scale, width);
  const top = Math.max(0, ...timers.map(({ label }) => label.y)) + COUNT_HEIGHT + 4;
  const axisY = top + BARS_HEIGHT;
  const perClose = BARS_HEIGHT / Math.max(...buckets.map(({ counts }) => totalOf(counts)));
  return {
    width,
    height: axisY + AXIS_HEIGHT,
    axisY,
    bars: buckets.map((bucket) => barOf(bucket, scale, axisY, perClose, bucket !== telling?.bucket)),
    ticks: timeTicks(scale, 0, width),
    timers,
    more: piles.length - timers.length,
  };
}

/** The first bucket begins at nothing and the last one may never end: on a logarithmic axis they are as wide as a doubling. */
const fromOf = ({ from, to }: IdleBucket): number => (from === 0 ? to / 2 : from);
const toOf = ({ from, to }: IdleBucket): number => (from === 0 ? to : Math.min(to, 2 * from));

/** @param counted whether it may bear its count: that of the telling pile stands in its flag */
function barOf(bucket: IdleBucket, scale: TimeScale, axisY: number, perClose: number, counted: boolean): Bar {
  const x = scale.x(fromOf(bucket));
  const width = Math.max(LOWEST_BAR, scale.x(toOf(bucket)) - x - 1);
  const text = grouped(totalOf(bucket.counts));
  const fits = textWidth(text, TICK_FONT) <= width + 2;
  return { bucket, x, width, ...stackOf(bucket.counts, axisY, perClose), count: counted && fits ? text : null };
}

function timerLines(
  piles: readonly TimerPile[],
  telling: ReturnType<typeof tellingPile>,
  scale: TimeScale,
  width: number,
): TimerLine[] {
  const wide = width >= WIDE_PX;
  // The telling one first, then those with closes at them, the more the better, then the others as they are known.
  const flags = piles
    .filter(({ ms }) => ms >= scale.from && ms <= scale.to)
    .map((pile) => {
      const tells = pile.ms === telling?.ms;
      const closes = pile.bucket === null ? 0 : totalOf(pile.bucket.counts);
      const font = tells ? PILE_FONT : FLAG_FONT;
      const text = flagText(pile, tells ? ` · ${grouped(closes)}` : '', wide, width, font);
      const weight = tells ? Number.POSITIVE_INFINITY : closes;
      return { pile, tells, text, x: scale.x(pile.ms), width: textWidth(text, font), weight };
    })
    .sort((a, b) => b.weight - a.weight);
  return placeFlags(flags, { left: 0, right: width, rows: wide ? 4 : 3 }).flatMap((place) => {
    const flag = flags[place.index];
    if (flag === undefined) return [];
    const { pile, tells, text, x } = flag;
    const label = { ...anchorOf(place, flag), y: place.row * ROW + 13, text };
    const party = tells && pile.bucket !== null ? tallestParty(pile.bucket) : null;
    return [{ ms: pile.ms, x, top: lineRow(place) * ROW + 2, label, pile: party }];
  });
}

/** `60 s nginx proxy_read_timeout (default) or 2 others · 38`; what stands in brackets goes first where room is scarce. */
function flagText({ ms, labels }: TimerPile, count: string, wide: boolean, width: number, font: Font): string {
  const [first = '', ...others] = labels;
  const more = others.length === 0 ? '' : wide ? ` or ${others.length} more` : ` +${others.length}`;
  const name = wide ? first : first.replace(/ \(.*\)$/, '');
  const room = Math.min(width * 0.95, wide ? 460 : 320) - textWidth(`${timerWords(ms)} ${more}${count}`, font);
  return `${timerWords(ms)} ${cutToWidth(name, room, font)}${more}${count}`;
}

const tallestParty = ({ counts }: IdleBucket): Party =>
  PARTY_ORDER.reduce((best, party) => ((counts[party] ?? 0) > (counts[best] ?? 0) ? party : best));
