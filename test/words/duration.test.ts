import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../src/words/duration.ts';

describe('durations', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['0s', 0],
    [' 30s ', 30_000],
  ])('%s is understood', (text, ms) => {
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });

  it('asks for the unit of a bare number instead of guessing it', () => {
    expect(parseDuration('30')).toEqual({ ok: false, says: '"30" has no unit; did you mean 30s?' });
  });

  it.each(['', 's', '-5s', '5 s', '5sec', '1e3s', '99999999999999999d'])('%j is refused', (text) => {
    expect(parseDuration(text).ok).toBe(false);
  });

  it.each([
    [60_000, '60s'],
    [90_000, '90s'],
    [300_000, '5m'],
    [604_800_000, '7d'],
    [1500, '1500ms'],
    [0, '0ms'],
  ])('%d ms is written %s, which reads back', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
    expect(parseDuration(text)).toEqual({ ok: true, value: ms });
  });
});
