import { beforeAll, describe, expect, it } from 'vitest';
import { clock, grouped, relative, span } from '../../src/words/times.ts';

beforeAll(() => {
  process.env.TZ = 'UTC';
});

describe('times in a report', () => {
  it.each([
    [3, '3 ms'],
    [60_003, '60.0 s'],
    [350, '0.3 s'],
    [119_960, '2 m 00 s'],
    [939_400, '15 m 39 s'],
    [3_599_700, '1 h 00 m'],
    [7_530_000, '2 h 06 m'],
    [352_800_000, '4 d 02 h'],
    [-1500, '-1.5 s'],
  ])('%d ms read as %s', (ms, text) => {
    expect(span(ms)).toBe(text);
  });

  it('leave out the date that goes without saying', () => {
    const now = Date.UTC(2026, 4, 12, 14, 0, 0);
    expect(clock(now - 3_600_000, now)).toBe('13:00:00');
    expect(clock(now - 86_400_000, now)).toBe('05-11 14:00:00');
    expect(clock(now - 365 * 86_400_000, now)).toBe('2025-05-12 14:00:00');
  });

  it('keep the milliseconds that decide a verdict', () => {
    expect(relative(1000, 61_003)).toBe('-60.003 s');
    expect(relative(1000, 1000)).toBe('+0.000 s');
    expect(relative(1000.4, 1000.6)).toBe('+0.000 s');
    expect(relative(1002, 1000)).toBe('+0.002 s');
  });

  it('group digits the same way everywhere', () => {
    expect([grouped(7), grouped(1234), grouped(12_345_678)]).toEqual(['7', '1,234', '12,345,678']);
  });
});
