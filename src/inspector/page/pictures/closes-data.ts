import { causeWords } from '../../../words/codes.ts';
import { harmless } from '../../../words/harmless.ts';
import { grouped } from '../../../words/times.ts';
import type { Pictures } from '../../api.ts';
import { partyName } from './parties.ts';

type Closes = Pictures['closes'];

/** The time that the buckets span, in ms since the epoch. */
export function spanOf({ buckets, bucketMs }: Closes): { readonly from: number; readonly to: number } {
  const from = buckets[0]?.at ?? 0;
  return { from, to: (buckets.at(-1)?.at ?? from) + bucketMs };
}

/** What a dragged range means: whole buckets, and nothing beyond the axis. @returns ms since the epoch, `until` excluded */
export function chosenRange(closes: Closes, one: number, other: number): readonly [number, number] {
  const { bucketMs, buckets } = closes;
  const { from } = spanOf(closes);
  const within = (bucket: number) => Math.max(0, Math.min(buckets.length - 1, bucket));
  const first = within(Math.floor((Math.min(one, other) - from) / bucketMs));
  const last = within(Math.ceil((Math.max(one, other) - from) / bucketMs) - 1);
  return [from + first * bucketMs, from + (Math.max(first, last) + 1) * bucketMs];
}

/** The bucket at a time; undefined outside of the axis. */
export const bucketAt = (closes: Closes, at: number): Closes['buckets'][number] | undefined =>
  closes.buckets.find((bucket) => at >= bucket.at && at < bucket.at + closes.bucketMs);

/** `5 at once · nginx reload` */
export const massWords = ({ count, closedBy, hop, cause }: Closes['mass'][number]): string =>
  `${grouped(count)} at once · ${hop === null ? partyName(closedBy) : harmless(hop)} ${causeWords(cause)}`;
