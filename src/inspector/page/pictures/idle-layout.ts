import type { Party } from '../../../verdict/verdict.ts';
import { grouped } from '../../../words/times.ts';
import type { IdleBucket, Pictures } from '../../api.ts';
import { about, isEndless, timerWords } from './about.ts';
import { type Bar, barOf } from './bars.ts';
import { type Anchor, anchorOf, lineRow, placeFlags } from './flags.ts';
import { type TimerPile, tellingPile, timerPiles } from './idle-pile.ts';
import { fullOnes, PARTY_ORDER, totalOf } from './parties.ts';
import { cutToWidth, type Font, textWidth } from './text-box.ts';
import { TICK_FONT, type Tick, tickAt } from './ticks.ts';
import { type TimeScale, timeScale, timeTicks } from './time-scale.ts';

/** The histogram of idle times as geometry, in CSS pixels. */
export interface IdleLayout {
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly axisY: number;
  readonly bars: readonly Bar[];
  /** Of bars with room for it above them; that of the telling pile stands in its flag. */
  readonly counts: readonly { readonly x: number; readonly y: number; readonly text: string }[];
  readonly ticks: readonly Tick[];
  readonly timers: readonly TimerLine[];
  /** Timers that found no room for a label, or lie outside of the axis; they stand in the table. */
  readonly more: number;
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
const WIDE_PX = 480;
/** The axis shows at least this, so that the usual timers are in sight however few ends there are. */
const FROM_MS = 1000;
const TO_MS = 900_000;
/** Some air beyond the first and the last bar. */
const MARGIN = 1.15;
/** By how much a bucket is wider than the one before it, where none tells (src/inspector/archive/idle-histogram.ts). */
const GROWTH = 10 ** (1 / 12);

/** @param width CSS pixels, 200 and more */
export function layoutIdle(idle: Pictures['idle'], width: number): IdleLayout {
  const { buckets } = idle;
  const [from, to] = edgesOf(buckets);
  const begin = Math.min(FROM_MS / MARGIN, ...buckets.map((bucket) => from(bucket) / (bucket.from === 0 ? 1 : MARGIN)));
  const scale = timeScale(begin, Math.max(TO_MS, ...buckets.map(to)) * MARGIN, SIDE, width - SIDE);
  const piles = timerPiles(idle);
  const telling = tellingPile(piles);
  const timers = timerLines(piles, telling, scale, width);
  const top = Math.max(0, ...timers.map(({ label }) => label.y)) + COUNT_HEIGHT + 4;
  const axisY = top + BARS_HEIGHT;
  const perClose = BARS_HEIGHT / Math.max(...buckets.map(({ counts }) => totalOf(counts)));
  const bars = buckets.map((bucket) => barOf(bucket, scale.x(from(bucket)), scale.x(to(bucket)), axisY, perClose));
  const ends = bars.flatMap(({ from: first, to: last, left, right }) => {
    const text = first === 0 ? `< ${about(last)}` : isEndless(last) ? `> ${about(first)}` : '';
    return text === '' ? [] : [tickAt((left + right) / 2, text)];
  });
  return {
    width,
    height: axisY + AXIS_HEIGHT,
    top,
    axisY,
    bars,
    counts: fullOnes(bars).flatMap(({ from: first, counts, x, width: wide, top: y }) => {
      const text = grouped(totalOf(counts));
      const shown = first !== telling?.bucket.from && textWidth(text, TICK_FONT) <= wide + 2;
      return shown ? [{ x: x + wide / 2, y: y - 4, text }] : [];
    }),
    ticks: timeTicks(scale, 0, width, ends),
    timers,
    more: piles.length - timers.length,
  };
}

type Edge = (bucket: IdleBucket) => number;

/** The first bucket begins at nothing and the last one may never end: on a logarithmic axis they are as wide as the others. */
function edgesOf(buckets: readonly IdleBucket[]): readonly [from: Edge, to: Edge] {
  const usual = buckets.find(({ from, to }) => from > 0 && !isEndless(to));
  const growth = usual === undefined ? GROWTH : usual.to / usual.from;
  return [({ from, to }) => (from === 0 ? to / growth : from), ({ from, to }) => (isEndless(to) ? from * growth : to)];
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
