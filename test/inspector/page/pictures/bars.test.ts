import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barAt, barOf, barsBetween, barsWithin, joined } from '../../../../src/inspector/page/pictures/bars.ts';
import { totalOf } from '../../../../src/inspector/page/pictures/parties.ts';

const MINUTE = 60_000;

/** Ten minutes, each 20 px wide; in each third one nothing closed. */
const BARS = Array.from({ length: 10 }, (_, i) => {
  const counts = i % 3 === 0 ? {} : { proxy: i, client: 1 };
  return barOf({ from: i * MINUTE, to: (i + 1) * MINUTE, counts }, 40 + i * 20, 60 + i * 20, 150, 5);
});

const minutesOf = (bars: readonly { readonly from: number }[]) => bars.map(({ from }) => from / MINUTE);

describe('a bar', () => {
  it('can be seen, however little it stands for', () => {
    const bar = barOf({ from: 0, to: 1, counts: { proxy: 1 } }, 10, 11, 150, 0.001);
    expect(150 - bar.top).toBeGreaterThanOrEqual(3);
    expect(bar.width).toBeGreaterThan(1);
  });

  it('is not there where nothing closed', () => {
    expect(BARS[0]).toMatchObject({ parts: [], top: 150 });
  });
});

describe('pointing at bars', () => {
  it('finds the one whose room it is, at whatever height, and none beside them', () => {
    expect([39, 40, 59.9, 60, 239, 240].map((x) => barAt(BARS, x)?.from)).toEqual([
      undefined,
      0,
      0,
      MINUTE,
      9 * MINUTE,
      undefined,
    ]);
  });
});

describe('dragging over bars', () => {
  it('takes whole ones, in whichever direction, and nothing beyond the last', () => {
    expect(minutesOf(barsBetween(BARS, 65, 105))).toEqual([1, 2, 3]);
    expect(minutesOf(barsBetween(BARS, 105, 65))).toEqual([1, 2, 3]);
    expect(minutesOf(barsBetween(BARS, 230, 9999))).toEqual([9]);
    expect(minutesOf(barsBetween(BARS, 70, 70))).toEqual([1]);
    expect(barsBetween(BARS, -50, 10)).toEqual([]);
  });

  it('makes one span of them, with the sum of what closed', () => {
    expect(joined(barsBetween(BARS, 65, 105))).toMatchObject({
      from: MINUTE,
      to: 4 * MINUTE,
      left: 60,
      right: 120,
      counts: { proxy: 3, client: 2 },
    });
    expect(joined([])).toBeUndefined();
  });

  it('means the same span when the bars are drawn anew while one drags', () => {
    const span = { from: 2 * MINUTE, to: 5 * MINUTE };
    expect(minutesOf(barsWithin(BARS, span))).toEqual([2, 3, 4]);
    const halves = [0, 1, 2, 3].map((i) =>
      barOf({ from: i * 3 * MINUTE, to: (i + 1) * 3 * MINUTE, counts: {} }, i * 50, i * 50 + 50, 150, 5),
    );
    expect(minutesOf(barsWithin(halves, span))).toEqual([0, 3]);
    expect(barsWithin(BARS, { from: 99 * MINUTE, to: 100 * MINUTE })).toEqual([]);
  });

  it('loses no close, wherever it begins and ends', () => {
    const place = fc.double({ min: -100, max: 400, noNaN: true });
    fc.assert(
      fc.property(place, place, (one, other) => {
        const touched = barsBetween(BARS, one, other);
        const span = joined(touched);
        if (span === undefined) return;
        expect(totalOf(span.counts)).toBe(touched.reduce((sum, { counts }) => sum + totalOf(counts), 0));
        expect(barsWithin(BARS, span)).toEqual(touched);
      }),
    );
  });
});
