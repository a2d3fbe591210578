import { describe, expect, it } from 'vitest';
import type { RoundTripSeries } from '../../../../src/inspector/api.ts';
import {
  drawnSeries,
  logRange,
  logSteps,
  MOST_SERIES,
  tripWords,
  unbroken,
} from '../../../../src/inspector/page/pictures/round-trips-data.ts';
import { layoutRoundTrips } from '../../../../src/inspector/page/pictures/round-trips-layout.ts';
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

describe('round trips as geometry', () => {
  it('draws the median of each leg, and a band from there up', () => {
    const { lines, axis } = layoutRoundTrips([series('client', [0, 1]), series('server', [0, 1], 0.4)], 600);
    expect(lines.map(({ series: { leg }, style }) => [leg, style])).toEqual([
      ['client', 0],
      ['server', 0],
    ]);
    const [client, server] = lines;
    expect(client?.median).toMatch(new RegExp(`^M${axis.left}.0 [\\d.]+L${axis.right}.0 [\\d.]+$`));
    expect(client?.band.endsWith('Z')).toBe(true);
    const y = (path = '') => Number(/ ([\d.]+)L/.exec(path)?.[1]);
    expect(y(client?.median)).toBeLessThan(y(server?.median));
  });

  it('draws no line through a long pause', () => {
    const runs = unbroken(series('server', [0, 1, 2, 7, 8])).map((run) => run.map(({ at }) => (at - START) / 60_000));
    expect(runs).toEqual([
      [0, 1, 2],
      [7, 8],
    ]);
    const [line] = layoutRoundTrips([series('server', [0, 1, 2, 7, 8])], 600).lines;
    expect(line?.median.match(/M/g)).toHaveLength(2);
    expect(unbroken(series('client', [0, 2, 4, 6]))).toHaveLength(1);
  });

  it('shows a single measurement as a dot', () => {
    const layout = layoutRoundTrips([series('client', [0])], 600);
    expect(layout.lines[0]?.dots).toHaveLength(1);
    expect(layout.axis.to).toBeGreaterThan(layout.axis.from);
  });

  it('copes with an answer within no time: a logarithm knows no 0', () => {
    expect(layoutRoundTrips([series('client', [0, 1], 0)], 600).lines[0]?.median).not.toMatch(/NaN|Infinity/);
  });

  it('gives each tap its own dash', () => {
    const taps = ['a', 'b'].flatMap((tap) => [series('client', [0, 1], 1, tap), series('server', [0, 1], 1, tap)]);
    expect(layoutRoundTrips(taps, 600).lines.map(({ style }) => style)).toEqual([0, 0, 1, 1]);
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
    expect(logSteps(0.2, 200).map(tripWords)).toEqual(['1 ms', '10 ms', '100 ms']);
    expect(logSteps(1, 20).map(tripWords)).toEqual(['1 ms', '2 ms', '5 ms', '10 ms', '20 ms']);
    expect(logSteps(0.2, 2000).map(tripWords).at(-1)).toBe('1 s');
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
