import type { Pictures } from '../../api.ts';
import { massWords } from './closes-data.ts';
import { type Anchor, anchorOf, lineRow, placeFlags } from './flags.ts';
import { type Font, textWidth } from './text-box.ts';

/** Flags over the bars for what ended at once. */

type Mass = Pictures['closes']['mass'];

export const ROW_PX = 17;
export const MASS_FONT: Font = { px: 11.5, face: 'sans' };
const MOST_ROWS = 3;
/** The cloth of a flag, in CSS pixels. */
export const CLOTH = { width: 8, height: 8 };

export const massRows = (flags: number): number => Math.min(MOST_ROWS, flags);

export interface MassFlag {
  readonly mass: Mass[number];
  readonly x: number;
  readonly text: string;
  /** Of its text. */
  readonly textX: number;
  readonly anchor: Anchor;
  readonly row: number;
  /** Where its pole begins. */
  readonly poleRow: number;
}

/** @param x CSS pixels of a time @returns the largest first; those without room are left out */
export function massFlags(mass: Mass, x: (at: number) => number, right: number, rows: number): MassFlag[] {
  const flags = mass
    .map((each) => ({ mass: each, x: x(each.at), text: massWords(each) }))
    .map((flag) => ({ ...flag, width: textWidth(flag.text, MASS_FONT) + CLOTH.width }))
    .sort((a, b) => b.mass.count - a.mass.count);
  return placeFlags(flags, { left: 0, right, rows }).flatMap((place) => {
    const flag = flags[place.index];
    if (flag === undefined) return [];
    const { x: textX, anchor } = anchorOf(place, flag);
    // Beside its pole the text makes room for the cloth.
    const shift = anchor === 'start' ? CLOTH.width : anchor === 'end' ? -CLOTH.width : 0;
    const { mass: each, x: at, text } = flag;
    return [{ mass: each, x: at, text, textX: textX + shift, anchor, row: place.row, poleRow: lineRow(place) }];
  });
}
