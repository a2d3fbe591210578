import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { about, aboutRange, percent, timerWords } from '../../../../src/inspector/page/pictures/about.ts';
import { clockAxisTicks } from '../../../../src/inspector/page/pictures/clock-axis.ts';
import { clockRange, clockTicks } from '../../../../src/inspector/page/pictures/clock-ticks.ts';
import { levelsLeft } from '../../../../src/inspector/page/pictures/levels.ts';
import { textWidth } from '../../../../src/inspector/page/pictures/text-box.ts';
import { TICK_FONT, type Tick, tickAt } from '../../../../src/inspector/page/pictures/ticks.ts';
import { timeScale, timeTicks } from '../../../../src/inspector/page/pictures/time-scale.ts';

describe('lengths of time in few digits', () => {
  it.each([
    [0.42, '0.4 ms'],
    [57, '57 ms'],
    [1234, '1.2 s'],
    [57_341, '57 s'],
    [68_100, '68 s'],
    [900_000, '15 min'],
    [5_400_000, '90 min'],
    [43_200_000, '12 h'],
    [432_000_000, '5 d'],
  ])('%d ms are about %s', (ms, words) => expect(about(ms)).toBe(words));

  it('name a range, one without an end as well', () => {
    expect(aboutRange(57_000, 69_400)).toBe('57 s to 69 s');
    expect(aboutRange(0, 100)).toBe('less than 100 ms');
    expect(aboutRange(2_592_000_000, Number.MAX_SAFE_INTEGER)).toBe('more than 30 d');
  });

  it.each([
    [60_000, '60 s'],
    [350_000, '350 s'],
    [900_000, '900 s'],
    [7_200_000, '2 h'],
    [432_000_000, '5 d'],
    [2500, '2.5 s'],
  ])('a timer of %d ms is known as %s', (ms, words) => expect(timerWords(ms)).toBe(words));

  it('never calls a few all or none', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(percent)).toEqual(['0 %', 'under 1 %', '50 %', 'over 99 %', '100 %']);
  });
});

describe('the axis of lengths of time', () => {
  it('is logarithmic, and holds what lies beyond its ends', () => {
    const { x } = timeScale(1000, 100_000, 0, 200);
    expect([1000, 10_000, 100_000].map(x).map(Math.round)).toEqual([0, 100, 200]);
    expect([0, 1e9].map(x)).toEqual([0, 200]);
  });

  it('has ticks as people say them', () => {
    const ticks = timeTicks(timeScale(50, 300_000_000, 0, 1400), 0, 1400);
    expect(ticks.map(({ text }) => text)).toEqual([
      '100 ms',
      '1 s',
      '5 s',
      '10 s',
      '30 s',
      '1 min',
      '5 min',
      '15 min',
      '30 min',
      '1 h',
      '6 h',
      '1 d',
    ]);
  });

  it('drops the less telling ones where there is no room for all', () => {
    const ticks = timeTicks(timeScale(10, 300_000_000, 0, 360), 0, 360);
    expect(ticks.map(({ text }) => text)).toEqual(['100 ms', '1 s', '5 s', '1 min', '1 h', '1 d']);
  });

  it('names what lies beyond it at its very end, inside the picture, and nothing over it', () => {
    const ticks = timeTicks(timeScale(100, 900_000, 0, 400), 0, 400, [tickAt(4, '< 100 ms')]);
    expect(ticks.map(({ text }) => text)).toEqual(['< 100 ms', '1 s', '10 s', '1 min', '5 min']);
    expect(ticks[0]).toMatchObject({ x: 4, textX: textWidth('< 100 ms', TICK_FONT) / 2 });
  });

  it('never writes one tick over another, or beyond the picture', () => {
    const ms = fc.double({ min: 0, max: 9, noNaN: true }).map((power) => 10 ** power);
    const ends = fc.constantFrom([], [tickAt(3, '< 100 ms')], [tickAt(3, '< 100 ms'), tickAt(147, '> 30 d')]);
    fc.assert(
      fc.property(ms, ms, ends, fc.integer({ min: 150, max: 1500 }), (a, b, beyond, width) => {
        const scale = timeScale(Math.min(a, b), Math.max(a, b) * 2, 0, width);
        expectApart(timeTicks(scale, 0, width, beyond), width);
      }),
    );
  });
});

function expectApart(ticks: readonly Tick[], width: number): void {
  const boxes = ticks.map(({ textX, text }) => ({ x: textX, half: textWidth(text, TICK_FONT) / 2 }));
  for (const [i, { x, half }] of boxes.entries()) {
    expect(x - half).toBeGreaterThanOrEqual(-1e-6);
    expect(x + half).toBeLessThanOrEqual(width + 1e-6);
    const next = boxes[i + 1];
    if (next !== undefined) expect(next.x - next.half).toBeGreaterThan(x + half);
  }
}

describe('level lines', () => {
  it('begin right of the widest of their texts', () => {
    const levels = (...texts: string[]) => texts.map((text) => ({ y: 0, text }));
    expect(levelsLeft(levels('5', '100,000'))).toBeGreaterThan(textWidth('100,000', TICK_FONT));
    expect(levelsLeft(levels('5'))).toBeLessThan(levelsLeft(levels('5', '100,000')));
  });
});

describe('the axis of clock time', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  // Local times: that is what an operator's own clock shows.
  const local = (day: number, hours: number, minutes = 0, seconds = 0) =>
    new Date(2026, 2, day, hours, minutes, seconds).getTime();

  it('tells the day where it begins, and seconds only where they differ', () => {
    const hours = [local(4, 18), local(4, 21), local(5, 0), local(5, 3)];
    expect(clockTicks(hours, 10_800_000)).toEqual(['18:00', '21:00', '5 Mar', '03:00']);
    expect(clockTicks([local(4, 8, 0, 10), local(4, 8, 0, 20)], 10_000)).toEqual(['08:00:10', '08:00:20']);
    expect(clockTicks([local(4, 0), local(5, 0)], 86_400_000)).toEqual(['4 Mar', '5 Mar']);
  });

  it('has ticks on whole steps of the local clock', () => {
    const day = { from: local(4, 8, 7), to: local(5, 8, 7), left: 44, right: 692 };
    const texts = ['09:00', '12:00', '15:00', '18:00', '21:00', '5 Mar', '03:00', '06:00'];
    expect(clockAxisTicks(day, 700).map(({ text }) => text)).toEqual(texts);
  });

  it('names the times of a single second, though they stand at the edges', () => {
    const axis = { from: local(4, 8), to: local(4, 8, 0, 1), left: 14, right: 290 };
    expect(clockAxisTicks(axis, 300).map(({ text }) => text)).toEqual(['08:00:00', '08:00:01']);
  });

  it('keeps to whole hours of the clock across the night in which clocks are changed', () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const night = (month: number, day: number) => {
      const from = new Date(2026, month, day, 18).getTime();
      const axis = { from, to: from + 86_400_000, left: 44, right: 692 };
      return clockAxisTicks(axis, 700).map(({ text }) => text);
    };
    expect(night(2, 28)).toEqual(['18:00', '21:00', '29 Mar', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00']);
    expect(night(9, 24)).toEqual(['18:00', '21:00', '25 Oct', '03:00', '06:00', '09:00', '12:00', '15:00']);
  });

  it('writes no time over another or beyond the picture, from a second to years', () => {
    const long = fc.double({ min: 3, max: 11.5, noNaN: true }).map((power) => Math.round(10 ** power));
    fc.assert(
      fc.property(long, fc.integer({ min: 0, max: 1e8 }), fc.integer({ min: 200, max: 1600 }), (ms, later, width) => {
        const from = local(4, 8) + later;
        expectApart(clockAxisTicks({ from, to: from + ms, left: 14, right: width - 10 }, width), width);
      }),
    );
  });

  it('names a range by no more than it needs', () => {
    expect(clockRange(local(4, 14, 3), local(4, 14, 4))).toBe('14:03 to 14:04');
    expect(clockRange(local(4, 14, 3, 10), local(4, 14, 3, 20))).toBe('14:03:10 to 14:03:20');
    expect(clockRange(local(4, 23), local(5, 0))).toBe('4 Mar 23:00 to 5 Mar 00:00');
  });
});
