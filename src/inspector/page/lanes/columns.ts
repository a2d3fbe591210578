import { cutToWidth, type Font, textWidth } from '../pictures/text-box.ts';
import type { Heading, LaneId } from './geometry.ts';
import type { LaneName } from './lane-names.ts';

/** Where lanes and words stand side by side. */
export interface Columns {
  /** Lanes close together, their names in a staircase, words in a narrow column beside them. */
  readonly compact: boolean;
  readonly x: Readonly<Partial<Record<LaneId, number>>>;
  /** Between two lanes. */
  readonly spacing: number;
  /** Left and right edge of the lanes. */
  readonly left: number;
  readonly right: number;
  /** Of the brackets of silences. */
  readonly bracketX: number;
  readonly wordsX: number;
  readonly wordsWidth: number;
  /** Below it the first row begins. */
  readonly headHeight: number;
}

export const WORDS_FONT: Font = { px: 12, face: 'mono' };
export const NAME_FONT: Font = { px: 12, face: 'bold' };
export const NOTE_FONT: Font = { px: 11, face: 'sans' };

const WIDE_PX = 640;
/** Left of the lanes: brackets and the lengths of silences. */
const GUTTER = 104;
const STAIR = 17;

/** @param legLit a leg is lit: its words need a stair of their own */
export function columnsFor(width: number, lanes: readonly LaneName[], legLit: boolean): Columns {
  const compact = width < WIDE_PX;
  const count = lanes.length;
  const wordsWidth = compact ? width - compactLanes(width, count) - 12 : Math.min(460, Math.max(264, width * 0.34));
  const left = compact ? 12 : GUTTER;
  const room = width - wordsWidth - left - (compact ? 0 : 24);
  const spacing = Math.min(compact ? 60 : 210, room / count);
  const right = left + spacing * count;
  return {
    compact,
    x: Object.fromEntries(lanes.map(({ id }, i) => [id, left + spacing * (i + 0.5)])),
    spacing,
    left,
    right,
    bracketX: compact ? 7 : GUTTER - 2,
    wordsX: right + (compact ? 12 : 24),
    wordsWidth: compact ? width - right - 12 : wordsWidth,
    headHeight: compact ? (count + (legLit ? 1 : 0)) * STAIR + 10 : 46,
  };
}

/** A third of the picture, but never so narrow that heads of arrows meet. */
const compactLanes = (width: number, count: number): number =>
  12 + Math.max(count * 22, Math.min(count * 60, width * 0.36));

/** What stands below a lane's name, or behind it where that is narrow. */
export interface Note {
  readonly long: string;
  readonly short: string;
}

/** @param order from the left, 0 first */
export function headingOf(columns: Columns, lane: LaneName, note: Note, order: number, width: number): Heading {
  const x = columns.x[lane.id] ?? 0;
  if (columns.compact) {
    const left = x - 3;
    const room = width - left;
    const text = note.long === '' ? lane.name : `${lane.name} · ${note.long}`;
    const name = cutToWidth(text, room, NAME_FONT);
    const box = { x: left, y: order * STAIR, width: Math.min(room, textWidth(name, NAME_FONT)), height: STAIR };
    return { box, anchor: 'start', name, note: '' };
  }
  const room = columns.spacing - 2;
  const name = cutToWidth(lane.name, room, NAME_FONT);
  const fitting = textWidth(note.long, NOTE_FONT) <= room ? note.long : note.short;
  const short = cutToWidth(fitting, room, NOTE_FONT);
  const used = Math.max(textWidth(name, NAME_FONT), textWidth(short, NOTE_FONT));
  return { box: { x: x - used / 2, y: 2, width: used, height: 34 }, anchor: 'middle', name, note: short };
}

/** Where the line of a lane begins: below its name. */
export const laneTop = (columns: Columns, order: number): number =>
  columns.compact ? (order + 1) * STAIR + 2 : columns.headHeight - 6;

/** Words between two lanes, of the leg that is lit. @param order its stair */
export function legHeading(columns: Columns, x: number, words: string, order: number, width: number): Heading {
  if (columns.compact) {
    const name = cutToWidth(words, width - x, NAME_FONT);
    const box = { x, y: order * STAIR, width: textWidth(name, NAME_FONT), height: STAIR };
    return { box, anchor: 'start', name, note: '' };
  }
  const used = textWidth(words, NOTE_FONT);
  return { box: { x: x - used / 2, y: 20, width: used, height: 16 }, anchor: 'middle', name: '', note: words };
}
