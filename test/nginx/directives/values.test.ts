import { describe, expect, it } from 'vitest';
import { parseNumber, parseOffset, parseSeconds, parseSize, parseTime } from '../../../src/nginx/directives/values.ts';

describe("nginx's times", () => {
  it.each([
    ['60', 60_000],
    ['0', 0],
    ['75s', 75_000],
    ['1m30s', 90_000],
    ['1m 30', 90_000],
    ['1h 30m', 5_400_000],
    ['500ms', 500],
    ['1s500ms', 1_500],
    ['1d', 86_400_000],
    ['2w', 1_209_600_000],
  ])('%s is %i ms', (text, ms) => expect(parseTime(text)).toBe(ms));

  it.each(['', 's', 'm', '-1', '1.5s', '30 s', '1s1m', '1m1m', '1H', '90sec', '1y', '1M', '99999999999999999999s'])(
    '"%s" is none',
    (text) => expect(parseTime(text)).toBeNull(),
  );

  it('knows months and years, and no milliseconds, where nginx keeps seconds', () => {
    expect(parseSeconds('1M')).toBe(2_592_000_000);
    expect(parseSeconds('1y')).toBe(31_536_000_000);
    expect(parseSeconds('500ms')).toBeNull();
  });
});

describe("nginx's sizes", () => {
  it('are bytes, kilobytes and megabytes, and gigabytes only for files and bodies', () => {
    expect(['0', '8k', '8K', '1m', '1g', '8kb', '-8k', 'k', '', '8 k', '0x10'].map(parseSize)).toEqual([
      0,
      8_192,
      8_192,
      1_048_576,
      null,
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(parseOffset('1g')).toBe(1_073_741_824);
  });

  it('end where a signed number of 64 bits does', () => {
    expect(parseSize('9223372036854775807')).not.toBeNull();
    expect(parseSize('9223372036854775808')).toBeNull();
    expect(parseSize('9007199254740992k')).toBeNull();
    expect(parseOffset('8589934592g')).toBeNull();
  });

  it('have no sign and no exponent as plain numbers', () => {
    expect(['1000', '0', '-1', '1k', '1e3', ''].map(parseNumber)).toEqual([1_000, 0, null, null, null, null]);
  });
});
