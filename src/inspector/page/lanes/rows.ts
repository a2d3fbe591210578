import type { Moment } from './moment.ts';

/** What takes a line of the picture: a moment, or many folded into one. */
export interface Row {
  /** One, unless it is a fold. */
  readonly moments: readonly Moment[];
  readonly folded: boolean;
  readonly at: number;
  readonly until: number;
}

export interface RowRules {
  readonly heightOf: (moment: Moment) => number;
  readonly foldHeight: number;
  /** Of all rows together, in CSS pixels. */
  readonly budget: number;
}

/** So many frames are told one by one at most, however much room there is: more is noise around the end. */
const MOST_PLAIN = 14;
/** The longest silences keep the moments on both their sides. */
const TELLING_GAPS = 3;
/** Shorter ones are no silences (silences.ts). */
const SHORTEST_GAP_MS = 1000;

/** Folds the least telling moments until the others fit. The first closing act is never folded. */
export function rowsOf(moments: readonly Moment[], actIndex: number | null, rules: RowRules): Row[] {
  const weights = weightsOf(moments, actIndex);
  const order = moments.map((_, i) => i).sort((a, b) => (weights[a] ?? 0) - (weights[b] ?? 0) || a - b);
  const folded = moments.map(({ kind }) => kind === 'unseen');
  let plain = weights.filter((weight) => weight < WEIGHT.note).length;
  for (const i of order) {
    const weight = weights[i] ?? 0;
    if (weight === Number.POSITIVE_INFINITY) break;
    const crowded = weight < WEIGHT.note && plain > MOST_PLAIN;
    if (!crowded && heightOf(grouped(moments, folded), rules) <= rules.budget) break;
    folded[i] = true;
    plain--;
  }
  return grouped(moments, folded);
}

/** The higher, the longer it stays. */
const WEIGHT = { frame: 0, note: 100, opening: 200, after: 300, gap: 400, end: 500, nearest: 600 } as const;
/** So many before the end are the last moments proper. */
const NEAREST = 4;

function weightsOf(moments: readonly Moment[], actIndex: number | null): number[] {
  const end = actIndex ?? moments.length - 1;
  const beside = besideGaps(moments, end);
  return moments.map((moment, i) => {
    // The later of two alike stays.
    const late = (i / moments.length) * 50;
    if (moment.first || moment.kind === 'now') return Number.POSITIVE_INFINITY;
    if (i < end && i >= end - NEAREST) return WEIGHT.nearest + late;
    if (i > end) return (isEnd(moment) ? WEIGHT.end : WEIGHT.after) - late;
    if (beside.has(i)) return WEIGHT.gap + late;
    if (moment.kind === 'request' || moment.kind === 'answer') return WEIGHT.opening + late;
    return (moment.facts > 0 ? WEIGHT.note : WEIGHT.frame) + late;
  });
}

const isEnd = ({ kind }: Moment): boolean =>
  kind === 'close' || kind === 'fin' || kind === 'rst' || kind === 'lost' || kind === 'own-close';

function besideGaps(moments: readonly Moment[], end: number): Set<number> {
  const gaps: { i: number; ms: number }[] = [];
  let until = moments[0]?.until ?? 0;
  for (let i = 1; i <= end; i++) {
    const moment = moments[i];
    if (moment === undefined) break;
    if (moment.at - until >= SHORTEST_GAP_MS) gaps.push({ i, ms: moment.at - until });
    until = Math.max(until, moment.until);
  }
  // Of equal ones (hangup's own pings make them) the latest.
  const worth = ({ i, ms }: { i: number; ms: number }) => ms * (1 + i / moments.length);
  const longest = gaps.sort((a, b) => worth(b) - worth(a)).slice(0, TELLING_GAPS);
  return new Set(longest.flatMap(({ i }) => [i - 1, i]));
}

/** A moment that would be folded all alone is shown as it is, for a fold is no smaller; what is unseen cannot be. */
function grouped(moments: readonly Moment[], folded: readonly boolean[]): Row[] {
  const rows: Row[] = [];
  let run: Moment[] = [];
  const close = () => {
    const [only] = run;
    if (only === undefined) return;
    const alone = run.length === 1 && only.kind !== 'unseen';
    const until = Math.max(...run.map((moment) => moment.until));
    rows.push({ moments: run, folded: !alone, at: only.at, until });
    run = [];
  };
  for (const [i, moment] of moments.entries()) {
    if (folded[i] !== true) close();
    run.push(moment);
    if (folded[i] !== true) close();
  }
  close();
  return rows;
}

export const heightOf = (rows: readonly Row[], { heightOf: of, foldHeight }: RowRules): number =>
  rows.reduce((sum, { moments: [first], folded }) => sum + (folded || first === undefined ? foldHeight : of(first)), 0);
