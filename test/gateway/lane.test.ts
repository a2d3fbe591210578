import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Side } from '../../src/evidence/fact.ts';
import { encodeFrame, FrameReader, OPCODE } from '../kit/fault-peers.ts';
import {
  bench,
  foreignPayload,
  items,
  masks,
  ownPayload,
  PINGS_SENT,
  pieces,
  sizes,
  wireOf,
  withoutOwnPings,
} from './lane-bench.ts';

describe('whatever the frames and however they are cut', () => {
  test.each(['client', 'server'] as const)(
    'bytes from the %s come out as they went in, but for own pings and own pongs',
    (from) => {
      fc.assert(
        fc.property(items, sizes, fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 6 }), (list, cuts, pingAt) => {
          const { lane, answered, seen, out, log, recording } = bench(from);
          for (let i = 0; i < PINGS_SENT; i++) answered.next();
          const wires = list.map((item) => wireOf(item, from));
          for (const [i, piece] of pieces(Buffer.concat(wires), cuts).entries()) {
            // A chunk must not be read after push: the socket's buffer may be used again.
            const chunk = Buffer.from(piece);
            lane.push(chunk);
            chunk.fill(0xaa);
            if (pingAt.includes(i)) lane.ping();
          }
          lane.flush();
          const kept = wires.filter((_, i) => !('ownPong' in (list[i] ?? {})));
          const { rest, pings } = withoutOwnPings(out(), from);
          expect(rest.equals(Buffer.concat(kept))).toBe(true);
          expect(seen.pongs).toEqual(list.flatMap((item) => ('ownPong' in item ? [item.ownPong] : [])));
          expect(pings.map((ping) => ping.payload.readUInt32BE(8))).toEqual(seen.pings);
          expect(log.timeline.totals[from].frames).toBe(kept.length);
          expect(log.timeline.totals[from].bytes).toBe(Buffer.concat(wires).length);
          expect(recording.connections[0]?.frames.filter(({ own }) => !own)).toHaveLength(kept.length);
          expect(seen.lost).toBe(0);
        }),
        { numRuns: 1000, seed: 20_260_101 },
      );
    },
  );

  test.each(['client', 'server'] as const)('bytes from the %s that are no frames come out as they went in', (from) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), sizes, (bytes, cuts) => {
        const { lane, answered, out } = bench(from);
        answered.next();
        for (const piece of pieces(Buffer.from(bytes), cuts)) lane.push(piece);
        lane.flush();
        expect(out().equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 500, seed: 20_260_102 },
    );
  });
});

const text = (payload: string, from: Side, fin = true, opcode: number = OPCODE.text): Buffer =>
  encodeFrame({ opcode, payload, fin, mask: masks(from) });

describe.each(['client', 'server'] as const)('a ping into the direction from the %s', (from) => {
  test('goes out at once between two frames', () => {
    const { lane, out } = bench(from);
    lane.push(text('a', from));
    lane.ping();
    expect(withoutOwnPings(out(), from).pings).toHaveLength(1);
  });

  test('goes out at once between two fragments of a message', () => {
    const { lane, out } = bench(from);
    const [start, end] = [text('a', from, false), text('b', from, true, OPCODE.continuation)];
    lane.push(start);
    lane.ping();
    expect(out().length).toBe(start.length + (from === 'client' ? 18 : 14));
    lane.push(end);
    expect(withoutOwnPings(out(), from).rest).toEqual(Buffer.concat([start, end]));
  });

  test('waits for the end of a frame, and is put there although the next frame has begun in the same read', () => {
    const { lane, out } = bench(from);
    const [first, second] = [text('first', from), text('second', from)];
    lane.push(first.subarray(0, 4));
    lane.ping();
    expect(out()).toEqual(first.subarray(0, 4));
    lane.push(Buffer.concat([first.subarray(4), second.subarray(0, 3)]));
    const reader = new FrameReader();
    expect(reader.push(out()).map(({ opcode }) => opcode)).toEqual([OPCODE.text, OPCODE.ping]);
    expect(reader.rest).toEqual(second.subarray(0, 3));
    lane.push(second.subarray(3));
    expect(withoutOwnPings(out(), from).rest).toEqual(Buffer.concat([first, second]));
  });

  test('that waits is dropped when it is not wanted any more', () => {
    const { lane, out } = bench(from);
    const first = text('first', from);
    lane.push(first.subarray(0, 4));
    lane.ping();
    lane.cancelPing();
    lane.push(first.subarray(4));
    expect(out()).toEqual(first);
  });

  test('goes before a held pong, not into it', () => {
    const { lane, out, answered } = bench(from);
    answered.next();
    const pong = encodeFrame({ opcode: OPCODE.pong, payload: foreignPayload(11), mask: masks(from) });
    lane.push(pong.subarray(0, 5));
    expect(out()).toHaveLength(0);
    lane.ping();
    lane.push(pong.subarray(5));
    expect(withoutOwnPings(out(), from)).toMatchObject({ rest: pong, pings: [{}] });
  });

  test('is not sent where frames cannot be found any more', () => {
    const { lane, out, seen } = bench(from);
    lane.push(Buffer.alloc(20, 0xff));
    lane.ping();
    expect(out()).toEqual(Buffer.alloc(20, 0xff));
    expect(seen.lost).toBe(1);
  });
});

describe('a pong that may be hangup’s own', () => {
  test('is none if it began before the first ping went out: nothing of it is held, doubled or lost', () => {
    const { lane, answered, out } = bench('client');
    const foreign = encodeFrame({ opcode: OPCODE.pong, payload: Buffer.from('twelve bytes'), mask: true });
    lane.push(foreign.subarray(0, 1));
    answered.next();
    for (const byte of foreign.subarray(1)) lane.push(Buffer.of(byte));
    expect(out()).toEqual(foreign);
  });

  const own = encodeFrame({ opcode: OPCODE.pong, payload: ownPayload(1), mask: true });

  test('is relayed when the direction ends inside it', () => {
    for (let length = 1; length < own.length; length++) {
      const { lane, out, answered } = bench('client');
      answered.next();
      for (const byte of own.subarray(0, length)) lane.push(Buffer.from([byte]));
      lane.flush();
      expect(out()).toEqual(own.subarray(0, length));
    }
  });

  test('is held no longer than it can be hangup’s: one byte that differs lets it go', () => {
    for (let differs = 0; differs < 8; differs++) {
      const { lane, out, answered } = bench('client');
      answered.next();
      const foreign = encodeFrame({ opcode: OPCODE.pong, payload: foreignPayload(differs), mask: true });
      const until = 6 + differs + 1;
      lane.push(foreign.subarray(0, until));
      expect(out()).toEqual(foreign.subarray(0, until));
    }
  });

  test('is not looked for before hangup has sent a ping', () => {
    const { lane, out } = bench('client');
    lane.push(own.subarray(0, 1));
    expect(out()).toEqual(own.subarray(0, 1));
  });

  test('of a ping that was never sent is somebody else’s', () => {
    const { lane, out, answered } = bench('client');
    answered.next();
    const second = encodeFrame({ opcode: OPCODE.pong, payload: ownPayload(2), mask: true });
    lane.push(second);
    expect(out()).toEqual(second);
  });

  test('does not count as life of the connection', () => {
    const { lane, answered, log } = bench('client');
    answered.next();
    lane.push(own);
    expect(log.timeline.totals.lastNaturalAt).toBe(0);
    lane.push(text('a', 'client'));
    expect(log.timeline.totals.lastNaturalAt).toBeGreaterThan(0);
  });
});

describe('what is no WebSocket', () => {
  test('is recorded with the byte from which it is none', () => {
    const { lane, recording, out } = bench('client');
    const good = text('fine', 'client');
    const bad = Buffer.alloc(30, 0xff);
    lane.push(Buffer.concat([good, good]));
    lane.push(bad);
    lane.push(bad);
    expect(out()).toEqual(Buffer.concat([good, good, bad, bad]));
    const facts = recording.connections[0]?.all('not-websocket');
    expect(facts).toMatchObject([{ from: 'client', byte: 2 * good.length }]);
    expect(facts?.[0]?.faults).toContain('reserved opcode (RFC 6455 §5.2)');
  });

  test('but can be read past is recorded once a kind, and relayed', () => {
    const { lane, recording, out } = bench('client');
    const unmasked = encodeFrame({ payload: 'bare' });
    for (let i = 0; i < 50; i++) lane.push(unmasked);
    expect(out()).toHaveLength(50 * unmasked.length);
    expect(recording.connections[0]?.all('frame-fault')).toHaveLength(1);
  });
});
