import type { Verdict } from '../../../verdict/verdict.ts';
import { type Columns, legHeading, type Note } from './columns.ts';
import type { Lit } from './geometry.ts';
import type { Cast } from './lane-names.ts';
import { neighbourOn } from './lane-names.ts';

/** As sure as the verdict, and no surer. `short` for where there is little room. */
export function litWords({ certainty, manner }: Pick<Verdict, 'certainty' | 'manner'>): Note {
  const did = manner === 'refused' ? 'at fault' : 'closed it';
  if (certainty === 'certain') return { long: did, short: did };
  return certainty === 'likely'
    ? { long: `likely ${did}`, short: 'likely' }
    : { long: `possibly ${did}`, short: 'possibly' };
}

const WIDEST = 120;
/** The names of the lanes on both sides stand above it. */
const LEG_TOP = 17;

/** Of the lanes; `width` of the whole picture. */
export interface LitFrame {
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
}

export function litOf(
  cast: Cast,
  verdict: Verdict | null,
  columns: Columns,
  { top, bottom, width: whole }: LitFrame,
): Lit | null {
  const { culprit } = cast;
  if (verdict === null || culprit === null) return null;
  const common = {
    top,
    bottom,
    party: verdict.closedBy,
    weak: verdict.certainty === 'possible',
    words: litWords(verdict).long,
  };
  if ('lane' in culprit) {
    const width = Math.min(WIDEST, columns.spacing * 0.78);
    return { ...common, x: (columns.x[culprit.lane] ?? 0) - width / 2, width, head: null };
  }
  const ends = [columns.x.hangup ?? 0, columns.x[neighbourOn(culprit.leg, cast.lanes)] ?? 0];
  const inset = columns.spacing * 0.12;
  const x = Math.min(...ends) + inset;
  const width = Math.max(...ends) - inset - x;
  const words = `network, ${litWords(verdict).short}`;
  const head = legHeading(columns, columns.compact ? x : x + width / 2, words, cast.lanes.length, whole);
  return { ...common, top: Math.max(top, LEG_TOP), x, width, words, head };
}
