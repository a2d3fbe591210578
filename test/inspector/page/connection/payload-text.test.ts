import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, hexDump } from '../../../../src/inspector/page/connection/frames/hex-dump.ts';
import { layOutJson, looksLikeJson } from '../../../../src/inspector/page/connection/frames/json-layout.ts';
import { BLOCK_LETTERS, textBlocks } from '../../../../src/inspector/page/connection/frames/text-blocks.ts';

describe('JSON set out for reading', () => {
  it('as JSON.stringify would, for what it can hold', () => {
    const plain = fc.jsonValue({ maxDepth: 4 }).filter((value) => typeof value === 'object' && value !== null);
    fc.assert(
      fc.property(plain, (value) => {
        expect(layOutJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
        expect(layOutJson(JSON.stringify(value, null, 4))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('numbers keep all their digits and keys that stand twice stay twice', () => {
    expect(layOutJson('{"id":12345678901234567890,"id":1.0}')).toBe('{\n  "id": 12345678901234567890,\n  "id": 1.0\n}');
  });

  it('what stands in strings is left alone', () => {
    expect(layOutJson('{"a":"{[,:]}\\" x"}')).toBe('{\n  "a": "{[,:]}\\" x"\n}');
  });

  it('a text that was cut anywhere is laid out as far as it goes', () => {
    const text = '{"event":"posted","data":{"post":"{\\"id\\":\\"x\\"}","n":[1,2]}}';
    const letters = (value: string): string => value.replaceAll(/\s/g, '');
    for (let length = 1; length <= text.length; length++) {
      expect(letters(layOutJson(text.slice(0, length)))).toBe(text.slice(0, length));
    }
  });

  it('brackets without end do not become gigabytes of indentation', () => {
    const bomb = '['.repeat(65_536);
    expect(layOutJson(bomb).length).toBeLessThan(2 * bomb.length);
    const wide = `${'['.repeat(100)}${'1,'.repeat(10_000)}1${']'.repeat(100)}`;
    expect(layOutJson(wide).length).toBeLessThan(2 * wide.length);
  });

  it('a text is taken for JSON by its first bracket', () => {
    expect(looksLikeJson(' {"a":1')).toBe(true);
    expect(looksLikeJson('[')).toBe(true);
    expect(looksLikeJson('hello {')).toBe(false);
    expect(looksLikeJson('')).toBe(false);
  });
});

describe("a stranger's text on the page", () => {
  it('keeps its lines, and escapes what hides or turns text around', () => {
    expect(textBlocks('a\r\nb\n\u202Eevil\u200B\u0007')).toEqual(['a\nb\n\\u{202e}evil\\u{200b}\\x07']);
  });

  it('markup is letters', () => {
    expect(textBlocks('<img src=x onerror=alert(1)>')).toEqual(['<img src=x onerror=alert(1)>']);
  });

  it('a megabyte on one line comes in blocks that a browser lays out at once', () => {
    const blocks = textBlocks('x'.repeat(1_000_000));
    expect(Math.max(...blocks.map((block) => block.length))).toBeLessThanOrEqual(BLOCK_LETTERS);
    expect(blocks.join('')).toHaveLength(1_000_000);
  });

  it('no letter is cut in half', () => {
    const blocks = textBlocks(`x${'😀'.repeat(20_000)}`);
    expect(blocks.join('')).toBe(`x${'😀'.repeat(20_000)}`);
    for (const block of blocks) expect(block.isWellFormed()).toBe(true);
  });

  it('many lines share a block', () => {
    const blocks = textBlocks('line of text\n'.repeat(10_000));
    expect(blocks.length).toBeLessThan(20);
    expect(blocks.join('\n')).toBe('line of text\n'.repeat(10_000));
  });

  it('an empty text is one empty block', () => {
    expect(textBlocks('')).toEqual(['']);
  });
});

describe('bytes in hex', () => {
  it('sixteen a row, with their place and the letters among them', () => {
    expect(hexDump(new TextEncoder().encode('Hello, world: 12\u0000'), 16)).toEqual([
      '00000000  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 3a 20 31 32  |Hello, world: 12|',
      `00000010  00${' '.repeat(48)}|.|`,
    ]);
  });

  it('eight a row where there is little room', () => {
    const whole = '00000000  ff 80 7f 00  41 42 43 44  |....ABCD|';
    expect(hexDump(Uint8Array.from([0xff, 0x80, 0x7f, 0, 65, 66, 67, 68]), 8)).toEqual([whole]);
    const [part = ''] = hexDump(Uint8Array.from([0xff, 0x80, 0x7f]), 8);
    expect(part.indexOf('|')).toBe(whole.indexOf('|'));
  });

  it('nothing gives nothing', () => {
    expect(hexDump(new Uint8Array(0), 16)).toEqual([]);
  });

  it('base64 gives the bytes back', () => {
    expect([...bytesOf(Buffer.from([0, 1, 254, 255]).toString('base64'))]).toEqual([0, 1, 254, 255]);
  });
});
