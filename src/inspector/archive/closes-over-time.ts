import type { Party } from '../../verdict/verdict.ts';
import type { ConnectionQuery, Pictures } from '../api.ts';
import type { Ended } from './ended.ts';
import { massCloses } from './mass-closes.ts';
import { timeBuckets } from './time-buckets.ts';

const MOST_BUCKETS = 120;

/** Closes over time: over that of the query, and where it leaves an end open, to now or from the first close. */
export function closesOverTime(ended: readonly Ended[], query: ConnectionQuery, now: number): Pictures['closes'] {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { closedAt } of ended) {
    for (const at of closedAt) {
      if (at < first) first = at;
      if (at > last) last = at;
    }
  }
  const from = query.since ?? first;
  const to = query.until ?? (query.since === undefined ? last + 1 : Math.max(now, last + 1));
  const { bucketMs, start, count } = timeBuckets(
    Number.isFinite(from) ? from : 0,
    Number.isFinite(to) ? to : 0,
    MOST_BUCKETS,
  );
  const buckets = Array.from({ length: count }, (_, i) => {
    const counts: Partial<Record<Party, number>> = {};
    return { at: start + i * bucketMs, counts };
  });
  for (const { closedBy, closedAt } of ended) {
    for (const at of closedAt) {
      const counts = buckets[Math.floor((at - start) / bucketMs)]?.counts;
      if (counts !== undefined) counts[closedBy] = (counts[closedBy] ?? 0) + 1;
    }
  }
  return { bucketMs, buckets, mass: massCloses(ended) };
}
