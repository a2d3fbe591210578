import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pictures } from '../../../../src/inspector/api.ts';
import { CLOTH_PX, layoutCloses } from '../../../../src/inspector/page/pictures/closes-layout.ts';
import {
  closeBuckets,
  closesSummary,
  closesTable,
  massTable,
  massWords,
  timeWords,
} from '../../../../src/inspector/page/pictures/closes-words.ts';
import { totalOf } from '../../../../src/inspector/page/pictures/parties.ts';
import { textWidth } from '../../../../src/inspector/page/pictures/text-box.ts';

const START = new Date(2026, 2, 4, 14, 0).getTime();
const MINUTE = 60_000;
const minutes = (n: number): number => START + n * MINUTE;

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
    const [two, none, six] = bars;
    expect(six?.parts.map(({ party }) => party)).toEqual(['proxy', 'client']);
    expect(six?.parts[0]?.height).toBeCloseTo(((axisY - (six?.top ?? 0)) * 5) / 6);
    expect(axisY - (two?.top ?? 0)).toBeCloseTo((axisY - (six?.top ?? 0)) / 3);
    expect(none?.parts).toEqual([]);
  });

  it('gives quiet times their room as well: bars stand side by side from edge to edge', () => {
    const { bars, axis } = layoutCloses(CLOSES, 600);
    expect(bars.map(({ from, to }) => [from, to])).toEqual([0, 1, 2, 3].map((n) => [n, n + 1].map(minutes)));
    expect([bars[0]?.left, bars.at(-1)?.right]).toEqual([axis.left, axis.right]);
    for (const [i, bar] of bars.entries()) expect(bar.right).toBeCloseTo(bars[i + 1]?.left ?? axis.right);
  });

  it('keeps a lonely bar narrow, in the middle of its time', () => {
    const [bar] = layoutCloses({ ...CLOSES, buckets: CLOSES.buckets.slice(0, 1) }, 600).bars;
    expect(bar?.width).toBeLessThan(60);
    expect((bar?.x ?? 0) + (bar?.width ?? 0) / 2).toBeCloseTo(((bar?.left ?? 0) + (bar?.right ?? 0)) / 2);
  });

  it('has level lines at whole numbers, four at most', () => {
    const levels = (most: number) =>
      layoutCloses({ ...CLOSES, buckets: [{ at: START, counts: { proxy: most } }] }, 600).levels.map(
        ({ text }) => text,
      );
    expect(levels(1)).toEqual(['1']);
    expect(levels(14)).toEqual(['5', '10']);
    expect(levels(2342)).toEqual(['1,000', '2,000']);
    for (let most = 1; most < 3000; most += 7) expect(levels(most).length).toBeLessThanOrEqual(4);
  });

  it('stays inside, apart and in proportion, whatever the data and the width', () => {
    const party = fc.constantFrom('client', 'proxy', 'server', 'network', 'gateway', 'unknown');
    const counts = fc.dictionary(party, fc.integer({ min: 0, max: 100_000 }), { maxKeys: 4 });
    const mass = fc.record({
      minute: fc.double({ min: 0, max: 1, noNaN: true }),
      count: fc.integer({ min: 2, max: 5000 }),
      closedBy: party,
      hop: fc.option(fc.oneof(fc.constant('nginx'), fc.string({ maxLength: 80 }))),
    });
    fc.assert(
      fc.property(
        fc.array(counts, { minLength: 1, maxLength: 120 }),
        fc.array(mass, { maxLength: 12 }),
        fc.integer({ min: 220, max: 1200 }),
        (all, masses, width) => {
          const buckets = [
            { at: START - MINUTE, counts: { proxy: 1 } },
            ...all.map((each, i) => ({ at: minutes(i), counts: each })),
          ];
          const layout = layoutCloses(
            {
              bucketMs: MINUTE,
              buckets,
              mass: masses.map(({ minute, ...each }) => ({
                ...each,
                at: START + minute * all.length * MINUTE,
                cause: 'proxy-reload' as const,
              })),
            },
            width,
          );
          const { bars, axisY, top, flags } = layout;
          const most = Math.max(...buckets.map((bucket) => totalOf(bucket.counts)));
          for (const [i, bar] of bars.entries()) {
            expect(bar.x).toBeGreaterThanOrEqual(0);
            expect(bar.x + bar.width).toBeLessThanOrEqual(width);
            expect(bar.top).toBeGreaterThanOrEqual(top - 1e-6);
            const sum = bar.parts.reduce((tall, { height }) => tall + height, 0);
            expect(sum).toBeCloseTo(axisY - bar.top);
            const total = totalOf(buckets[i]?.counts ?? {});
            expect(sum).toBeCloseTo(total === 0 ? 0 : Math.max(3, (total / most) * (axisY - top)));
          }
          const boxes = flags.flatMap(({ label, x, top: pole }) => {
            expect(pole + CLOTH_PX).toBeLessThan(top);
            expect(x).toBeLessThanOrEqual(width - CLOTH_PX);
            if (label === null) return [];
            const long = textWidth(label.text, { px: 12, face: 'sans' });
            const left = label.x - (label.anchor === 'start' ? 0 : label.anchor === 'end' ? long : long / 2);
            return [{ left, right: left + long, y: label.y, x, pole }];
          });
          for (const [i, a] of boxes.entries()) {
            expect(a.left).toBeGreaterThanOrEqual(-0.01);
            expect(a.right).toBeLessThanOrEqual(width + 0.01);
            expect(a.y).toBeLessThan(top);
            for (const [j, b] of boxes.entries()) {
              if (i === j) continue;
              if (a.y === b.y) expect(a.left >= b.right || b.left >= a.right).toBe(true);
              if (b.pole < a.y) expect(b.x <= a.left || b.x >= a.right).toBe(true);
            }
          }
        },
      ),
    );
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

  it('has nothing to say before anything closed', () => {
    expect(closesSummary({ bucketMs: MINUTE, buckets: [], mass: [] })).toBeNull();
    expect(closesSummary({ bucketMs: MINUTE, buckets: [{ at: START, counts: {} }], mass: [] })).toBeNull();
  });

  it('says what is under the pointer', () => {
    const says = closeBuckets(CLOSES).map(timeWords);
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

  it('lets each row of the table choose its time', () => {
    expect(closesTable(CLOSES).spans?.map(({ from, to }) => [from, to])).toEqual(
      [0, 2, 3].map((n) => [minutes(n), minutes(n + 1)]),
    );
  });

  it('shows the name of a hop without its tricks', () => {
    expect(massWords({ ...RELOAD, hop: 'ng\u202einx' })).toBe('5 at once · ng\\u{202e}inx reload');
  });
});

describe('flags of what ended at once', () => {
  const flags = (mass: Pictures['closes']['mass'], width = 600) => layoutCloses({ ...CLOSES, mass }, width);

  it('names the largest first, and says of how many the words are left to the table', () => {
    const mass = Array.from({ length: 40 }, (_, i) => ({ ...RELOAD, at: START + i * 5000, count: i + 2 }));
    const layout = flags(mass);
    expect(layout.flags[0]?.label?.text).toBe('41 at once · nginx reload');
    expect(layout.flags).toHaveLength(40);
    expect(layout.flags.filter(({ label }) => label === null)).toHaveLength(layout.unnamed);
    expect(layout.unnamed).toBeGreaterThan(30);
  });

  it('names both of two that crowd at the edge, though the first stands in the way of the second', () => {
    const last = START + 4 * MINUTE - 1;
    const layout = flags([
      { ...RELOAD, at: last - 10_000 },
      { ...RELOAD, at: last, count: 2, closedBy: 'server', hop: 'mattermost', cause: 'server-shutdown' },
    ]);
    expect(layout.unnamed).toBe(0);
  });

  it('hangs those without words below the words of the others', () => {
    const layout = flags(Array.from({ length: 9 }, (_, i) => ({ ...RELOAD, at: START + i * 5000 })));
    const lowest = Math.max(...layout.flags.map(({ label }) => label?.y ?? 0));
    for (const { label, top } of layout.flags) if (label === null) expect(top).toBeGreaterThan(lowest);
  });

  it('cuts the long name of a hop rather than what it did', () => {
    const [flag] = flags([{ ...RELOAD, hop: 'ingress-nginx-controller-7f9c-in-the-second-data-centre' }], 320).flags;
    expect(flag?.label?.text).toMatch(/^5 at once · ingress.*… reload$/);
  });

  it('stands its text beside the cloth of the flag, on the side where there is room', () => {
    const [right] = flags([{ ...RELOAD, at: START }]).flags;
    expect(right).toMatchObject({ way: 1, label: { anchor: 'start', text: '5 at once · nginx reload' } });
    expect(right?.label?.x).toBeGreaterThan((right?.x ?? 0) + 8);
    const [left] = flags([{ ...RELOAD, at: START + 4 * MINUTE - 1 }]).flags;
    expect(left).toMatchObject({ way: -1, label: { anchor: 'end' } });
    expect(left?.label?.x).toBeLessThan((left?.x ?? 0) - 8);
  });

  it('leaves the bars below all of them', () => {
    const { top, bars, flags: placed } = flags([RELOAD, { ...RELOAD, count: 9 }]);
    for (const { label } of placed) expect(label?.y).toBeLessThan(top);
    for (const bar of bars) expect(bar.top).toBeGreaterThanOrEqual(top - 1e-6);
  });
});
