import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SurvivalCurve } from '../../../../src/inspector/api.ts';
import { curveName, keepaliveWords } from '../../../../src/inspector/page/pictures/keepalive-words.ts';
import { layoutSurvival, MOST_CURVES } from '../../../../src/inspector/page/pictures/survival-layout.ts';
import {
  medianMs,
  shareAt,
  survivalSummary,
  survivalTable,
} from '../../../../src/inspector/page/pictures/survival-words.ts';

const curve = (
  pingMs: number | null,
  points: SurvivalCurve['points'],
  more: Partial<SurvivalCurve> = {},
): SurvivalCurve => ({
  tap: 'inner',
  keepaliveMs: { client: pingMs, server: pingMs },
  connections: 58,
  ended: 50,
  points: [{ ms: 0, share: 1 }, ...points],
  ...more,
});

const PINGS = curve(
  30_000,
  [
    { ms: 3_000_000, share: 0.95 },
    { ms: 7_200_000, share: 0.94 },
  ],
  { connections: 140, ended: 9 },
);
const NONE = curve(null, [
  { ms: 60_000, share: 0.4 },
  { ms: 600_000, share: 0.12 },
  { ms: 3_600_000, share: 0.12 },
]);

describe('how a curve is called', () => {
  it.each([
    [{ client: null, server: null }, 'no pings'],
    [{ client: 30_000, server: 30_000 }, 'pings every 30 s'],
    [{ client: 30_000, server: null }, 'pings to the client every 30 s'],
    [{ client: null, server: 1500 }, 'pings to the server every 1.5 s'],
    [{ client: 30_000, server: 45_000 }, 'pings every 30 s to the client, 45 s to the server'],
  ])('%o: %s', (keepalive, words) => expect(keepaliveWords(keepalive)).toBe(words));

  it('names the tap only among several', () => {
    expect(curveName(PINGS, [PINGS, NONE])).toBe('pings every 30 s');
    expect(curveName(PINGS, [PINGS, { ...NONE, tap: 'edge' }])).toBe('pings every 30 s (inner)');
  });
});

describe('what the curves say', () => {
  it('holds a share until the next point, and knows nothing beyond the last', () => {
    expect([0, 59_999, 60_000, 700_000, 3_600_000].map((ms) => shareAt(NONE, ms))).toEqual([1, 1, 0.4, 0.12, 0.12]);
    expect(shareAt(NONE, 3_600_001)).toBeNull();
  });

  it('finds the age at which half of them are gone', () => {
    expect(medianMs(NONE)).toBe(60_000);
    expect(medianMs(PINGS)).toBeNull();
  });

  it('compares at an age that people know, which at least half of the curves have reached', () => {
    expect(survivalSummary([PINGS, NONE])).toBe(
      '60 min after they opened, 95 % of 140 connections with pings every 30 s and 12 % of 58 connections with no pings had not been cut off.',
    );
  });

  it('is not drawn down to 5 ms by a curve that was watched no longer', () => {
    const brief = curve(null, [{ ms: 5, share: 0 }], { connections: 3 });
    expect(survivalSummary([PINGS, brief])).toBe(
      '60 min after they opened, 95 % of 140 connections with pings every 30 s had not been cut off; 1 more curve in the table.',
    );
  });

  it('has nothing better than the age that was reached where it is under a second', () => {
    expect(survivalSummary([curve(null, [{ ms: 400, share: 0.5 }])])).toMatch(/^400 ms after they opened, 50 %/);
    expect(survivalSummary([curve(null, [{ ms: 9000, share: 0.5 }])])).toMatch(/^1 s after they opened, 100 %/);
  });

  it('is a sentence for a single curve as well, and none for no curve', () => {
    expect(survivalSummary([NONE])).toBe(
      '60 min after they opened, 12 % of 58 connections with no pings had not been cut off.',
    );
    expect(survivalSummary([])).toBeNull();
    expect(survivalSummary([curve(null, [])])).toBeNull();
  });

  it('is the same as a table', () => {
    expect(survivalTable([PINGS, NONE]).rows).toEqual([
      ['pings every 30 s', '140', '9', '100 %', '100 %', '95 %', '–', '94 % at 2 h'],
      ['no pings', '58', '50', '40 %', '12 %', '12 %', '60 s', '12 % at 60 min'],
    ]);
  });
});

describe('the curves as geometry', () => {
  it('steps: each share goes on level until the next', () => {
    const [, none] = layoutSurvival([PINGS, NONE], 700).curves;
    expect(none?.path).toMatch(/^M[\d.]+ [\d.]+(H[\d.]+V[\d.]+)+$/);
  });

  it('can be told apart without colour', () => {
    const { curves } = layoutSurvival([PINGS, NONE], 700);
    expect(curves.map(({ style }) => style)).toEqual([0, 1]);
  });

  it('writes name and number at the end of each line, the number alone on a phone', () => {
    expect(layoutSurvival([PINGS, NONE], 700).curves.map(({ label }) => label.lines)).toEqual([
      ['pings every 30 s', '94 %'],
      ['no pings', '12 %'],
    ]);
    const phone = layoutSurvival([PINGS, NONE], 300);
    expect(phone.named).toBe(false);
    expect(phone.curves.map(({ label }) => label.lines)).toEqual([['94 %'], ['12 %']]);
  });

  it('draws a single point without a fault', () => {
    const [only] = layoutSurvival([curve(null, [])], 500).curves;
    expect(only?.path).toMatch(/^M[\d.]+ [\d.]+$/);
  });

  it('begins at 100 ms at the earliest: what ended before counts at the left edge', () => {
    const { ticks, curves, left } = layoutSurvival(
      [
        curve(null, [
          { ms: 5, share: 0.8 },
          { ms: 60_000, share: 0.4 },
        ]),
      ],
      700,
    );
    expect(ticks[0]?.text).toBe('100 ms');
    expect(curves[0]?.path).toMatch(new RegExp(`^M${left.toFixed(1)} [\\d.]+H${left.toFixed(1)}V`));
  });

  it('leaves out the smallest where there are too many to follow', () => {
    const many = Array.from({ length: 9 }, (_, i) => ({ ...NONE, tap: `t${i}`, connections: i }));
    const { curves } = layoutSurvival(many, 700);
    expect(curves).toHaveLength(MOST_CURVES);
    expect(curves.map(({ curve: { tap } }) => tap)).toEqual(['t3', 't4', 't5', 't6', 't7', 't8']);
  });

  it('keeps the labels apart and inside, whatever the ends', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const one = fc.record({
      ms: fc.integer({ min: 1, max: 1e9 }),
      share,
      tap: fc.oneof(fc.constant('inner'), fc.string({ maxLength: 60 })),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), fc.integer({ min: 220, max: 1200 }), (all, width) => {
        const curves = all.map(({ ms, share: last, tap }) => ({ ...curve(30_000, [{ ms, share: last }]), tap }));
        const layout = layoutSurvival(curves, width);
        const labels = layout.curves.map(({ label }) => label).sort((a, b) => a.y - b.y);
        for (const [i, label] of labels.entries()) {
          expect(label.y).toBeGreaterThanOrEqual(0);
          expect(label.y + label.height).toBeLessThanOrEqual(layout.height + 1e-6);
          const next = labels[i + 1];
          if (next !== undefined) expect(next.y).toBeGreaterThanOrEqual(label.y + label.height - 1e-6);
        }
        for (const { label } of layout.curves) expect(label.end.x).toBeLessThanOrEqual(layout.right + 1e-6);
        expect(layout.right).toBeGreaterThan(layout.left);
      }),
    );
  });
});
