import { describe, expect, it } from 'vitest';
import { columnsOf, cut, padEnd, padStart, wrap } from '../../../src/commands/report/width.ts';

describe('text in a terminal of some width', () => {
  it('counts columns, not characters', () => {
    expect(columnsOf('abc')).toBe(3);
    expect(columnsOf('東京')).toBe(4);
    expect(columnsOf('🙂')).toBe(2);
    expect(columnsOf('e\u0301')).toBe(1);
  });

  it('is cut where it would not fit, and says so', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('ab cdef', 4)).toBe('ab…');
    expect(cut('東京東京', 5)).toBe('東京…');
  });

  it('is padded to columns', () => {
    expect(padEnd('東', 4)).toBe('東  ');
    expect(padStart('7', 3)).toBe('  7');
    expect(padEnd('long', 2)).toBe('long');
  });

  it('is broken between words, and inside one only where it must be', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k']);
    expect(wrap('', 10)).toEqual(['']);
    for (const line of wrap('x'.repeat(100) + ' 東京'.repeat(9), 13)) expect(columnsOf(line)).toBeLessThanOrEqual(13);
  });
});
