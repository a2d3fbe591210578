import { describe, expect, it } from 'vitest';
import type { RoundTripSeries } from '../../../../src/inspector/api.ts';
import {
  drawnSeries,
  logRange,
  logTicks,
  MOST_SERIES,
  roundTripData,
  tripWords,
} from '../../../../src/inspector/page/pictures/round-trips-data.ts';
import {
  roundTripsSummary,
  roundTripsTable,
  usual,
} from '../../../../src/inspector/page/pictures/round-trips-words.ts';

const START = new Date(2026, 2, 4, 14, 0).getTime();

const series = (
  leg: RoundTripSeries['leg'],
  minutes: readonly number[],
  p50Ms = 38,
  tap = 'inner',
): RoundTripSeries => ({
  tap,
  leg,
  points: minutes.map((minute) => ({
    at: START + minute * 60_000,
    count: 10,
    minMs: p50Ms / 2,
    p50Ms,
    p95Ms: p50Ms * 2,
    maxMs: p50Ms * 4,
  })),
});

describe('round trips as columns', () => {
  it('gives each leg its median and the upper edge of its band', () => {
    const { columns, series: legs } = roundTripData([series('client', [0, 1]), series('server', [0, 1], 0.4)]);
    expect(legs.map(({ leg }) => leg)).toEqual(['client', 'server']);
    expect(columns).toEqual([
      [START, START + 60_000],
      [38, 38],
      [76, 76],
      [0.4, 0.4],
      [0.8, 0.8],
    ]);
  });

  it('draws a line across the times of another series, but not across a long pause of its own', () => {
    const { columns } = roundTripData([series('client', [0, 2, 4, 6, 8]), series('server', [0, 1, 2, 7, 8], 0.4)]);
    const [times, client, , server] = columns;
    const minutes = times.map((at) => (at - START) / 60_000);
    expect(minutes).toEqual([0, 1, 2, 4, 4.5, 6, 7, 8]);
    expect(client).toEqual([38, undefined, 38, 38, undefined, 38, undefined, 38]);
    expect(server).toEqual([0.4, 0.4, 0.4, null, null, null, 0.4, 0.4]);
  });

  it('copes with an answer within no time: a logarithm knows no 0', () => {
    expect(roundTripData([series('client', [0], 0)]).columns[1]).toEqual([0.01]);
  });

  it('leaves out what is too much to follow, the least pinged first, and what was never answered', () => {
    const many = ['a', 'b', 'c'].flatMap((tap, i) => [
      series('client', [0, 1, 2].slice(i), 1, tap),
      series('server', [0, 1, 2].slice(i), 1, tap),
    ]);
    const drawn = drawnSeries([...many, series('client', [], 1, 'd')]);
    expect(drawn).toHaveLength(MOST_SERIES);
    expect(drawn.map(({ tap, leg }) => `${tap} ${leg}`)).toEqual(['a client', 'a server', 'b client', 'b server']);
  });
});

describe('the logarithmic axis', () => {
  it('spans whole steps around what there is', () => {
    expect(logRange(0.31, 180)).toEqual([0.2, 200]);
    expect(logRange(1.4, 2.4)).toEqual([1, 5]);
    expect(logRange(0, 0)[0]).toBeGreaterThan(0);
  });

  it('names powers of ten, and what lies between them only where there are few', () => {
    expect(logTicks([0.1, 1, 10, 100])).toEqual(['0.1 ms', '1 ms', '10 ms', '100 ms']);
    expect(logTicks([1, 2, 3, 4, 5, 10])).toEqual(['1 ms', '2 ms', null, null, '5 ms', '10 ms']);
    expect(logTicks([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]).filter((text) => text !== null)).toEqual([
      '1 ms',
      '10 ms',
      '100 ms',
      '1 s',
    ]);
  });

  it.each([
    [0.0412, '0.041 ms'],
    [38.2, '38 ms'],
    [1234, '1.2 s'],
  ])('%d ms are %s', (ms, words) => expect(tripWords(ms)).toBe(words));
});

describe('round trips in words', () => {
  it('says what is usual on each leg', () => {
    expect(roundTripsSummary([series('client', [0, 1]), series('server', [0, 1], 0.4)])).toBe(
      "The usual answer to one of hangup's 40 pings took 38 ms on the client leg (95 of 100 within 76 ms), 0.4 ms on the server leg (95 of 100 within 0.8 ms).",
    );
  });

  it('lets a minute of many pings weigh more than one of few', () => {
    const mixed = series('client', [0, 1, 2]);
    const points = mixed.points.map((point, i) => ({
      ...point,
      p50Ms: [10, 20, 500][i] ?? 0,
      count: [1, 1, 50][i] ?? 0,
    }));
    expect(usual({ ...mixed, points }).p50Ms).toBe(500);
  });

  it('says nothing before the first answer', () => {
    expect(roundTripsSummary([])).toBeNull();
    expect(roundTripsSummary([series('client', [])])).toBeNull();
  });

  it('names the tap only among several', () => {
    expect(roundTripsSummary([series('client', [0]), series('client', [0], 5, 'edge')])).toContain(
      'on the client leg of edge',
    );
  });

  it('is the same as a table, in order of time', () => {
    expect(roundTripsTable([series('server', [1]), series('client', [0, 1])]).rows).toEqual([
      ['14:00 to 14:01', 'client leg', '10', '19', '38', '76', '152'],
      ['14:01 to 14:02', 'server leg', '10', '19', '38', '76', '152'],
      ['14:01 to 14:02', 'client leg', '10', '19', '38', '76', '152'],
    ]);
  });
});
