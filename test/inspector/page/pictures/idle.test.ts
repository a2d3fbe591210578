import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IdleBucket, Pictures, TimerMark } from '../../../../src/inspector/api.ts';
import { layoutIdle } from '../../../../src/inspector/page/pictures/idle-layout.ts';
import { tellingPile, timerPiles } from '../../../../src/inspector/page/pictures/idle-pile.ts';
import {
  idleSummary,
  idleTable,
  silenceWords,
  timerTable,
} from '../../../../src/inspector/page/pictures/idle-words.ts';
import { textWidth } from '../../../../src/inspector/page/pictures/text-box.ts';

const TIMERS: readonly TimerMark[] = [
  { ms: 55_000, label: 'Heroku router' },
  { ms: 60_000, label: 'nginx proxy_read_timeout (default)' },
  { ms: 60_000, label: 'AWS ALB idle timeout (default)' },
  { ms: 100_000, label: 'Cloudflare' },
  { ms: 350_000, label: 'AWS NLB' },
  { ms: 900_000, label: 'Docker Swarm ingress, kube-proxy IPVS' },
  { ms: 432_000_000, label: 'conntrack (established)' },
];

const bucket = (from: number, to: number, counts: IdleBucket['counts']): IdleBucket => ({ from, to, counts });

const idle = (buckets: readonly IdleBucket[], timers = TIMERS): Pictures['idle'] => ({ buckets, timers });

const NGINX = idle([
  bucket(1200, 1450, { client: 14 }),
  bucket(47_000, 57_000, { proxy: 2 }),
  bucket(57_000, 69_000, { proxy: 38, client: 3 }),
  bucket(99_000, 119_000, { server: 1 }),
]);

describe('a pile at a timer', () => {
  it('is told by the tallest bucket in which a timer may fire', () => {
    expect(tellingPile(timerPiles(NGINX))).toMatchObject({
      ms: 60_000,
      labels: ['nginx proxy_read_timeout (default)', 'AWS ALB idle timeout (default)'],
      bucket: { from: 57_000 },
    });
  });

  it('may stand just below the timer: nginx fires up to 300 ms early', () => {
    const early = idle([bucket(50_000, 59_900, { proxy: 9 })], TIMERS.slice(1, 2));
    expect(tellingPile(timerPiles(early))?.ms).toBe(60_000);
    const earlier = idle([bucket(50_000, 59_600, { proxy: 9 })], TIMERS.slice(1, 2));
    expect(tellingPile(timerPiles(earlier))).toBeNull();
  });

  it("is not made of the client's own closes, however many stand there", () => {
    expect(tellingPile(timerPiles(idle([bucket(57_000, 69_000, { client: 40, proxy: 3 })])))).toBeNull();
    expect(tellingPile(timerPiles(idle([bucket(57_000, 69_000, { gateway: 40 })])))).toBeNull();
  });

  it('is not a single close', () => {
    expect(tellingPile(timerPiles(idle([bucket(57_000, 69_000, { proxy: 1 })])))).toBeNull();
  });
});

describe('what the histogram says', () => {
  it('names the pile and every timer that stands there, and blames none of them', () => {
    expect(idleSummary(NGINX)).toBe(
      '41 of 58 connections ended after 57 s to 69 s of silence; a known timer of 60 s stands there: nginx proxy_read_timeout (default) or AWS ALB idle timeout (default).',
    );
  });

  it('says so where no timer explains a pile', () => {
    expect(idleSummary(idle([bucket(1000, 1200, { client: 5 }), bucket(57_000, 69_000, { client: 40 })]))).toBe(
      '45 connections ended after 1 s to 69 s of silence, most often (40) after 57 s to 69 s; no known timer explains a pile.',
    );
  });

  it('says nothing before anything ended', () => {
    expect(idleSummary(idle([]))).toBeNull();
    expect(idleSummary(idle([bucket(1, 2, {})]))).toBeNull();
  });

  it('reads a bar aloud', () => {
    expect(silenceWords(bucket(57_000, 69_000, { proxy: 38, client: 3 }))).toBe(
      '41 closes after 57 s to 69 s of silence, 38 by proxy, 3 by client',
    );
    expect(silenceWords(bucket(57_000, 69_000, { unknown: 1 }))).toBe(
      '1 close after 57 s to 69 s of silence, 1 by nobody known',
    );
    expect(silenceWords(bucket(57_000, 69_000, {}))).toBe('no close after 57 s to 69 s of silence');
  });

  it('is the same as a table, with every timer', () => {
    expect(idleTable(NGINX).head).toEqual(['silence', 'proxy', 'client', 'server', 'all']);
    expect(idleTable(NGINX).rows[2]).toEqual(['57 s to 69 s', '38', '3', '0', '41']);
    expect(timerTable(NGINX).rows.map(([timer]) => timer)).toEqual(['55 s', '60 s', '100 s', '350 s', '900 s', '5 d']);
    expect(timerTable(NGINX).rows[1]?.[2]).toBe('41 (57 s to 69 s)');
  });
});

describe('the histogram as geometry', () => {
  it('emphasises the pile with its count, and keeps the other labels plain', () => {
    const { timers } = layoutIdle(NGINX, 720);
    const pile = timers.filter((timer) => timer.pile !== null);
    expect(pile.map(({ pile: party, label }) => [party, label.text])).toEqual([
      ['proxy', '60 s nginx proxy_read_timeout (default) or 1 more · 41'],
    ]);
  });

  it('keeps the pile and says how many timers are left to the table on a phone', () => {
    const layout = layoutIdle(NGINX, 300);
    expect(layout.timers.find(({ pile }) => pile !== null)?.label.text).toBe('60 s nginx proxy_read_ti… +1 · 41');
    expect(layout.more).toBeGreaterThan(0);
    expect(layout.timers.length + layout.more).toBe(6);
  });

  it('stacks the parties on one another, as tall together as they are many', () => {
    const { bars, axisY } = layoutIdle(NGINX, 720);
    const [, small, tall] = bars;
    expect(tall?.parts.map(({ party }) => party)).toEqual(['proxy', 'client']);
    expect(tall?.parts[0]?.height).toBeCloseTo(((axisY - (tall?.top ?? 0)) * 38) / 41);
    expect(tall?.parts[1]?.y).toBeCloseTo(tall?.top ?? 0);
    expect(axisY - (small?.top ?? 0)).toBeCloseTo(((axisY - (tall?.top ?? 0)) * 2) / 41);
  });

  it('lets a single close among 100,000 be seen', () => {
    const { bars, axisY } = layoutIdle(
      idle([bucket(1000, 1200, { client: 1 }), bucket(57_000, 69_000, { proxy: 99_999 })]),
      720,
    );
    expect(axisY - (bars[0]?.top ?? 0)).toBeGreaterThanOrEqual(3);
  });

  it('draws what was silent for less than 100 ms as a bar like the others, where the axis begins', () => {
    const others = [bucket(100, 121, {}), bucket(1000, 1212, { client: 3 })];
    const { bars, ticks } = layoutIdle(idle([bucket(0, 100, { client: 25 }), ...others]), 700);
    const [early, usual] = bars.map(({ left, right }) => right - left);
    expect(early).toBeCloseTo(usual ?? 0);
    expect(bars[0]?.left).toBe(6);
    expect(ticks[0]).toMatchObject({ text: '< 100 ms', x: ((bars[0]?.left ?? 0) + (bars[0]?.right ?? 0)) / 2 });
    expect(ticks.map(({ text }) => text)).not.toContain('100 ms');
  });

  it('draws nothing of the sort where nothing ended so early', () => {
    const { ticks, bars } = layoutIdle(NGINX, 700);
    expect(ticks[0]?.text).toBe('1 s');
    expect(bars[0]?.left).toBeGreaterThan(6);
  });

  it('gives a bucket that never ends no more room than the others', () => {
    const all = [bucket(1000, 2000, { client: 1 }), bucket(2_592_000_000, Number.MAX_SAFE_INTEGER, { proxy: 1 })];
    const { bars, ticks } = layoutIdle(idle(all), 700);
    const [doubling, last] = bars.map(({ left, right }) => right - left);
    expect(last).toBeCloseTo(doubling ?? 0);
    expect(ticks.at(-1)?.text).toBe('> 30 d');
  });

  it('writes the count above a bar where there is room, but not twice for the pile', () => {
    expect(layoutIdle(NGINX, 1200).counts.map(({ text }) => text)).toEqual(['14', '2', '1']);
    expect(layoutIdle(idle([bucket(57_000, 58_000, { client: 100_000 })]), 300).counts).toEqual([]);
  });

  it('stays inside, with no label over another, whatever the data and the width', () => {
    const party = fc.constantFrom('client', 'proxy', 'server', 'network', 'gateway', 'unknown');
    const buckets = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 120 }), party, fc.integer({ min: 1, max: 100_000 })), { maxLength: 40 })
      .map((all) => all.map(([k, who, count]) => bucket(1.2 ** k, 1.2 ** (k + 1), { [who]: count })));
    const timers = fc.array(
      fc.record({
        ms: fc.integer({ min: 100, max: 5_000_000 }),
        label: fc.oneof(fc.string(), fc.constant('x'.repeat(150))),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(buckets, timers, fc.integer({ min: 220, max: 1200 }), (all, marks, width) => {
        const layout = layoutIdle(idle(all, marks), width);
        const boxes = layout.timers.map(({ label, pile, top, x }) => {
          const long = textWidth(label.text, { px: 12, face: pile === null ? 'sans' : 'bold' });
          const left =
            label.anchor === 'start' ? label.x : label.anchor === 'end' ? label.x - long : label.x - long / 2;
          return { left, right: left + long, y: label.y, x, top };
        });
        for (const [i, a] of boxes.entries()) {
          expect(a.left).toBeGreaterThanOrEqual(-0.01);
          expect(a.right).toBeLessThanOrEqual(width + 0.01);
          for (const [j, b] of boxes.entries()) {
            if (i === j) continue;
            if (a.y === b.y) expect(a.left >= b.right || b.left >= a.right).toBe(true);
            if (b.top < a.y) expect(b.x <= a.left || b.x >= a.right).toBe(true);
          }
        }
        for (const bar of layout.bars) {
          expect(bar.x).toBeGreaterThanOrEqual(0);
          expect(bar.x + bar.width).toBeLessThanOrEqual(width);
          expect(bar.top).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
