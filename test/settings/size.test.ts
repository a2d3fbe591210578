import { describe, expect, it } from 'vitest';
import { formatSize, parseSize } from '../../src/settings/size.ts';

describe('sizes', () => {
  it.each([
    ['2GiB', 2_147_483_648],
    ['500MB', 500_000_000],
    ['1.5 KiB', 1536],
    ['4096b', 4096],
    ['1tib', 1_099_511_627_776],
  ])('%s is understood', (text, bytes) => {
    expect(parseSize(text)).toEqual({ ok: true, value: bytes });
  });

  it.each(['', '2', '2G', 'GiB', '-1MB', '2 GiBs', '99999999TiB'])(
    '%j is refused with the two forms that work',
    (text) => {
      expect(parseSize(text).ok).toBe(false);
    },
  );

  it.each([
    [2_147_483_648, '2GiB'],
    [500_000_000, '500MB'],
    [1001, '1001B'],
  ])('%d bytes are written %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });
});
