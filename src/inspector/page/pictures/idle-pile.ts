import type { IdleBucket, Pictures } from '../../api.ts';
import { type Counts, totalOf } from './parties.ts';
import { type Timers, timersByLength } from './timers.ts';

type Idle = Pictures['idle'];

/** Timers of one length, and what ended when they fire. */
export interface TimerPile extends Timers {
  /** The tallest bucket in which they may fire; null when none of them holds a close. */
  readonly bucket: IdleBucket | null;
}

/** nginx fires up to 300 ms early, a busy tap reads up to 100 ms late (GROUND-TRUTH §2); short timers are exacter in ms. */
const EARLY_MS = 300;
const LATE_MS = 100;
const EARLY_SHARE = 0.05;

/** Shortest first; timers of the same length as one. */
export const timerPiles = ({ timers, buckets }: Idle): TimerPile[] =>
  timersByLength(timers).map((each) => ({ ...each, bucket: tallest(buckets.filter(standsAt(each.ms))) }));

const standsAt =
  (ms: number) =>
  ({ from, to, counts }: IdleBucket): boolean =>
    from <= ms + LATE_MS && to > ms - Math.min(EARLY_MS, ms * EARLY_SHARE) && totalOf(counts) > 0;

const tallest = (buckets: readonly IdleBucket[]): IdleBucket | null =>
  buckets.reduce<IdleBucket | null>(
    (best, bucket) => (best === null || totalOf(bucket.counts) > totalOf(best.counts) ? bucket : best),
    null,
  );

/** A single close at 60 s is no pile. */
const SMALLEST_PILE = 2;

/**
 * The tallest pile that stands at a timer. What the client or hangup itself closed was closed by no timer of the path: a
 * pile of such closes, however tall, is not laid at a timer's door.
 */
export function tellingPile(piles: readonly TimerPile[]): (TimerPile & { readonly bucket: IdleBucket }) | null {
  let best: (TimerPile & { readonly bucket: IdleBucket }) | null = null;
  for (const { bucket, ...timers } of piles) {
    if (bucket === null || totalOf(bucket.counts) < SMALLEST_PILE || !mayBeTimer(bucket.counts)) continue;
    if (best === null || totalOf(bucket.counts) > totalOf(best.bucket.counts)) best = { ...timers, bucket };
  }
  return best;
}

const mayBeTimer = (counts: Counts): boolean => 2 * ((counts.client ?? 0) + (counts.gateway ?? 0)) < totalOf(counts);
