import fc from 'fast-check';
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
import { layoutRoundTrips, momentAt } from '../../../../src/inspector/page/pictures/round-trips-layout.ts';
import {
  momentWords,
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
    const [left, right] = [axis.left.toFixed(1), axis.right.toFixed(1)];
    expect(client?.median).toMatch(new RegExp(`^M${left} [\\d.]+L${right} [\\d.]+$`));
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
    expect(line?.dots).toEqual([]);
    expect(unbroken(series('client', [0, 2, 4, 6]))).toHaveLength(1);
  });

  it('shows a single measurement as a dot, in the middle', () => {
    const { lines, axis } = layoutRoundTrips([series('client', [0])], 600);
    expect(lines[0]?.dots).toHaveLength(1);
    expect(lines[0]?.dots[0]?.x).toBeCloseTo((axis.left + axis.right) / 2);
  });

  it('writes the leg and its last median beside the end of its line, the number alone on a phone', () => {
    const both = [series('client', [0, 1]), series('server', [0, 1], 0.4)];
    expect(layoutRoundTrips(both, 700).lines.map(({ label }) => label.lines)).toEqual([
      ['client leg', '38 ms'],
      ['server leg', '0.4 ms'],
    ]);
    const phone = layoutRoundTrips(both, 300);
    expect(phone.named).toBe(false);
    expect(phone.lines.map(({ label }) => label.lines)).toEqual([['38 ms'], ['0.4 ms']]);
  });

  it('finds the moment nearest to the pointer, with the points of every leg', () => {
    const { moments, axis } = layoutRoundTrips([series('client', [0, 1, 2]), series('server', [0, 2], 0.4)], 600);
    expect(moments.map(({ points }) => points.map(({ series: { leg } }) => leg))).toEqual([
      ['client', 'server'],
      ['client'],
      ['client', 'server'],
    ]);
    const middle = (axis.left + axis.right) / 2;
    expect([-50, axis.left, middle - 20, middle + 20, 9999].map((x) => momentAt(moments, x))).toEqual([0, 0, 1, 1, 2]);
    expect(momentAt([], 10)).toBeUndefined();
  });

  it('stays inside, with its labels apart, whatever was measured', () => {
    const ms = fc.double({ min: -3, max: 6, noNaN: true }).map((power) => 10 ** power);
    const point = fc.record({
      minute: fc.integer({ min: 0, max: 3000 }),
      p50Ms: ms,
      more: fc.double({ min: 1, max: 50, noNaN: true }),
    });
    const one = fc.record({
      tap: fc.oneof(fc.constantFrom('inner', 'edge'), fc.string({ maxLength: 60 })),
      leg: fc.constantFrom('client' as const, 'server' as const),
      points: fc.uniqueArray(point, { minLength: 1, maxLength: 30, selector: ({ minute }) => minute }),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), fc.integer({ min: 220, max: 1200 }), (all, width) => {
        const made = all.map(({ tap, leg, points }) => ({
          tap,
          leg,
          points: points
            .sort((a, b) => a.minute - b.minute)
            .map(({ minute, p50Ms, more }) => ({
              at: START + minute * 60_000,
              count: 1,
              minMs: p50Ms,
              p50Ms,
              p95Ms: p50Ms * more,
              maxMs: p50Ms * more,
            })),
        }));
        const { lines, axis, axisY, top, height, levels } = layoutRoundTrips(made, width);
        for (const { median, band } of lines) {
          const places = [...`${median}${band}`.matchAll(/([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => [
            Number(x),
            Number(y),
          ]);
          expect(places.length).toBeGreaterThan(0);
          for (const [x = -1, y = -1] of places) {
            expect(x).toBeGreaterThanOrEqual(axis.left - 0.1);
            expect(x).toBeLessThanOrEqual(axis.right + 0.1);
            expect(y).toBeGreaterThanOrEqual(top - 0.1);
            expect(y).toBeLessThanOrEqual(axisY + 0.1);
          }
        }
        const labels = lines.map(({ label }) => label).sort((a, b) => a.y - b.y);
        for (const [i, label] of labels.entries()) {
          expect(label.y).toBeGreaterThanOrEqual(0);
          expect(label.y + label.height).toBeLessThanOrEqual(height + 1e-6);
          const next = labels[i + 1];
          if (next !== undefined) expect(next.y).toBeGreaterThanOrEqual(label.y + label.height - 1e-6);
        }
        const heights = levels.map(({ y }) => y).sort((a, b) => a - b);
        for (const [i, y] of heights.entries()) expect((heights[i + 1] ?? 9999) - y).toBeGreaterThan(12);
      }),
    );
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

  it('says the numbers of a moment', () => {
    const all = [series('client', [0, 1]), series('server', [0, 1], 0.4)];
    const { moments } = layoutRoundTrips(all, 600);
    expect(momentWords(moments[0]?.points ?? [], all)).toBe(
      '14:00 to 14:01: client leg 38 ms, 95 of 100 within 76 ms; server leg 0.4 ms, 95 of 100 within 0.8 ms',
    );
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
