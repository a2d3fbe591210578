import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorOf, lineRow, placeFlags } from '../../../../src/inspector/page/pictures/flags.ts';
import { spread } from '../../../../src/inspector/page/pictures/spread.ts';
import { cutToWidth, type Font, textWidth, wrapToWidth } from '../../../../src/inspector/page/pictures/text-box.ts';

const MONO: Font = { px: 12, face: 'mono' };
const COLUMN = textWidth('0', MONO);
const anyText = fc.oneof(fc.string({ maxLength: 120 }), fc.string({ unit: 'grapheme', maxLength: 60 }), fc.lorem());

describe('the room that text takes', () => {
  it('counts a wide character as two and a mark on a letter as none', () => {
    expect(textWidth('日本', MONO)).toBeCloseTo(4 * COLUMN);
    expect(textWidth('e\u0301', MONO)).toBeCloseTo(COLUMN);
    expect(textWidth('😀', MONO)).toBeCloseTo(2 * COLUMN);
  });

  it('cuts to a width, and says so', () => {
    expect(cutToWidth('proxy_read_timeout', 8 * COLUMN, MONO)).toBe('proxy_…');
    expect(cutToWidth('short', 8 * COLUMN, MONO)).toBe('short');
  });

  it('breaks between words, and within a word only where it must', () => {
    expect(wrapToWidth('the other side does not', 10 * COLUMN, MONO, 9)).toEqual(['the other', 'side does', 'not']);
    expect(wrapToWidth('abcdefghijkl', 5 * COLUMN, MONO, 9)).toEqual(['abcde', 'fghij', 'kl']);
    expect(wrapToWidth('one two three four', 9 * COLUMN, MONO, 2)).toEqual(['one two', 'three f…']);
    expect(wrapToWidth('-60.003 s ping', 20 * COLUMN, MONO, 3, 4 * COLUMN)).toEqual(['-60.', '003 s ping']);
  });

  it('keeps every line within its width and every character, whatever the text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 3, max: 60 }), (text, columns) => {
        const lines = wrapToWidth(text, columns * COLUMN, MONO, 1000);
        for (const line of lines) expect(textWidth(line, MONO)).toBeLessThanOrEqual(columns * COLUMN + 1e-6);
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        expect(wrapToWidth(text, columns * COLUMN, MONO, 2).length).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('labels of vertical lines', () => {
  const frame = { left: 0, right: 600, rows: 4 };

  it('stand to the right of their line, and to the left where the picture ends', () => {
    expect(placeFlags([{ x: 100, width: 80 }], frame)).toEqual([{ index: 0, row: 0, left: 105, side: 'right' }]);
    expect(placeFlags([{ x: 580, width: 80 }], frame)).toEqual([{ index: 0, row: 0, left: 495, side: 'left' }]);
  });

  it('stand on top of their line where neither side has room', () => {
    const flag = { x: 150, width: 280 };
    const [placed] = placeFlags([flag], { left: 0, right: 300, rows: 2 });
    expect(placed).toEqual({ index: 0, row: 0, left: 10, side: 'above' });
    expect(placed && lineRow(placed)).toBe(1);
    expect(placed && anchorOf(placed, flag)).toEqual({ x: 150, anchor: 'middle' });
  });

  it('give way to the more important one', () => {
    const flags = Array.from({ length: 30 }, () => ({ x: 300, width: 200 }));
    const placed = placeFlags(flags, { ...frame, rows: 2 });
    expect(placed[0]?.index).toBe(0);
    expect(placed.length).toBeLessThan(30);
  });

  it('never touch one another, never leave the picture, and no line runs through one', () => {
    const flag = fc.record({ x: fc.integer({ min: 0, max: 600 }), width: fc.integer({ min: 20, max: 500 }) });
    fc.assert(
      fc.property(fc.array(flag, { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), (flags, rows) => {
        const placed = placeFlags(flags, { ...frame, rows }).map((each) => ({ ...each, flag: flags[each.index] }));
        for (const [i, a] of placed.entries()) {
          const right = a.left + (a.flag?.width ?? 0);
          expect(a.left).toBeGreaterThanOrEqual(0);
          expect(right).toBeLessThanOrEqual(600);
          expect(a.row).toBeLessThan(rows);
          for (const [j, b] of placed.entries()) {
            if (i === j) continue;
            if (a.row === b.row) expect(a.left >= b.left + (b.flag?.width ?? 0) || b.left >= right).toBe(true);
            const x = b.flag?.x ?? 0;
            if (lineRow(b) <= a.row) expect(x <= a.left || x >= right, JSON.stringify([a, b])).toBe(true);
          }
        }
      }),
    );
  });
});

describe('labels beside the ends of lines', () => {
  it('stay where they want to be as long as they do not meet', () => {
    expect(
      spread(
        [
          { y: 20, height: 10 },
          { y: 80, height: 10 },
        ],
        0,
        100,
      ),
    ).toEqual([15, 75]);
  });

  it('move apart by as much on both sides', () => {
    expect(
      spread(
        [
          { y: 50, height: 20 },
          { y: 50, height: 20 },
        ],
        0,
        100,
      ),
    ).toEqual([30, 50]);
  });

  it('stay inside, in order, and apart, as long as there is room for them', () => {
    const wanted = fc.array(
      fc.record({ y: fc.integer({ min: -50, max: 350 }), height: fc.integer({ min: 5, max: 25 }) }),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(wanted, (all) => {
        const sorted = [...all].sort((a, b) => a.y - b.y);
        const tops = spread(sorted, 0, 300, 2);
        for (const [i, top] of tops.entries()) {
          const height = sorted[i]?.height ?? 0;
          expect(top).toBeGreaterThanOrEqual(0);
          expect(top + height).toBeLessThanOrEqual(300 + 1e-6);
          const next = tops[i + 1];
          if (next !== undefined) expect(next).toBeGreaterThanOrEqual(top + height + 2 - 1e-6);
        }
      }),
    );
  });
});
