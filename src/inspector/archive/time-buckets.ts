const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Widths that people read times by. */
const WIDTHS_MS = [
  SECOND_MS,
  5 * SECOND_MS,
  15 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  DAY_MS,
];

/** Buckets of time, side by side. */
export interface TimeBuckets {
  readonly bucketMs: number;
  /** Beginning of the first one, a multiple of `bucketMs`, in ms since the epoch. */
  readonly start: number;
  readonly count: number;
}

/** The finest buckets that cover a time with `most` of them; over many days a bucket is several. @param to ms, excluded */
export function timeBuckets(from: number, to: number, most: number): TimeBuckets {
  const days = Math.ceil(Math.max(0, to - from) / DAY_MS / Math.max(1, most - 1));
  const bucketMs = WIDTHS_MS.find((width) => countOf(from, to, width) <= most) ?? days * DAY_MS;
  return { bucketMs, start: floor(from, bucketMs), count: countOf(from, to, bucketMs) };
}

const floor = (at: number, width: number): number => Math.floor(at / width) * width;

const countOf = (from: number, to: number, width: number): number =>
  to <= from ? 0 : Math.ceil((to - floor(from, width)) / width);
