import { describe, expect, it } from 'vitest';
import type { Pictures } from '../../../../src/inspector/api.ts';
import { bucketAt, chosenRange, massWords } from '../../../../src/inspector/page/pictures/closes-data.ts';
import { layoutCloses } from '../../../../src/inspector/page/pictures/closes-layout.ts';
import {
  bucketSays,
  closesSummary,
  closesTable,
  massTable,
} from '../../../../src/inspector/page/pictures/closes-words.ts';

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
  it('stacks the parties on one another, as tall together as they are many', () => {
    const { bars, axisY } = layoutCloses(CLOSES, 600);
    expect(bars.map(({ at }) => at)).toEqual([START, START + 2 * MINUTE, START + 3 * MINUTE]);
    const [two, six] = bars;
    expect(six?.parts.map(({ party }) => party)).toEqual(['proxy', 'client']);
    expect(six?.parts[0]?.height).toBeCloseTo(((axisY - (six?.top ?? 0)) * 5) / 6);
    expect(axisY - (two?.top ?? 0)).toBeCloseTo((axisY - (six?.top ?? 0)) / 3);
  });

  it('has level lines at whole numbers, four at most', () => {
    const counts = (most: number) =>
      layoutCloses({ ...CLOSES, buckets: [{ at: START, counts: { proxy: most } }] }, 600).counts.map(
        ({ text }) => text,
      );
    expect(counts(1)).toEqual(['1']);
    expect(counts(14)).toEqual(['5', '10']);
    expect(counts(2342)).toEqual(['1,000', '2,000']);
    for (let most = 1; most < 3000; most += 7) expect(counts(most).length).toBeLessThanOrEqual(4);
  });

  it('has nothing to draw before anything closed', () => {
    expect(closesSummary({ bucketMs: MINUTE, buckets: [], mass: [] })).toBeNull();
    expect(closesSummary({ bucketMs: MINUTE, buckets: [{ at: START, counts: {} }], mass: [] })).toBeNull();
  });

  it('takes a dragged range to mean whole buckets within the axis, in whichever direction it was dragged', () => {
    const range = (one: number, other: number) =>
      chosenRange(CLOSES, START + one, START + other).map((at) => at - START);
    expect(range(70_000, 130_000)).toEqual([MINUTE, 3 * MINUTE]);
    expect(range(130_000, 70_000)).toEqual([MINUTE, 3 * MINUTE]);
    expect(range(-9e9, 9e9)).toEqual([0, 4 * MINUTE]);
    expect(range(MINUTE, MINUTE)).toEqual([MINUTE, 2 * MINUTE]);
    expect(range(9e9, 9.1e9)).toEqual([3 * MINUTE, 4 * MINUTE]);
  });

  it('finds the bucket under the pointer', () => {
    const under = (ms: number) => bucketAt(CLOSES, START + ms);
    expect([0, 59_999, 60_000, 239_999].map((ms) => under(ms)?.at)).toEqual(
      [0, 0, 1, 3].map((n) => START + n * MINUTE),
    );
    expect([240_000, -1].map(under)).toEqual([undefined, undefined]);
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
  const flags = (mass: Pictures['closes']['mass'], width = 600) => layoutCloses({ ...CLOSES, mass }, width);

  it('gives the largest its place first, and says how many are left to the table', () => {
    const mass = Array.from({ length: 40 }, (_, i) => ({ ...RELOAD, at: START + i * 5000, count: i + 2 }));
    const layout = flags(mass);
    expect(layout.flags[0]?.label.text).toBe('41 at once · nginx reload');
    expect(layout.flags.length).toBeGreaterThan(0);
    expect(layout.flags.length + layout.more).toBe(40);
    expect(layout.more).toBeGreaterThan(0);
  });

  it('stands its text beside the cloth of the flag, on the side where there is room', () => {
    const [right] = flags([{ ...RELOAD, at: START }]).flags;
    expect(right).toMatchObject({ way: 1, label: { anchor: 'start', text: '5 at once · nginx reload' } });
    expect(right?.label.x).toBeGreaterThan((right?.x ?? 0) + 8);
    const [left] = flags([{ ...RELOAD, at: START + 4 * MINUTE - 1 }]).flags;
    expect(left).toMatchObject({ way: -1, label: { anchor: 'end' } });
    expect(left?.label.x).toBeLessThan((left?.x ?? 0) - 8);
  });

  it('leaves the bars below all of them', () => {
    const { top, bars, flags: placed } = flags([RELOAD, { ...RELOAD, count: 9 }]);
    for (const { label } of placed) expect(label.y).toBeLessThan(top);
    for (const bar of bars) expect(bar.top).toBeGreaterThanOrEqual(top - 1e-6);
  });
});
