import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Moment } from '../../../../src/inspector/page/lanes/moment.ts';
import { storyOf } from '../../../../src/inspector/page/lanes/moments.ts';
import { type Row, rowsOf } from '../../../../src/inspector/page/lanes/rows.ts';
import { scaledSilences } from '../../../../src/inspector/page/lanes/silences.ts';
import { detail, fin, idleTimeout, opened, ping, pong, text } from './details.ts';

const row = (seconds: number, lasting = 0): Row => ({
  moments: [],
  folded: false,
  at: seconds * 1000,
  until: (seconds + lasting) * 1000,
});

describe('silences to scale', () => {
  it('draws a silence of 60 s twice as tall as one of 30 s', () => {
    const [short, long] = scaledSilences([row(0), row(30), row(90)], 2, 400);
    expect(short).toMatchObject({ row: 1, ms: 30_000 });
    expect(long).toMatchObject({ row: 2, ms: 60_000 });
    expect(long?.height).toBeCloseTo(2 * (short?.height ?? 0));
  });

  it('measures from the end of a folded stretch, not from its beginning', () => {
    expect(scaledSilences([row(0, 20), row(30)], 1, 400)).toMatchObject([{ ms: 10_000 }]);
  });

  it('leaves out what cannot be drawn to scale beside a much longer one', () => {
    expect(scaledSilences([row(0), row(2), row(602)], 2, 400).map(({ row: at }) => at)).toEqual([2]);
  });

  it('is no silence after the first closing act, nor shorter than a second', () => {
    expect(scaledSilences([row(0), row(0.9), row(60)], 1, 400)).toEqual([]);
  });

  it('does not blow up two seconds to the height of a minute', () => {
    const [two] = scaledSilences([row(0), row(2)], 1, 400);
    expect(two?.height).toBeLessThanOrEqual(60);
  });

  it('keeps within the room, with one factor for all, whatever the gaps', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 40, max: 500 }), (lengths, room) => {
        let at = 0;
        const rows = [row(0)];
        for (const ms of lengths) {
          at += ms / 1000;
          rows.push(row(at));
        }
        const drawn = scaledSilences(rows, rows.length - 1, room);
        expect(drawn.reduce((sum, { height }) => sum + height, 0)).toBeLessThanOrEqual(room + 1e-6);
        const factors = drawn.map(({ height, ms }) => height / ms);
        for (const factor of factors) expect(factor).toBeCloseTo(factors[0] ?? 0, 9);
      }),
    );
  });
});

describe('folding', () => {
  const rules = { heightOf: () => 20, foldHeight: 28, budget: 300 };
  const rowsIn = (of: ReturnType<typeof detail>, budget = rules.budget): Row[] => {
    const { moments, actIndex } = storyOf(of);
    return rowsOf(moments, actIndex, { ...rules, budget });
  };
  const shown = (rows: readonly Row[]) =>
    rows.map(({ folded, moments }) => (folded ? `${moments.length} folded` : moments[0]?.kind));
  const busy = Array.from({ length: 60 }, (_, i) => text(-70 + i / 20, 'server'));

  it('tells a short connection line by line', () => {
    const of = detail({ facts: [...opened(-9), fin(0, 'client')], frames: [text(-2, 'server')], verdict: {} });
    expect(shown(rowsIn(of))).toEqual(['request', 'answer', 'frame', 'fin']);
  });

  it('folds a busy stretch and keeps what stands beside a long silence, the last moments and the end', () => {
    const frames = [...busy, text(-5, 'client'), text(-4.9, 'server')];
    const rows = rowsIn(
      detail({ facts: [...opened(-900), fin(0, 'client'), fin(0.1, 'server')], frames, verdict: {} }),
    );
    expect(rows.some(({ folded, moments }) => folded && moments.length > 30)).toBe(true);
    expect(shown(rows).slice(-4)).toEqual(['frame', 'frame', 'fin', 'fin']);
  });

  it('never folds the first closing act, however little room there is', () => {
    const rows = rowsIn(detail({ facts: [fin(0, 'client'), fin(0.1, 'server')], frames: busy, verdict: {} }), 10);
    expect(rows.filter(({ moments }) => moments.some(({ first }) => first)).map(({ folded }) => folded)).toEqual([
      false,
    ]);
  });

  it('folds the older of equal rounds of pings, not the last moments before now', () => {
    const rounds = Array.from({ length: 16 }, (_, i) => [
      ping(-(16 - i) * 30, 'server', true),
      pong(-(16 - i) * 30 + 0.04, 'client', true),
    ]);
    const rows = rowsIn(detail({ frames: rounds.flat(), seconds: -900 }), 120);
    expect(rows[0]?.folded).toBe(true);
    expect(shown(rows).slice(-3)).toEqual(['ping', 'ping', 'now']);
  });

  it('keeps the latest of equally long silences', () => {
    const frames = Array.from({ length: 20 }, (_, i) => [
      text(-(20 - i) * 30, 'client'),
      text(-(20 - i) * 30 + 0.1, 'server'),
    ]);
    const rows = rowsIn(detail({ frames: frames.flat(), seconds: -900 }), 200);
    expect(rows.findLastIndex(({ folded }) => folded)).toBe(0);
  });

  it('counts what is too far back into the fold', () => {
    const [, , fold] = rowsIn(idleTimeout());
    expect(fold?.folded).toBe(true);
    expect(fold?.moments.map(({ frames }) => frames)).toEqual([1150]);
  });

  it('loses nothing and changes no order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 64 }),
        fc.integer({ min: 20, max: 400 }),
        (times, budget) => {
          const frames = times.map((ms) => text(-ms / 1000, ms % 2 === 0 ? 'client' : 'server'));
          const of = detail({ frames, facts: [...opened(-900), fin(0, 'client')], verdict: {} });
          const { moments, actIndex } = storyOf(of);
          const told: Moment[] = rowsOf(moments, actIndex, { ...rules, budget }).flatMap((each) => [...each.moments]);
          expect(told).toEqual(moments);
        },
      ),
      { numRuns: 60 },
    );
  });
});
