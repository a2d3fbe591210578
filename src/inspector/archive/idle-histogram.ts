import type { Party } from '../../verdict/verdict.ts';
import type { IdleBucket, Pictures } from '../api.ts';
import { type Ended, wasOpen } from './ended.ts';
import { timersWithin } from './timer-marks.ts';

const FIRST_MS = 100;
const PER_DECADE = 12;

/**
 * Where bucket `n` ends and the next begins: whole ms, so that a bucket can be a filter, too. The first one begins at 0; 90 of them
 * reach 30 days, and what was idle for longer is in the last.
 */
const EDGES_MS: readonly number[] = [
  0,
  ...Array.from({ length: 90 }, (_, n) => Math.round(FIRST_MS * 10 ** (n / PER_DECADE))),
];

/** Idle times at the end, in buckets that grow by a constant factor; only the range in use. Refused upgrades were never idle. */
export function idleHistogram(ended: readonly Ended[]): Pictures['idle'] {
  const parties = new Map<Party, Uint32Array>();
  for (const { closedBy, idleMs } of ended.filter(wasOpen)) {
    const counts = parties.get(closedBy) ?? new Uint32Array(EDGES_MS.length);
    parties.set(closedBy, counts);
    for (const ms of idleMs) {
      if (ms === null) continue;
      const n = bucketOf(ms);
      counts[n] = (counts[n] ?? 0) + 1;
    }
  }
  const used = [...parties.values()];
  const first = Math.min(...used.map((counts) => counts.findIndex((count) => count > 0)).filter((n) => n >= 0));
  const last = Math.max(...used.map((counts) => counts.findLastIndex((count) => count > 0)));
  const buckets: IdleBucket[] = [];
  for (let n = first; n <= last; n++) buckets.push({ from: edge(n), to: edge(n + 1), counts: countsOf(parties, n) });
  return { buckets, timers: buckets.length === 0 ? [] : timersWithin(edge(first), edge(last + 1)) };
}

const edge = (n: number): number => EDGES_MS[n] ?? Number.MAX_SAFE_INTEGER;

/** The bucket that begins at or before this time and ends after it. */
function bucketOf(ms: number): number {
  let low = 0;
  let high = EDGES_MS.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edge(middle) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

function countsOf(parties: ReadonlyMap<Party, Uint32Array>, n: number): IdleBucket['counts'] {
  const counts: Partial<Record<Party, number>> = {};
  for (const [party, all] of parties) {
    const count = all[n] ?? 0;
    if (count > 0) counts[party] = count;
  }
  return counts;
}
