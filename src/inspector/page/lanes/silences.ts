import type { Row } from './rows.ts';

/** The silences before the first closing act, or until now, and how tall each stands: all with the same factor. */
export interface ScaledSilence {
  /** The row that it precedes. */
  readonly row: number;
  readonly ms: number;
  readonly height: number;
}

/** Shorter ones are the ordinary pauses between frames. */
const SHORTEST_MS = 1000;
/** Lower than this a bracket cannot be seen, and its label not be placed. */
const LOWEST_PX = 20;
const TALLEST_PX = 220;
/** Two seconds are no long silence, even where nothing else was silent. */
const MOST_PX_PER_MS = 0.03;

/**
 * @param end the row of the first closing act, or the last one: what comes after is told by its times
 * @param room CSS pixels for all of them
 * @returns in order; those too short beside the others are left out rather than drawn out of scale
 */
export function scaledSilences(rows: readonly Row[], end: number, room: number): ScaledSilence[] {
  const gaps: { row: number; ms: number }[] = [];
  let until = rows[0]?.until ?? 0;
  for (const [row, { at, until: last }] of rows.entries()) {
    if (row > end) break;
    if (at - until >= SHORTEST_MS) gaps.push({ row, ms: at - until });
    until = Math.max(until, last);
  }
  gaps.sort((a, b) => b.ms - a.ms);
  while (gaps.length > 0) {
    const perMs = factor(gaps, room);
    const shortest = gaps.at(-1)?.ms ?? 0;
    if (shortest * perMs >= LOWEST_PX) {
      return gaps.sort((a, b) => a.row - b.row).map(({ row, ms }) => ({ row, ms, height: ms * perMs }));
    }
    gaps.pop();
  }
  return [];
}

/** @param gaps longest first @returns CSS pixels per ms */
function factor(gaps: readonly { readonly ms: number }[], room: number): number {
  const sum = gaps.reduce((total, { ms }) => total + ms, 0);
  return Math.min(room / sum, TALLEST_PX / (gaps[0]?.ms ?? 1), MOST_PX_PER_MS);
}
