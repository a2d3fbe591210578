import { describe, expect, it } from 'vitest';
import type { IndexedFrame } from '../../../../src/evidence/journal-reader.ts';
import {
  type AskFrames,
  askedPlace,
  grownGaps,
  placeOfFrame,
  placeOfTime,
  startOf,
} from '../../../../src/inspector/page/connection/frames/places.ts';

const frame = (index: number, at: number, opcode = 1): IndexedFrame => ({
  index,
  at,
  from: 'server',
  opcode,
  fin: true,
  rsv: 0,
  masked: false,
  length: 0,
  own: false,
  name: null,
});

/** Ten frames, one a second from 1000 on; every third is a ping. */
const FRAMES = Array.from({ length: 10 }, (_, i) => frame(i, 1000 * (i + 1), i % 3 === 2 ? 9 : 1));

/** The API's `…/frames` over FRAMES. */
const ask: AskFrames = async ({ from, at, limit = 200, control = true }) => {
  const list = FRAMES.filter(({ opcode }) => control || opcode === 1);
  const found = at === undefined ? 0 : list.findIndex((each) => each.at >= at);
  const first = from ?? (found < 0 ? list.length : found);
  return { total: list.length, first, frames: list.slice(first, first + limit) };
};

const asked = (query: string) => askedPlace(new URLSearchParams(query));

describe('the place that a link asks for', () => {
  it('is an index, a time, or nothing', () => {
    expect(asked('frame=12')).toEqual({ frame: 12, at: null });
    expect(asked('at=1795421013757.5')).toEqual({ frame: null, at: 1795421013757 });
    expect(asked('')).toEqual({ frame: null, at: null });
  });

  it('nonsense asks for nothing', () => {
    for (const query of ['frame=', 'frame=-1', 'frame=1e3', 'frame=x', 'at=NaN', 'frame=99999999999999999']) {
      expect(asked(query)).toEqual({ frame: null, at: null });
    }
  });

  it('an index is the place in the whole list, and is found by its time in the other one', async () => {
    expect(await placeOfFrame(7, true, ask)).toEqual({ place: 7, total: 10 });
    // Frames 2 and 5 are pings: two places less.
    expect(await placeOfFrame(7, false, ask)).toEqual({ place: 5, total: 7 });
  });

  it('a ping that is hidden leads to the data frame after it', async () => {
    expect(await placeOfFrame(5, false, ask)).toEqual({ place: 4, total: 7 });
  });

  it('beyond the end is the end', async () => {
    expect(await placeOfFrame(500, true, ask)).toEqual({ place: 9, total: 10 });
    expect(await placeOfFrame(500, false, ask)).toEqual({ place: 6, total: 7 });
    expect(await placeOfTime(99_999, true, ask)).toEqual({ place: 9, total: 10 });
  });

  it('a time is the first frame at or after it', async () => {
    expect(await placeOfTime(3500, true, ask)).toEqual({ place: 3, total: 10 });
    expect(await placeOfTime(0, true, ask)).toEqual({ place: 0, total: 10 });
  });

  it('the index wins over the time, and without either the list begins at its end', async () => {
    expect(await startOf(asked('frame=2&at=9000'), true, ask)).toEqual({ place: 2, total: 10 });
    expect(await startOf(asked('at=9000'), true, ask)).toEqual({ place: 8, total: 10 });
    expect(await startOf(asked(''), false, ask)).toEqual({ place: null, total: 7 });
  });
});

describe('silences that an open connection makes', () => {
  const known = [{ index: 3, at: 30_000, ms: 20_000 }];

  it('those among the last frames are added to the known ones', () => {
    const last = [frame(8, 40_000), frame(9, 41_000), frame(10, 61_000)];
    expect(grownGaps(known, last)).toEqual([...known, { index: 10, at: 61_000, ms: 20_000 }]);
  });

  it('none is counted twice, and nothing new is the same list', () => {
    const last = [frame(2, 10_000), frame(3, 30_000), frame(4, 30_500)];
    expect(grownGaps(known, last)).toBe(known);
    expect(grownGaps(known, [])).toBe(known);
  });
});
