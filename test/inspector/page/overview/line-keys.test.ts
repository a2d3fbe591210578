import { describe, expect, it } from 'vitest';
import { lineFor } from '../../../../src/inspector/page/overview/line-keys.ts';

const TOTAL = 100;
const PAGE = 10;

describe('keys in the list', () => {
  it.each([
    ['ArrowDown', 5, 6],
    ['ArrowUp', 5, 4],
    // One line of the page before stays in sight.
    ['PageDown', 5, 14],
    ['PageUp', 50, 41],
    ['Home', 50, 0],
    ['End', 50, 99],
    ['ArrowUp', 0, 0],
    ['ArrowDown', 99, 99],
    ['PageDown', 95, 99],
    ['PageUp', 3, 0],
  ])('%s on line %i leads to line %i', (key, from, to) => {
    expect(lineFor(key, from, TOTAL, PAGE)).toBe(to);
  });

  it('begin with the first line when one is on none', () => {
    expect(lineFor('ArrowDown', -1, TOTAL, PAGE)).toBe(0);
    expect(lineFor('PageUp', -1, TOTAL, PAGE)).toBe(0);
  });

  it('leave other keys alone, and lead nowhere in an empty list', () => {
    expect(lineFor('Enter', 5, TOTAL, PAGE)).toBeNull();
    expect(lineFor('a', 5, TOTAL, PAGE)).toBeNull();
    expect(lineFor('End', -1, 0, PAGE)).toBeNull();
  });

  it('move in a window too low for a single line', () => {
    expect(lineFor('PageDown', 5, TOTAL, 0)).toBe(6);
  });
});
