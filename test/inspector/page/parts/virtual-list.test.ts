import { describe, expect, it } from 'vitest';
import {
  type ListShape,
  listHeight,
  MOST_PX,
  rowWindow,
  scrollToRow,
} from '../../../../src/inspector/page/parts/virtual-list.ts';

const SHORT: ListShape = { total: 5, rowHeight: 24, viewport: 600 };
const LONG: ListShape = { total: 110_000, rowHeight: 44, viewport: 700 };
const MILLION: ListShape = { total: 1_000_000, rowHeight: 24, viewport: 600 };
/** As bad as it gets: ten million rows in a viewport of three. */
const HUGE: ListShape = { total: 10_000_000, rowHeight: 24, viewport: 72 };

const way = (shape: ListShape): number => listHeight(shape) - shape.viewport;

/** Where one row stands on the screen, in px from the top of the viewport; null when it is not drawn. */
function topOnScreen(row: number, scrollTop: number, shape: ListShape): number | null {
  const { first, count, padTop } = rowWindow(scrollTop, shape);
  return row < first || row >= first + count ? null : padTop + (row - first) * shape.rowHeight - scrollTop;
}

describe('the window of a long list', () => {
  it('draws all of a list that fits, and pads nothing', () => {
    expect(rowWindow(0, SHORT)).toEqual({ first: 0, count: 5, padTop: 0, padBottom: 0 });
  });

  it('draws nothing of an empty list', () => {
    expect(rowWindow(0, { ...SHORT, total: 0 })).toEqual({ first: 0, count: 0, padTop: 0, padBottom: 0 });
  });

  it('draws what is seen and a little more, however far down one is', () => {
    expect(rowWindow(44 * 50_000, LONG, 8)).toEqual({
      first: 49_992,
      count: 32,
      padTop: 49_992 * 44,
      padBottom: (110_000 - 50_024) * 44,
    });
  });

  it('is never higher than browsers allow', () => {
    expect(listHeight(LONG)).toBe(110_000 * 44);
    expect(listHeight(MILLION)).toBe(MOST_PX);
  });

  it.each([
    ['short', SHORT],
    ['long', LONG],
    ['of a million', MILLION],
    ['huge', HUGE],
  ])('fills the screen and keeps its height at each place of a list that is %s', (_name, shape) => {
    for (let step = 0; step <= 4000; step++) {
      const scrollTop = Math.max(0, (way(shape) * step) / 4000);
      const { first, count, padTop, padBottom } = rowWindow(scrollTop, shape);
      expect(padTop).toBeGreaterThanOrEqual(0);
      expect(padBottom).toBeGreaterThanOrEqual(-1e-6);
      expect(padTop + count * shape.rowHeight + padBottom).toBeCloseTo(listHeight(shape), 5);
      expect(first + count).toBeLessThanOrEqual(shape.total);
      expect(count).toBeLessThan(shape.viewport / shape.rowHeight + 20);
      const seenBottom = Math.min(scrollTop + shape.viewport, listHeight(shape));
      expect(padTop).toBeLessThanOrEqual(scrollTop + shape.rowHeight);
      expect(padTop + count * shape.rowHeight).toBeGreaterThanOrEqual(seenBottom - shape.rowHeight);
    }
  });

  it('reaches the first and the last row of a list that is too high for a browser', () => {
    for (const shape of [MILLION, HUGE]) {
      expect(topOnScreen(0, 0, shape)).toBe(0);
      const last = topOnScreen(shape.total - 1, way(shape), shape);
      expect(last).toBeCloseTo(shape.viewport - shape.rowHeight, 3);
    }
  });

  it('does not jump while one scrolls slowly in a list that is too high for a browser', () => {
    const start = way(MILLION) / 3;
    for (let px = 0; px < 500; px++) {
      const { first } = rowWindow(start + px, MILLION, 0);
      const before = topOnScreen(first + 2, start + px, MILLION);
      const after = topOnScreen(first + 2, start + px + 1, MILLION);
      // One px of the scroll bar stands for 2.4 px of this list.
      expect((before ?? 0) - (after ?? 0)).toBeCloseTo(2.4, 1);
    }
  });

  it('takes a place beyond the end for the end', () => {
    expect(rowWindow(1e12, LONG)).toEqual(rowWindow(way(LONG), LONG));
    expect(rowWindow(-50, LONG)).toEqual(rowWindow(0, LONG));
  });
});

describe('going to a row', () => {
  it('does not scroll when it is seen already', () => {
    expect(scrollToRow(20, 44 * 15, LONG)).toBe(44 * 15);
  });

  it('scrolls as little as can be, up and down', () => {
    expect(scrollToRow(10, 44 * 15, LONG)).toBe(44 * 10);
    expect(scrollToRow(100, 0, LONG)).toBe(44 * 101 - 700);
  });

  it.each([0, 1, 17, 499_999, 500_000, 999_998, 999_999])('brings row %i of a million wholly into sight', (row) => {
    for (const from of [0, way(MILLION) / 2, way(MILLION)]) {
      const top = topOnScreen(row, scrollToRow(row, from, MILLION), MILLION);
      expect(top).not.toBeNull();
      expect(top).toBeGreaterThanOrEqual(-0.001);
      expect(top).toBeLessThanOrEqual(MILLION.viewport - MILLION.rowHeight + 0.001);
    }
  });
});
