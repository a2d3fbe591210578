import { describe, expect, it } from 'vitest';
import { chipsOf } from '../../../../src/inspector/page/overview/chips.ts';
import { type Filter, NO_FILTER } from '../../../../src/inspector/page/overview/filter.ts';

const NOW = new Date(2026, 5, 1, 12).getTime();

const words = (filter: Partial<Filter>): string[] =>
  chipsOf({ ...NO_FILTER, ...filter }, NOW).map(({ label, value }) => `${label} ${value}`);

describe('the chips above the list', () => {
  it('are none without a filter', () => {
    expect(words({})).toEqual([]);
  });

  it('say each part of it in words', () => {
    expect(
      words({
        open: false,
        closedBy: 'proxy',
        certainty: 'possible',
        cause: 'proxy-idle-timeout',
        text: 'bot',
        hop: 'nginx',
        tap: 'inner',
        since: '24h',
      }),
    ).toEqual([
      'state closed',
      'closed by proxy',
      'how sure possible',
      'cause idle timeout',
      'text bot',
      'hop nginx',
      'tap inner',
      'closed in the last 24 h',
    ]);
  });

  it('take a range out as a whole', () => {
    const [silence, time] = chipsOf(
      { ...NO_FILTER, idleFromMs: 55_000, idleToMs: 65_000, since: '1h', until: '5m' },
      NOW,
    );
    expect(silence).toEqual({ keys: ['idleFromMs', 'idleToMs'], label: 'silence', value: '55.0 s to 65.0 s' });
    expect(time).toEqual({ keys: ['since', 'until'], label: 'closed', value: '11:00:00 to 11:55:00' });
  });

  it('say open ends as such', () => {
    expect(words({ idleFromMs: 900_000 })).toEqual(['silence 15 m 00 s and more']);
    expect(words({ idleToMs: 1000 })).toEqual(['silence under 1.0 s']);
    expect(words({ until: '1h' })).toEqual(['closed before 11:00:00']);
    expect(words({ since: '90m' })).toEqual(['closed since 10:30:00']);
  });
});
