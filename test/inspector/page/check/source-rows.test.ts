import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Message, SourceRows, wrapped } from '../../../../src/inspector/page/check/source-rows.ts';

/** All rows as they would be drawn: `3` a line, `3.0` the first part of the first message, and so on. */
const drawn = (rows: SourceRows): string[] =>
  Array.from({ length: rows.total }, (_, row) => {
    const is = rows.at(row);
    return is.kind === 'line' ? String(is.line) : `${is.message}.${is.part}`;
  });

const message = (line: number, parts: number): Message => ({ line, parts: Array.from({ length: parts }, () => 'x') });

describe('the source', () => {
  it('shows each message under its line, with all of its parts', () => {
    const rows = new SourceRows(4, [message(1, 2), message(3, 1)]);
    expect(drawn(rows)).toEqual(['1', '0.0', '0.1', '2', '3', '1.0', '4']);
  });

  it('shows several messages of one line one below the other', () => {
    const rows = new SourceRows(2, [message(2, 1), message(2, 2)]);
    expect(drawn(rows)).toEqual(['1', '2', '0.0', '1.0', '1.1']);
    expect(rows.rowOf(2)).toBe(1);
  });

  it('has every line once and in order, every message below its own line, and finds each line again', () => {
    const messages = fc
      .array(fc.record({ line: fc.integer({ min: 1, max: 60 }), parts: fc.integer({ min: 1, max: 4 }) }))
      .map((all) => all.toSorted((a, b) => a.line - b.line).map(({ line, parts }) => message(line, parts)));
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 200 }), messages, (lines, all) => {
        const rows = new SourceRows(lines, all);
        const shown = drawn(rows);
        const numbers = shown.filter((row) => !row.includes('.')).map(Number);
        expect(numbers).toEqual(Array.from({ length: lines }, (_, i) => i + 1));
        const expected = all.flatMap(({ parts }, index) => parts.map((_, part) => `${index}.${part}`));
        expect(shown.filter((row) => row.includes('.'))).toEqual(expected);
        for (let line = 1; line <= lines; line++) expect(shown[rows.rowOf(line)]).toBe(String(line));
        for (const [index, { line }] of all.entries()) {
          const above = shown.slice(0, shown.indexOf(`${index}.0`)).filter((row) => !row.includes('.'));
          expect(above.at(-1)).toBe(String(line));
        }
      }),
    );
  });
});

describe('a message', () => {
  it('is broken between words', () => {
    expect(wrapped('Upgrade is not forwarded here', 16)).toEqual(['Upgrade is not', 'forwarded here']);
  });

  it('loses no letter, whatever the width, and no line is wider', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { maxLength: 12 }),
        fc.integer({ min: 80, max: 200 }),
        (words, columns) => {
          const lines = wrapped(words.join(' '), columns);
          expect(lines.join(' ').replaceAll(' ', '')).toBe(words.join(''));
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });

  it('breaks a word that fits into no line, and ends after eight lines', () => {
    expect(wrapped('x'.repeat(30), 12)).toEqual(['x'.repeat(12), 'x'.repeat(12), 'x'.repeat(6)]);
    const long = wrapped('word '.repeat(100), 12);
    expect(long).toHaveLength(8);
    expect(long.at(-1)).toMatch(/…$/);
  });
});
