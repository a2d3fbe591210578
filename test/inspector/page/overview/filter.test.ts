import { describe, expect, it } from 'vitest';
import {
  contextQuery,
  type Filter,
  filterOf,
  listQuery,
  matches,
  NO_FILTER,
  pictureQuery,
  without,
} from '../../../../src/inspector/page/overview/filter.ts';
import { rowOf } from '../../../../src/inspector/page/overview/row.ts';
import { urlOf } from '../../../../src/inspector/page/query.ts';
import { closedView, openView } from './samples.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const HOUR_MS = 3_600_000;

const EVERYTHING: Filter = {
  open: false,
  closedBy: 'proxy',
  cause: 'proxy-idle-timeout',
  certainty: 'likely',
  hop: 'nginx',
  tap: 'inner',
  text: 'a&b=c #1 ü',
  since: '24h',
  until: '2026-06-01T00:00:00.000Z',
  idleFromMs: 55_000,
  idleToMs: 65_000.5,
};

const read = (url: string): Filter => filterOf(new URL(url, 'http://page').searchParams);

describe('the filter in the address', () => {
  it('brings a shared link back as it was', () => {
    expect(read(urlOf('/', listQuery(EVERYTHING)))).toEqual(EVERYTHING);
    expect(read(urlOf('/', listQuery(NO_FILTER)))).toEqual(NO_FILTER);
  });

  it('leaves the address bare when nothing is filtered', () => {
    expect(urlOf('/', listQuery(NO_FILTER))).toBe('/');
  });

  it.each([
    '/?closedBy=nobody&cause=tuesday&certainty=very&open=perhaps',
    '/?since=yesterday&until=&idleFromMs=-3&idleToMs=long',
    '/?text=%20%20&tap=&hop=',
    '/?toString=1&constructor=2',
    '/?closedBy=constructor',
  ])('takes nothing from what it does not understand: %s', (url) => {
    expect(read(url)).toEqual(NO_FILTER);
  });

  it('reads times as a person writes them', () => {
    expect(read('/?since=1h').since).toBe('1h');
    expect(read('/?since=2026-06-01T10:00:00Z').since).toBe('2026-06-01T10:00:00Z');
    expect(read(`/?since=${NOW}`).since).toBe(String(NOW));
  });
});

describe('what the summary is asked for', () => {
  it('is not narrowed by what is chosen among its own figures', () => {
    expect(contextQuery(EVERYTHING)).toEqual({
      hop: 'nginx',
      tap: 'inner',
      text: 'a&b=c #1 ü',
      since: '24h',
      until: '2026-06-01T00:00:00.000Z',
    });
  });
});

describe('what the pictures are asked for', () => {
  it('follows who, cause and certainty, but keeps all silences to choose from', () => {
    const { idleFromMs: _from, idleToMs: _to, open: _open, ...rest } = listQuery(EVERYTHING);
    expect(pictureQuery(EVERYTHING)).toEqual(rest);
  });

  it('is what the figures are asked for while nothing is chosen, so that one answer serves both', () => {
    const filter = { ...NO_FILTER, tap: 'inner', text: 'bot', open: true, idleFromMs: 5 };
    expect(urlOf('/api/summary', pictureQuery(filter))).toBe(urlOf('/api/summary', contextQuery(filter)));
  });
});

describe('taking a part of the filter out', () => {
  it('leaves the others', () => {
    expect(without(EVERYTHING, ['idleFromMs', 'idleToMs'])).toEqual({
      ...EVERYTHING,
      idleFromMs: null,
      idleToMs: null,
    });
  });
});

describe('whether a live connection belongs into the list', () => {
  const open = rowOf(openView('aaaa', NOW - HOUR_MS));
  const closed = rowOf(
    closedView(
      'bbbb',
      NOW - HOUR_MS,
      {},
      { idle: { clientMs: null, serverMs: null, anyMs: 60_003, longestNaturalGapMs: 0 } },
    ),
  );
  const closing = rowOf(openView('cccc', NOW - HOUR_MS, { state: 'closing' }));
  const shows = (filter: Partial<Filter>, row = closed): boolean => matches({ ...NO_FILTER, ...filter }, row, NOW);

  it('takes both kinds unless one is asked for', () => {
    for (const row of [open, closing, closed]) expect(shows({}, row)).toBe(true);
    expect([open, closing, closed].map((row) => shows({ open: true }, row))).toEqual([true, true, false]);
    expect([open, closing, closed].map((row) => shows({ open: false }, row))).toEqual([false, false, true]);
  });

  it.each<Partial<Filter>>([
    { closedBy: 'proxy' },
    { cause: 'proxy-idle-timeout' },
    { certainty: 'likely' },
    { hop: 'nginx' },
    { idleFromMs: 60_003 },
    { idleToMs: 60_004 },
  ])('takes no open one when something of a verdict is asked for: %j', (filter) => {
    expect(shows(filter)).toBe(true);
    expect(shows(filter, open)).toBe(false);
    expect(shows(filter, closing)).toBe(false);
  });

  it.each<Partial<Filter>>([
    { closedBy: 'client' },
    { cause: 'client-close' },
    { certainty: 'certain' },
    { hop: 'caddy' },
    { tap: 'edge' },
    { idleFromMs: 60_003.5 },
    { idleToMs: 60_003 },
    { text: 'bob' },
    { since: '30m' },
    { until: '2h' },
  ])('leaves out what is something else: %j', (filter) => {
    expect(shows(filter)).toBe(false);
  });

  it('leaves out a silence that was never measured', () => {
    const refused = rowOf(
      closedView('dddd', NOW, {}, { idle: { clientMs: null, serverMs: null, anyMs: null, longestNaturalGapMs: 0 } }),
    );
    expect(shows({ idleFromMs: 0 }, refused)).toBe(false);
    expect(shows({ idleToMs: 1 }, refused)).toBe(false);
  });

  it.each(['ALICE', 'u1', 'bbbb', '10.0.4', '172.18.0.2:4', 'bot/', 'websocket?', 'idle-time', 'NGINX'])(
    'finds text in whatever names it: %s',
    (text) => {
      expect(shows({ text })).toBe(true);
    },
  );

  it('asks for the time of the close only', () => {
    expect(shows({ since: '2h', until: '30m' })).toBe(true);
    expect(shows({ since: '30m' }, open)).toBe(true);
  });
});
