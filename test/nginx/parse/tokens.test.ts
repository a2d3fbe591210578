import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from '../../../src/nginx/parse/parse.ts';
import type { Directive } from '../../../src/nginx/parse/tree.ts';
import { drawn, memoryFiles } from './memory-files.ts';

const read = (text: string | Uint8Array) => parse('/n/nginx.conf', memoryFiles({ '/n/nginx.conf': text }), 'main');

function said(text: string | Uint8Array): string[] {
  return read(text).errors.map(({ line, column, says }) => `${line}:${column} ${says}`);
}

describe('words are what nginx makes of them', () => {
  test.each([
    ['plain words', 'a b c;', '"a" "b" "c";'],
    ['quotes of both kinds', `a "b c" 'd "e" f';`, '"a" "b c" "d \\"e\\" f";'],
    ['a quote inside a word is a character', `a b"c"d;`, '"a" "b\\"c\\"d";'],
    ['escaped quotes', `a "b\\"c" 'd\\'e' f\\ g;`, '"a" "b\\"c" "d\'e" "f\\\\ g";'],
    ['tab, CR and LF escapes', `a "\\t\\r\\n";`, '"a" "\\t\\r\\n";'],
    ['other escapes stay', `a \\.b \\d+$;`, '"a" "\\\\.b" "\\\\d+$";'],
    ['${name} opens no block', 'a ${b}c x${d};', '"a" "${b}c" "x${d}";'],
    ['a brace after a variable opens one', 'a $b{ c; }', '"a" "$b" { "c"; }'],
    ['an empty word', `a "" '';`, '"a" "" "";'],
    ['a comment ends with its line', 'a b # c; }\n d;', '"a" "b" "d";'],
    ['# inside a word is a character', 'a b#c;', '"a" "b#c";'],
    ['} inside a word is a character', 'a b}c;', '"a" "b}c";'],
    ['; ends a word', 'a b;c d;', '"a" "b"; "c" "d";'],
    ['{ ends a word', 'a b{c d;}', '"a" "b" { "c" "d"; }'],
    ['CRLF', 'a b;\r\nc {\r\n d;\r\n}\r\n', '"a" "b"; "c" { "d"; }'],
    ['UTF-8', 'a "größe → ü" ☃;', '"a" "größe → ü" "☃";'],
    ['a closing bracket may follow a quote', 'if ($a = "b") { c; }', '"if" "($a" "=" "b" ")" { "c"; }'],
    ['an escaped brace', 'a b\\{c;', '"a" "b\\\\{c";'],
    ['words over several lines', 'log_format x "a"\n  "b";', '"log_format" "x" "a" "b";'],
  ])('%s', (_, text, expected) => {
    expect(said(text)).toEqual([]);
    expect(drawn(read(text).directives)).toBe(expected);
  });
});

describe('what nginx refuses is said at its place, and reading goes on', () => {
  test.each([
    ['a lonely ;', 'a;\n ;b;', ['2:2 unexpected ";"'], '"a"; "b";'],
    ['a lonely {', '{ a; }\nb;', ['1:1 unexpected "{"'], '"b";'],
    ['a } too many', 'a;\n}\nb;', ['2:1 unexpected "}"'], '"a"; "b";'],
    [
      'a missing ;',
      'a {\n b c\n}\nd;',
      ['3:1 unexpected "}" (is a ";" missing after "c" in line 2?)'],
      '"a" { "b" "c"; } "d";',
    ],
    ['a word glued to a quote', 'a "b"c;', ['1:6 unexpected "c"'], '"a" "b" "c";'],
    [
      'a quote that ends where another should begin',
      'a "b;\nc "d";\ne;',
      ['2:4 unexpected "d" (the quote opened in line 1 ends here)'],
      null,
    ],
    [
      'a block that is never closed',
      'a {\n b;\n',
      ['3:1 unexpected end of file, expecting "}" (the block "a" of line 1 is never closed)'],
      '"a" { "b"; }',
    ],
    [
      'a file that ends in a directive',
      'a;\nb c',
      ['2:4 unexpected end of file, expecting ";" or "}"'],
      '"a"; "b" "c";',
    ],
    [
      'a quote that is never closed',
      'a "b;\nc;\n',
      ['3:1 unexpected end of file, expecting ";" or "}" (the quote opened in line 1 is never closed)'],
      '"a"; "c";',
    ],
    ['a lonely backslash at the end', 'a b\\', ['1:5 unexpected end of file, expecting ";" or "}"'], '"a" "b\\\\";'],
  ])('%s', (_, text, errors, tree) => {
    expect(said(text).slice(0, errors.length)).toEqual(errors);
    if (tree !== null) expect(drawn(read(text).directives)).toBe(tree);
  });

  test.each([
    ['a word', `a ${'x'.repeat(4096)};`, '1:3 too long parameter "xxxxxxxxxx..." started'],
    ['a comment', `a;\n#${'x'.repeat(4096)}\nb;`, '2:1 too long parameter "#xxxxxxxxx..." started'],
    ['a quoted word', `a "${'x'.repeat(5000)}";`, '1:3 too long parameter, probably missing terminating """ character'],
  ])('%s of more than nginx holds', (_, text, error) => {
    expect(said(text)[0]).toContain(error);
  });

  it('takes a word of the last length that nginx takes', () => {
    expect(said(`a ${'x'.repeat(4094)};`)).toEqual([]);
  });

  it('columns count characters, not bytes', () => {
    expect(said('größe "ü"x;')).toEqual(['1:10 unexpected "x"']);
  });
});

describe('hostile input ends in an error with a position', () => {
  it('ten megabytes of {', () => {
    const errors = said(new Uint8Array(10 << 20).fill(0x7b));
    expect(errors).toHaveLength(101);
    expect(errors[0]).toBe('1:1 unexpected "{"');
    expect(errors.at(-1)).toBe('1:101 reading stopped after 100 errors: is this an nginx configuration?');
  });

  it('a hundred thousand blocks in each other', () => {
    expect(said('a {\n'.repeat(100_000))).toEqual([
      '1001:1 blocks are nested more than 1000 deep; nothing after this was read',
    ]);
  });

  it('ten megabytes in one quote', () => {
    const text = new Uint8Array(10 << 20).fill(0x78);
    text.set([0x61, 0x20, 0x22]);
    expect(said(text)[0]).toBe('1:3 too long parameter, probably missing terminating """ character');
  });

  it('any bytes: never a crash, and every place lies in the file', () => {
    const byte = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...Array.from('{};"\'\\#$() \n\r\tab', (char) => char.charCodeAt(0))) },
      { weight: 1, arbitrary: fc.nat(255) },
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 300 }), (bytes) => {
        const configuration = read(Uint8Array.from(bytes));
        const [file] = configuration.files;
        for (const { line, column } of configuration.errors) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(file?.lineCount ?? 0);
          expect(column).toBeLessThanOrEqual((file?.line(line).length ?? 0) + 2);
        }
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});

describe('what was written can be found again', () => {
  /** Words as somebody may write them, with what they mean. */
  const word = fc.oneof(
    fc.stringMatching(/^[a-z0-9_/.:$~^=-]{1,12}$/).map((text) => ({ written: text, meant: text })),
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => ({
      written: `"${text.replaceAll(/["\\]/g, '\\$&')}"`,
      meant: text,
    })),
  );
  const space = fc.constantFrom(' ', '\n', '\t', ' \r\n ', ' # a comment; }\n');

  it('words, and the span of each in its file', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.tuple(word, space), { minLength: 1, maxLength: 5 }), { maxLength: 8 }),
        (lines) => {
          const text = lines.map((words) => `${words.map(([{ written }, gap]) => written + gap).join('')};`).join('\n');
          const configuration = read(text);
          expect(configuration.errors).toEqual([]);
          const words = configuration.directives.map((directive) => wordsOf(directive));
          expect(words.map((each) => each.map(({ text: own }) => own))).toEqual(
            lines.map((each) => each.map(([{ meant }]) => meant)),
          );
          expect(words.map((each) => each.map(({ span }) => span.source.text(span.start, span.end)))).toEqual(
            lines.map((each) => each.map(([{ written }]) => written)),
          );
        },
      ),
      { seed: 4, numRuns: 1000 },
    );
  });
});

const wordsOf = ({ nameWord, args }: Directive) => [nameWord, ...args];
