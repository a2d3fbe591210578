import fc from 'fast-check';
import { expect, it } from 'vitest';
import { timeBuckets } from '../../../src/inspector/archive/time-buckets.ts';

const DAY_MS = 86_400_000;

it('cover any stretch of time, with as many as are allowed and no more', () => {
  const time = fc.integer({ min: 0, max: 4e12 });
  fc.assert(
    fc.property(time, fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 2, max: 300 }), (from, length, most) => {
      const to = from + length;
      const { bucketMs, start, count } = timeBuckets(from, to, most);
      expect(count).toBeLessThanOrEqual(most);
      expect(start % bucketMs).toBe(0);
      expect(start).toBeLessThanOrEqual(from);
      if (to > from) expect(start + count * bucketMs).toBeGreaterThanOrEqual(to);
      if (count > 0) expect(start + (count - 1) * bucketMs).toBeLessThan(to);
    }),
  );
});

it.each([
  [60_000, 1000],
  [5 * 60_000, 5000],
  [3_600_000, 60_000],
  [DAY_MS, 900_000],
  [7 * DAY_MS, 21_600_000],
  [90 * DAY_MS, DAY_MS],
  [365 * DAY_MS, 4 * DAY_MS],
])('%d ms are shown in buckets of %d ms', (length, bucketMs) => {
  expect(timeBuckets(1_767_225_600_000, 1_767_225_600_000 + length, 120).bucketMs).toBe(bucketMs);
});

it('no time has no buckets', () => {
  expect(timeBuckets(0, 0, 120).count).toBe(0);
  expect(timeBuckets(5, 1, 120).count).toBe(0);
});
