import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, CHUNK_FRAMES, type FrameRun, RunEncoder, visitRun } from '../../src/evidence/store-chunks.ts';

type Frame = [atUs: number, bits: number, length: number];

const SEED = { seed: 20_261_123, numRuns: 300 };
const START_US = 1_767_225_600_000_000;

function encode(frames: readonly Frame[]): FrameRun[] {
  const encoder = new RunEncoder();
  const runs: (FrameRun | null)[] = [];
  for (const frame of frames) {
    if (encoder.isFull) runs.push(encoder.take());
    encoder.add(...frame);
  }
  runs.push(encoder.take());
  return runs.filter((run) => run !== null);
}

function decode(runs: readonly FrameRun[]): Frame[] {
  const frames: Frame[] = [];
  for (const run of runs) {
    visitRun(run, (...frame) => {
      frames.push(frame);
      return true;
    });
  }
  return frames;
}

const bits = fc.integer({ min: 0, max: 2 ** 27 - 1 });
const length = fc.oneof(
  fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 37 - 1, 2 ** 51),
  fc.nat(2000),
);

describe('packed frames', () => {
  it('come back as they were, whatever their lengths, kinds and pauses', () => {
    const step = fc.oneof(fc.nat(50_000), fc.constantFrom(0, 1, 60_000_000, 2 ** 32, 7 * 86_400_000_000));
    const frames = fc.array(fc.tuple(step, bits, length), { maxLength: 300 }).map((steps) => {
      let at = START_US;
      return steps.map(([us, b, l]): Frame => {
        at += us;
        return [at, b, l];
      });
    });
    fc.assert(
      fc.property(frames, (list) => {
        expect(decode(encode(list))).toEqual(list);
      }),
      SEED,
    );
  });

  it('come back as they were when the clock was set back', () => {
    const at = fc.integer({ min: START_US - 3_600_000_000, max: START_US + 3_600_000_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(at, bits, length), { maxLength: 100 }), (list) => {
        expect(decode(encode(list))).toEqual(list);
      }),
      SEED,
    );
  });

  it('never make a chunk that outgrows its page or its bound, and tell its first and last time', () => {
    const frames: Frame[] = Array.from({ length: 20_000 }, (_, i) => [
      START_US + i * 20_011,
      i % 7 === 0 ? i % 4096 : 1,
      (i * 7919) % 70_000,
    ]);
    const runs = encode(frames);
    expect(decode(runs)).toEqual(frames);
    let first = 0;
    for (const run of runs) {
      expect(run.bytes.length).toBeLessThan(CHUNK_BYTES + 32);
      expect(run.count).toBeLessThanOrEqual(CHUNK_FRAMES);
      expect(run.firstUs).toBe(frames[first]?.[0]);
      first += run.count;
      expect(run.lastUs).toBe(frames[first - 1]?.[0]);
    }
  });

  it('take at most 6 bytes each for a busy Mattermost session', () => {
    const frames: Frame[] = Array.from({ length: 750 }, (_, i) => [
      START_US + i * 20_000 + ((i * 7919) % 9000),
      [0x211, 0xa11, 0x1211][i % 3] ?? 0,
      [620 + ((i * 31) % 200), 180, 240][i % 3] ?? 0,
    ]);
    const size = encode(frames).reduce((sum, run) => sum + run.bytes.length, 0);
    expect(size / frames.length).toBeLessThanOrEqual(6);
  });

  it('are told to be damaged when bytes are missing, instead of being made up', () => {
    const [run] = encode([
      [START_US, 1, 5000],
      [START_US + 1, 2, 77],
    ]);
    if (run === undefined) throw new Error('no run');
    const cut = { ...run, bytes: run.bytes.subarray(0, run.bytes.length - 1) };
    expect(() => visitRun(cut, () => true)).toThrow(RangeError);
  });
});
