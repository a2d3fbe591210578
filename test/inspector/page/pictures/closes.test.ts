import { describe, expect, it } from 'vitest';
import type { Pictures } from '../../../../src/inspector/api.ts';
import { bucketAt, chosenRange, closesData, massWords } from '../../../../src/inspector/page/pictures/closes-data.ts';
import {
  bucketSays,
  closesSummary,
  closesTable,
  massTable,
} from '../../../../src/inspector/page/pictures/closes-words.ts';
import { massFlags } from '../../../../src/inspector/page/pictures/mass-flags.ts';

const START = new Date(2026, 2, 4, 14, 0).getTime();
const MINUTE = 60_000;

const RELOAD = {
  at: START + 2 * MINUTE + 5,
  count: 5,
  closedBy: 'proxy',
  hop: 'nginx',
  cause: 'proxy-reload',
} as const;

const CLOSES: Pictures['closes'] = {
  bucketMs: MINUTE,
  buckets: [
    { at: START, counts: { client: 2 } },
    { at: START + MINUTE, counts: {} },
    { at: START + 2 * MINUTE, counts: { proxy: 5, client: 1 } },
    { at: START + 3 * MINUTE, counts: { server: 1 } },
  ],
  mass: [RELOAD],
};

describe('closes over time', () => {
  it('stacks the parties: each column is its count and all that stands below it, the sum of all at the back', () => {
    expect(closesData(CLOSES)).toEqual({
      parties: ['server', 'client', 'proxy'],
      columns: [CLOSES.buckets.map(({ at }) => at), [2, 0, 6, 1], [2, 0, 6, 0], [0, 0, 5, 0]],
      from: START,
      to: START + 4 * MINUTE,
    });
  });

  it('has nothing to draw before anything closed', () => {
    expect(closesSummary({ bucketMs: MINUTE, buckets: [], mass: [] })).toBeNull();
    expect(closesSummary({ bucketMs: MINUTE, buckets: [{ at: START, counts: {} }], mass: [] })).toBeNull();
    expect(closesData({ bucketMs: MINUTE, buckets: [], mass: [] }).columns).toEqual([[]]);
  });

  it('takes a dragged range to mean whole buckets within the axis', () => {
    const data = closesData(CLOSES);
    const range = (from: number, to: number) =>
      chosenRange(data, MINUTE, START + from, START + to).map((at) => at - START);
    expect(range(70_000, 130_000)).toEqual([MINUTE, 3 * MINUTE]);
    expect(range(-9e9, 9e9)).toEqual([0, 4 * MINUTE]);
    expect(range(MINUTE, MINUTE)).toEqual([MINUTE, 2 * MINUTE]);
  });

  it('finds the bucket under the pointer', () => {
    const data = closesData(CLOSES);
    expect([0, 59_999, 60_000, 239_999, 240_000, -1].map((ms) => bucketAt(data, MINUTE, START + ms))).toEqual([
      0,
      0,
      1,
      3,
      null,
      null,
    ]);
  });
});

describe('closes in words', () => {
  it('says how many, when most, and what ended at once', () => {
    expect(closesSummary(CLOSES)).toBe(
      '9 closes from 14:00 to 14:04, at most 6 from 14:02 to 14:03; 5 at once (nginx reload).',
    );
  });

  it('counts the times that several ended at once', () => {
    const two = { ...RELOAD, count: 12, closedBy: 'server', hop: null, cause: 'server-shutdown' } as const;
    expect(closesSummary({ ...CLOSES, mass: [RELOAD, two] })).toContain(
      '2 times several together, at most 12 at once (server shutdown)',
    );
    expect(closesSummary({ ...CLOSES, mass: [] })).toContain('none together');
  });

  it('says what is under the pointer', () => {
    const says = CLOSES.buckets.map((bucket) => bucketSays(bucket, MINUTE));
    expect(says[1]).toBe('14:01 to 14:02: no close');
    expect(says[2]).toBe('14:02 to 14:03: 6 closes, 5 by proxy, 1 by client');
  });

  it('is the same as a table', () => {
    expect(closesTable(CLOSES).head).toEqual(['time', 'proxy', 'client', 'server', 'all']);
    expect(closesTable(CLOSES).rows).toEqual([
      ['14:00 to 14:01', '0', '2', '0', '2'],
      ['14:02 to 14:03', '5', '1', '0', '6'],
      ['14:03 to 14:04', '0', '0', '1', '1'],
    ]);
    expect(massTable(CLOSES).rows[0]?.[1]).toBe('5 at once · nginx reload');
  });

  it('shows the name of a hop without its tricks', () => {
    expect(massWords({ ...RELOAD, hop: 'ng\u202einx' })).toBe('5 at once · ng\\u{202e}inx reload');
  });
});

describe('flags of what ended at once', () => {
  it('gives the largest its place first, and leaves out what finds none', () => {
    const mass = Array.from({ length: 40 }, (_, i) => ({ ...RELOAD, at: START + i, count: i + 2 }));
    const flags = massFlags(mass, (at) => 50 + (at - START) * 5, 300, 3);
    expect(flags[0]?.mass.count).toBe(41);
    expect(flags.length).toBeGreaterThan(0);
    expect(flags.length).toBeLessThan(40);
  });

  it('stands its text beside the cloth of the flag', () => {
    const [right] = massFlags([RELOAD], () => 20, 600, 1);
    expect(right).toMatchObject({ text: '5 at once · nginx reload', anchor: 'start', textX: 33, row: 0, poleRow: 0 });
    const [left] = massFlags([RELOAD], () => 590, 600, 1);
    expect(left).toMatchObject({ anchor: 'end' });
    expect(left?.textX).toBeLessThan(590 - 8);
  });
});
