import { describe, expect, it } from 'vitest';
import { harmless } from '../../src/words/harmless.ts';

describe("a stranger's text in the operator's terminal", () => {
  it.each([
    ['an escape sequence', '\x1b[2J\x1b]0;owned\x07', '\\x1b[2J\\x1b]0;owned\\x07'],
    ['an 8-bit escape sequence', '\x9b31m', '\\x9b31m'],
    ['a new line that would fake a row', 'a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['a bidi override', 'abc\u202e\u2066gpj.exe', 'abc\\u{202e}\\u{2066}gpj.exe'],
    ['a zero-width space', 'a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
    ['an invisible tag', '\u{e0041}', '\\u{e0041}'],
    ['DEL and NUL', '\x7f\0', '\\x7f\\x00'],
  ])('cannot do harm: %s', (_, text, shown) => {
    expect(harmless(text)).toBe(shown);
  });

  it('stays readable in any language', () => {
    const text = 'Grüße, 東京, café, 🙂, naïve \\ "quoted" 100 %';
    expect(harmless(text)).toBe(text);
  });
});
