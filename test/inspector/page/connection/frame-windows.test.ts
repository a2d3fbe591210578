import { describe, expect, it } from 'vitest';
import type { IndexedFrame } from '../../../../src/evidence/journal-reader.ts';
import type { FramesPage } from '../../../../src/inspector/api.ts';
import {
  FrameWindows,
  WINDOW_FRAMES,
  windowsOf,
} from '../../../../src/inspector/page/connection/frames/frame-windows.ts';

const frame = (index: number): IndexedFrame => ({
  index,
  at: index * 10,
  from: 'server',
  opcode: 1,
  fin: true,
  rsv: 0,
  masked: false,
  length: 100,
  own: false,
  name: null,
});

interface Asked {
  readonly from: number;
  readonly limit: number;
  readonly signal: AbortSignal;
  answer(total?: number): Promise<void>;
  fail(): Promise<void>;
}

/** A list whose answers come when the test lets them. @param kept frames before it are forgotten */
function list(total: number, kept = 0) {
  const asked: Asked[] = [];
  let changes = 0;
  const windows = new FrameWindows(
    (from, limit, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<FramesPage>();
      const settled = () => new Promise<void>((done) => setImmediate(done));
      asked.push({
        from,
        limit,
        signal,
        answer(now = total) {
          const first = Math.min(now, Math.max(from, kept));
          const frames = Array.from({ length: Math.min(limit, now - first) }, (_, i) => frame(first + i));
          resolve({ total: now, first, frames });
          return settled();
        },
        fail() {
          reject(new Error('hangup answered 500'));
          return settled();
        },
      });
      return promise;
    },
    total,
    () => changes++,
  );
  return { windows, asked, changes: () => changes };
}

describe('windows of a list', () => {
  it('places belong to windows of equal size', () => {
    expect(windowsOf(0, 1)).toEqual([0]);
    expect(windowsOf(0, WINDOW_FRAMES)).toEqual([0]);
    expect(windowsOf(WINDOW_FRAMES - 1, WINDOW_FRAMES + 1)).toEqual([0, 1]);
    expect(windowsOf(5, 5)).toEqual([0]);
    expect(windowsOf(0, 0)).toEqual([]);
  });

  it('what is looked at is asked for once, by place', async () => {
    const { windows, asked, changes } = list(1_000_000);
    windows.want(500_000, 500_030);
    windows.want(500_001, 500_031);
    expect(asked.map(({ from, limit }) => [from, limit])).toEqual([[500_000, WINDOW_FRAMES]]);
    expect(windows.frameAt(500_000)).toBeUndefined();
    await asked[0]?.answer();
    expect(windows.frameAt(500_000)).toEqual(frame(500_000));
    expect(changes()).toBe(1);
    windows.want(500_000, 500_030);
    expect(asked).toHaveLength(1);
  });

  it('requests for places the reader has left are aborted, and a late answer does no harm', async () => {
    const { windows, asked, changes } = list(1_000_000);
    windows.want(0, 10);
    windows.want(900_000, 900_010);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await asked[0]?.answer();
    expect(windows.frameAt(0)).toBeUndefined();
    expect(changes()).toBe(0);
    expect(windows.size.requests).toBe(1);
  });

  it('a walk through a million frames keeps a few windows only, the last ones', async () => {
    const { windows, asked } = list(1_000_000);
    for (let place = 0; place < 1_000_000; place += 10_000) {
      windows.want(place, place + 10);
      await asked.at(-1)?.answer();
      expect(windows.size.windows).toBeLessThanOrEqual(16);
    }
    expect(windows.frameAt(990_000)).toEqual(frame(990_000));
    expect(windows.frameAt(0)).toBeUndefined();
  });

  it('a window that is looked at again is not the next to go', async () => {
    const { windows, asked } = list(1_000_000);
    for (let number = 0; number < 30; number++) {
      windows.want(number * WINDOW_FRAMES, number * WINDOW_FRAMES + 1);
      await asked.at(-1)?.answer();
      windows.want(0, 1);
    }
    expect(windows.frameAt(0)).toEqual(frame(0));
    expect(asked.filter(({ from }) => from === 0)).toHaveLength(1);
  });

  it('a tail that grew is asked for again, and shown as it was meanwhile', async () => {
    const { windows, asked } = list(100);
    windows.want(90, 100);
    await asked[0]?.answer();
    windows.grow(130);
    expect(windows.total).toBe(130);
    windows.want(120, 130);
    expect(windows.frameAt(99)).toEqual(frame(99));
    await asked[1]?.answer(140);
    expect(windows.frameAt(129)).toEqual(frame(129));
    expect(windows.total).toBe(140);
  });

  it('frames that the journal has forgotten are known to be gone, and not asked for for ever', async () => {
    const { windows, asked } = list(1000, 300);
    windows.want(240, 310);
    await asked[0]?.answer();
    await asked[1]?.answer();
    expect(windows.isGone(249)).toBe(true);
    expect(windows.isGone(299)).toBe(true);
    expect(windows.frameAt(299)).toBeUndefined();
    expect(windows.frameAt(300)).toEqual(frame(300));
    expect(windows.isGone(600)).toBe(false);
    windows.want(240, 310);
    expect(asked).toHaveLength(2);
  });

  it('a failure is kept until something is asked for again', async () => {
    const { windows, asked, changes } = list(1000);
    windows.want(0, 10);
    await asked[0]?.fail();
    expect(windows.failure?.message).toBe('hangup answered 500');
    expect(changes()).toBe(1);
    windows.want(0, 10);
    expect(windows.failure).toBeNull();
    await asked[1]?.answer();
    expect(windows.frameAt(0)).toEqual(frame(0));
  });

  it('nothing is under way after stop', async () => {
    const { windows, asked, changes } = list(1000);
    windows.want(0, 300);
    windows.stop();
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
    await asked[0]?.fail();
    expect(changes()).toBe(0);
    expect(windows.failure).toBeNull();
  });
});
