import type { Party } from '../../../verdict/verdict.ts';
import { causeWords } from '../../../words/codes.ts';
import { harmless } from '../../../words/harmless.ts';
import { grouped } from '../../../words/times.ts';
import type { Pictures } from '../../api.ts';
import { partiesOf, partyName } from './parties.ts';

type Closes = Pictures['closes'];

/** Closes over time as uPlot draws it: stacked bars are overlapping ones, the sum of all at the back. */
export interface ClosesData {
  /** From the back to the front. */
  readonly parties: readonly Party[];
  /** ms since the epoch, then a column a party: its count and all that stand below it. */
  readonly columns: [x: number[], ...sums: number[][]];
  /** ms since the epoch. */
  readonly from: number;
  readonly to: number;
}

export function closesData({ buckets, bucketMs }: Closes): ClosesData {
  const parties = partiesOf(buckets);
  const sums: number[][] = [];
  let below: readonly number[] = buckets.map(() => 0);
  for (const party of parties) {
    const sum = buckets.map(({ counts }, i) => (below[i] ?? 0) + (counts[party] ?? 0));
    sums.push(sum);
    below = sum;
  }
  const from = buckets[0]?.at ?? 0;
  return {
    parties: [...parties].reverse(),
    columns: [buckets.map(({ at }) => at), ...sums.reverse()],
    from,
    to: (buckets.at(-1)?.at ?? from) + bucketMs,
  };
}

/** What a dragged range means: whole buckets, and nothing beyond the axis. @returns ms since the epoch, `until` excluded */
export function chosenRange(data: ClosesData, bucketMs: number, from: number, to: number): readonly [number, number] {
  const first = Math.floor((Math.max(from, data.from) - data.from) / bucketMs);
  const last = Math.ceil((Math.min(to, data.to) - data.from) / bucketMs);
  return [data.from + first * bucketMs, data.from + Math.max(first + 1, last) * bucketMs];
}

/** The bucket at a time; null outside of the axis. */
export function bucketAt(data: ClosesData, bucketMs: number, at: number): number | null {
  return at < data.from || at >= data.to ? null : Math.floor((at - data.from) / bucketMs);
}

/** `5 at once · nginx reload` */
export const massWords = ({ count, closedBy, hop, cause }: Closes['mass'][number]): string =>
  `${grouped(count)} at once · ${hop === null ? partyName(closedBy) : harmless(hop)} ${causeWords(cause)}`;
