import { counted } from './about.ts';
import type { Bucket } from './bars.ts';
import { byParty, fullOnes, partiesOf, partyName, totalOf } from './parties.ts';
import type { TableData } from './table.ts';

/** What buckets of closes say, of silence and of time alike. */

/** `6 closes, 5 by proxy, 1 by client` in two parts: between them stands what it is about. */
export function closesWords({ counts }: Bucket): readonly [closes: string, by: string] {
  const total = totalOf(counts);
  return total === 0 ? ['no close', ''] : [counted(total, 'close'), `, ${byParty(counts)}`];
}

/** @param range says the span of a bucket */
export function bucketTable(
  caption: string,
  first: string,
  buckets: readonly Bucket[],
  range: (from: number, to: number) => string,
): TableData {
  const full = fullOnes(buckets);
  const parties = partiesOf(full);
  return {
    caption,
    head: [first, ...parties.map(partyName), 'all'],
    rows: full.map(({ from, to, counts }) => [
      range(from, to),
      ...parties.map((party) => String(counts[party] ?? 0)),
      String(totalOf(counts)),
    ]),
    spans: full,
  };
}
