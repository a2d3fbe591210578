import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kaplanMeier, Lifetimes } from '../../../src/inspector/archive/kaplan-meier.ts';

interface Life {
  readonly ms: number;
  readonly ended: boolean;
}

const lives = fc.array(fc.record({ ms: fc.integer({ min: 0, max: 400 }), ended: fc.boolean() }), { maxLength: 300 });

function curveOf(list: readonly Life[]): ReturnType<typeof kaplanMeier> {
  const lifetimes = new Lifetimes();
  for (const { ms, ended } of list) lifetimes.add([ms], ended);
  return kaplanMeier(lifetimes);
}

/** By the definition: the product over all times up to `ms` of 1 − ends at that time / alive just before it. */
function naive(list: readonly Life[], ms: number): number {
  const times = [...new Set(list.filter((life) => life.ended && life.ms <= ms).map((life) => life.ms))];
  return times.reduce((share, time) => {
    const alive = list.filter((life) => life.ms >= time).length;
    const ends = list.filter((life) => life.ended && life.ms === time).length;
    return share * (1 - ends / alive);
  }, 1);
}

it('every point is what the definition says', () => {
  fc.assert(
    fc.property(lives, (list) => {
      const { points, connections, ended } = curveOf(list);
      expect(connections).toBe(list.length);
      expect(ended).toBe(list.filter((life) => life.ended).length);
      expect(points[0]).toEqual({ ms: 0, share: 1 });
      for (const { ms, share } of points.slice(1)) expect(share).toBeCloseTo(naive(list, ms), 10);
      const end = Math.max(0, ...list.map(({ ms }) => ms));
      expect(points.at(-1)?.ms).toBe(end);
      expect(points.at(-1)?.share).toBeCloseTo(naive(list, end), 10);
    }),
    { numRuns: 200 },
  );
});

it('no step is missing while there are few', () => {
  fc.assert(
    fc.property(lives, (list) => {
      const steps = new Set(list.filter((life) => life.ended).map(({ ms }) => ms));
      const shown = new Set(curveOf(list).points.map(({ ms }) => ms));
      if (steps.size <= 150) for (const ms of steps) expect(shown).toContain(ms);
    }),
  );
});

it('of many steps at most 200 points are left, and none of the rest is far from the curve', () => {
  const list = Array.from({ length: 2000 }, (_, i) => ({ ms: (i * 7919) % 10_007, ended: i % 3 !== 0 }));
  const { points } = curveOf(list);
  expect(points.length).toBeLessThanOrEqual(200);
  expect(points.length).toBeGreaterThan(150);
  const sorted = list.toSorted((a, b) => a.ms - b.ms);
  for (const { ms } of sorted.filter((_, i) => i % 97 === 0)) {
    const shown = points.findLast((point) => point.ms <= ms)?.share ?? 0;
    expect(Math.abs(shown - naive(list, ms))).toBeLessThan(0.01);
  }
});

it('one big fall among many small ones stands where it was', () => {
  const list = Array.from({ length: 2000 }, (_, i) => ({ ms: i < 1000 ? i : 60_000, ended: true }));
  const { points } = curveOf(list);
  const [before, at] = points.slice(-2);
  expect(at).toEqual({ ms: 60_000, share: 0 });
  expect(before?.ms).toBeLessThan(1000);
  expect(before?.share).toBeGreaterThan(0.49);
});

it('nobody, and nobody who ended', () => {
  expect(curveOf([])).toEqual({ connections: 0, ended: 0, points: [{ ms: 0, share: 1 }] });
  expect(curveOf([{ ms: 70, ended: false }]).points).toEqual([
    { ms: 0, share: 1 },
    { ms: 70, share: 1 },
  ]);
});

it('connections that lived for months', () => {
  const month = 30 * 86_400_000;
  const list = [month, 2 * month + 1, 3 * month].map((ms) => ({ ms, ended: true }));
  expect(curveOf(list).points.map(({ ms }) => ms)).toEqual([0, month, 2 * month + 1, 3 * month]);
});
