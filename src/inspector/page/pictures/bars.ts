import type { Party } from '../../../verdict/verdict.ts';
import { type Counts, PARTY_ORDER, totalOf } from './parties.ts';

/** Of silence, or of time since the epoch: ms, `to` excluded. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What closed within a span. */
export interface Bucket extends Span {
  readonly counts: Counts;
}

/** A bucket as a bar, in CSS pixels. */
export interface Bar extends Bucket {
  /** Between these it can be pointed at. */
  readonly left: number;
  readonly right: number;
  /** What is drawn there. */
  readonly x: number;
  readonly width: number;
  readonly top: number;
  /** The parties, stacked from the axis up; none where nothing closed. */
  readonly parts: readonly { readonly party: Party; readonly y: number; readonly height: number }[];
}

/** What can be seen. */
const LOWEST_PX = 3;
const NARROWEST_PX = 1.5;
const WIDEST_PX = 48;

/** @param perClose CSS pixels; a single close can be seen all the same */
export function barOf(bucket: Bucket, left: number, right: number, axisY: number, perClose: number): Bar {
  const total = totalOf(bucket.counts);
  const height = total === 0 ? 0 : Math.max(LOWEST_PX, total * perClose);
  const width = Math.min(WIDEST_PX, Math.max(NARROWEST_PX, right - left - 1));
  let y = axisY;
  const parts = PARTY_ORDER.flatMap((party) => {
    const share = (height * (bucket.counts[party] ?? 0)) / total;
    y -= share || 0;
    return share > 0 ? [{ party, y, height: share }] : [];
  });
  return { ...bucket, left, right, x: left + (right - left - width) / 2, width, top: axisY - height, parts };
}

export const barAt = (bars: readonly Bar[], x: number): Bar | undefined =>
  bars.find(({ left, right }) => x >= left && x < right);

/** What is touched between two places, in whichever order; empty buckets as well. */
export function barsBetween(bars: readonly Bar[], one: number, other: number): Bar[] {
  return bars.filter(({ left, right }) => left <= Math.max(one, other) && right > Math.min(one, other));
}

/** What lies within a span, which may be that of buckets that were drawn before. */
export const barsWithin = (bars: readonly Bar[], { from, to }: Span): Bar[] =>
  bars.filter((bar) => bar.from < to && bar.to > from);

type Joined = Bucket & Pick<Bar, 'left' | 'right'>;

/** Several as one; undefined where there is none. */
export function joined(bars: readonly Bar[]): Joined | undefined {
  const [first, ...others] = bars;
  return (
    first &&
    others.reduce<Joined>(
      (all, bar) => ({
        from: Math.min(all.from, bar.from),
        to: Math.max(all.to, bar.to),
        left: Math.min(all.left, bar.left),
        right: Math.max(all.right, bar.right),
        counts: Object.fromEntries(
          PARTY_ORDER.map((party) => [party, (all.counts[party] ?? 0) + (bar.counts[party] ?? 0)]),
        ),
      }),
      first,
    )
  );
}
