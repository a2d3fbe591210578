import type { Party } from '../../../verdict/verdict.ts';
import { type Counts, PARTY_ORDER, totalOf } from './parties.ts';

/** A bar of counts, the parties stacked from the axis up. */
export interface Stack {
  readonly top: number;
  readonly parts: readonly { readonly party: Party; readonly y: number; readonly height: number }[];
}

/** What can be seen and hit. */
const LOWEST_PX = 3;

/** @param perClose CSS pixels; a single close can be seen all the same */
export function stackOf(counts: Counts, axisY: number, perClose: number): Stack {
  const total = totalOf(counts);
  const height = Math.max(LOWEST_PX, total * perClose);
  let y = axisY;
  const parts = PARTY_ORDER.flatMap((party) => {
    const share = (height * (counts[party] ?? 0)) / total;
    y -= share;
    return share > 0 ? [{ party, y, height: share }] : [];
  });
  return { top: axisY - height, parts };
}
