import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  neighbouringSilence,
  rowAt,
  rowOfPlace,
  type Silence,
  silenceBefore,
  withLastSilence,
} from '../../../../src/inspector/page/connection/frames/silences.ts';

const at = (...places: number[]): Silence[] => places.map((place) => ({ place, ms: 60_000 + place }));

/** All rows of a list of `total` frames: `0 1 ~2 2 3`, a silence with the place of the frame that ended it. */
function drawn(total: number, silences: readonly Silence[]): string {
  const rows = Array.from({ length: total + silences.length }, (_, row) => rowAt(row, silences));
  return rows.map((row) => (row.kind === 'frame' ? `${row.place}` : `~${row.place}`)).join(' ');
}

describe('silences among the rows', () => {
  it('without any, rows are places', () => {
    expect(drawn(4, [])).toBe('0 1 2 3');
  });

  it('each stands before the frame that ended it', () => {
    expect(drawn(4, at(2))).toBe('0 1 ~2 2 3');
    expect(drawn(4, at(1, 2, 3))).toBe('0 ~1 1 ~2 2 ~3 3');
  });

  it('the last one, which no frame ended, stands at the end', () => {
    expect(drawn(2, at(1, 2))).toBe('0 ~1 1 ~2');
    expect(drawn(0, at(0))).toBe('~0');
  });

  it('a silence row says how long it was', () => {
    expect(rowAt(2, at(2))).toEqual({ kind: 'silence', place: 2, ms: 60_002 });
  });

  it('the row of a frame holds that frame, whatever silences there are', () => {
    const places = fc.uniqueArray(fc.nat(1_000_000), { maxLength: 50 });
    fc.assert(
      fc.property(places, fc.nat(1_000_000), (found, place) => {
        const silences = at(...found.toSorted((a, b) => a - b));
        expect(rowAt(rowOfPlace(place, silences), silences)).toEqual({ kind: 'frame', place });
        const before = rowAt(rowOfPlace(place, silences) - 1, silences);
        if (found.includes(place)) expect(before.kind).toBe('silence');
      }),
    );
  });
});

describe('going from silence to silence', () => {
  it('the next one lies behind, the previous one before; never the one where the reader is', () => {
    const silences = at(10, 20, 30);
    expect(neighbouringSilence(20, silences, 'next')?.place).toBe(30);
    expect(neighbouringSilence(20, silences, 'previous')?.place).toBe(10);
    expect(neighbouringSilence(0, silences, 'next')?.place).toBe(10);
    expect(neighbouringSilence(99, silences, 'previous')?.place).toBe(30);
  });

  it('there may be none', () => {
    expect(neighbouringSilence(30, at(10, 20, 30), 'next')).toBeNull();
    expect(neighbouringSilence(10, at(10), 'previous')).toBeNull();
    expect(neighbouringSilence(10, [], 'next')).toBeNull();
  });
});

describe('what counts as a silence', () => {
  it('ten seconds do, less does not, and the first frame has none before it', () => {
    expect(silenceBefore({ at: 20_000 }, { at: 10_000 })).toBe(10_000);
    expect(silenceBefore({ at: 19_999 }, { at: 10_000 })).toBeNull();
    expect(silenceBefore({ at: 19_999 }, undefined)).toBeNull();
  });

  it('the one before the close is shown although no frame ended it', () => {
    expect(withLastSilence(at(3), 9, 1000, 61_003)).toEqual([...at(3), { place: 9, ms: 60_003 }]);
  });

  it('a close right after a frame, an open connection and one without frames have none', () => {
    expect(withLastSilence([], 9, 1000, 1001)).toEqual([]);
    expect(withLastSilence([], 9, 1000, null)).toEqual([]);
    expect(withLastSilence([], 0, null, 61_003)).toEqual([]);
  });
});
