import { describe, expect, it } from 'vitest';
import { FAULT } from '../../src/wire/faults.ts';
import { fuzzStream } from './fuzz-stream.ts';
import { Random } from './random.ts';
import { compareWithWs, WS_ERRORS } from './ws-differences.ts';

const MILLION = 1_000_000;
/** `HANGUP_FUZZ_SEED=n` starts elsewhere; a failure names the seed of its one stream. */
const FIRST_SEED = Number(process.env.HANGUP_FUZZ_SEED ?? 1);

describe('a million random frames', () => {
  it('are read as ws reads them: same messages, same pings, and a fault wherever ws refuses', {
    timeout: 120_000,
  }, async () => {
    const refusals = new Map<string, number>();
    const met = new Map<number, number>();
    let frames = 0;
    let compared = 0;
    let closes = 0;
    for (let seed = FIRST_SEED; frames < MILLION; seed++) {
      const stream = fuzzStream(new Random(seed));
      const { difference, ws, log, readByBoth } = await compareWithWs(stream);
      if (difference !== null) {
        const { fromClient, deflate } = stream;
        const hex = stream.bytes.length < 2000 ? stream.bytes.toString('hex') : `${stream.bytes.length} bytes`;
        expect.fail(
          `seed ${seed} (fromClient ${fromClient}, deflate ${deflate}): ${difference}\nas ws left it: ${hex}`,
        );
      }
      frames += readByBoth;
      compared += ws.events.length;
      if (ws.events.at(-1)?.kind === 'close') closes++;
      if (ws.error !== null) refusals.set(ws.error, (refusals.get(ws.error) ?? 0) + 1);
      for (const { faults, headerFaults } of log.frames) count(met, faults ?? headerFaults);
      if (log.lost !== null) count(met, log.lost.faults);
    }
    // A generator that never makes a kind of fault proves nothing about it.
    for (const code of Object.keys(WS_ERRORS)) expect(refusals.get(code) ?? 0, code).toBeGreaterThan(3);
    for (const [name, bit] of Object.entries(FAULT)) expect(met.get(bit) ?? 0, name).toBeGreaterThan(20);
    expect(closes).toBeGreaterThan(100);
    // Messages and control frames that both had whole.
    expect(compared).toBeGreaterThan(MILLION / 4);
  });
});

function count(met: Map<number, number>, faults: number): void {
  for (let left = faults; left !== 0; left &= left - 1) {
    const bit = left & -left;
    met.set(bit, (met.get(bit) ?? 0) + 1);
  }
}
