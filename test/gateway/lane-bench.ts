/** A lane without sockets, and random things to send through it. */

import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { expect } from 'vitest';
import { otherSide, type Side } from '../../src/evidence/fact.ts';
import { NameTable } from '../../src/evidence/names.ts';
import { ConnectionLog } from '../../src/gateway/connection-log.ts';
import { FrameKeeper } from '../../src/gateway/frame-keeper.ts';
import { Lane } from '../../src/gateway/lane.ts';
import { Leg } from '../../src/gateway/leg.ts';
import { OwnPings } from '../../src/wire/own-ping.ts';
import { encodeFrame, type Frame, FrameReader, type FrameSpec, OPCODE } from '../kit/fault-peers.ts';
import { Recording } from './recording.ts';

/** Pings to the source, whose pongs come through the lane; and pings to the sink, which are put into it. */
const ANSWERED = Buffer.from('answered');
const ASKED = Buffer.from('asked-by');

const NOBODY = { peer: '192.0.2.1:1', forwardedFor: null, userAgent: null };

function leg(side: Side, written: Buffer[]): Leg {
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(Buffer.from(chunk));
      done();
    },
  });
  return new Leg(side, stream, new Socket(), null);
}

/** A lane without sockets: what goes in by hand, what comes out in `out`. */
export function bench(from: Side) {
  const recording = new Recording();
  const log = new ConnectionLog(
    {
      connection: 'c',
      tap: { name: 't', behind: null, before: null },
      url: '/',
      trace: null,
      openedAt: 0,
      keepaliveMs: { client: null, server: null },
    },
    NOBODY,
    recording,
    recording,
  );
  const written: Buffer[] = [];
  const answered = new OwnPings(ANSWERED);
  const asked = new OwnPings(ASKED);
  const seen = { pongs: [] as number[], pings: [] as number[], lost: 0, closes: 0 };
  const naming = { prefixBytes: 96, nameOf: () => null, firsts: new Set<string>(), helloId: () => null, users: null };
  const lane = new Lane({
    log,
    keeper: new FrameKeeper('events', naming, new NameTable()),
    source: leg(from, []),
    sink: leg(otherSide(from), written),
    answered,
    asked,
    rsvAllowed: 0,
    events: {
      onClose: () => void seen.closes++,
      onLost: () => void seen.lost++,
      onOwnPing: (_lane, number) => void seen.pings.push(number),
      onOwnPong: (_lane, number) => void seen.pongs.push(number),
    },
  });
  return { lane, log, recording, answered, seen, out: () => Buffer.concat(written) };
}

export const masks = (from: Side): boolean => from === 'client';

/** The frames of a stream without those that hangup put in, which are checked for what they must be. */
export function withoutOwnPings(out: Buffer, from: Side): { rest: Buffer; pings: Frame[] } {
  const reader = new FrameReader();
  const frames = reader.push(out);
  const isOwn = ({ opcode, payload }: Frame): boolean =>
    opcode === OPCODE.ping && payload.length === 12 && payload.subarray(0, 8).equals(ASKED);
  const pings = frames.filter(isOwn);
  for (const ping of pings) expect(ping).toMatchObject({ fin: true, rsv: 0, masked: masks(from) });
  const rest = frames.filter((frame) => !isOwn(frame)).map(({ wire }) => wire);
  return { rest: Buffer.concat([...rest, reader.rest]), pings };
}

export type Item = { readonly frame: FrameSpec } | { readonly ownPong: number } | { readonly foreignPong: number };

export const PINGS_SENT = 5;

const payload = fc.oneof(
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  { weight: 1, arbitrary: fc.constantFrom(125, 126, 127, 300, 65_535, 65_536).map((length) => new Uint8Array(length)) },
);
export const items: fc.Arbitrary<Item[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        frame: fc.record({
          opcode: fc.constantFrom(OPCODE.text, OPCODE.binary, OPCODE.continuation),
          payload,
          fin: fc.boolean(),
          lengthForm: fc.constantFrom('shortest' as const, 64 as const),
        }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        frame: fc.record({
          opcode: fc.constantFrom(OPCODE.ping, OPCODE.pong),
          payload: fc.uint8Array({ maxLength: 13 }),
        }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ ownPong: fc.integer({ min: 1, max: PINGS_SENT }) }) },
    { weight: 2, arbitrary: fc.record({ foreignPong: fc.integer({ min: 0, max: 11 }) }) },
  ),
  { maxLength: 14 },
);

export function ownPayload(number: number): Buffer {
  const bytes = Buffer.alloc(12);
  ANSWERED.copy(bytes);
  bytes.writeUInt32BE(number, 8);
  return bytes;
}

/** Differs from an own pong in one byte alone: the later, the longer it has to be held. */
export function foreignPayload(at: number): Buffer {
  const bytes = ownPayload(1);
  bytes[at] = (bytes[at] ?? 0) ^ 0x80;
  return bytes;
}

export function wireOf(item: Item, from: Side): Buffer {
  if ('frame' in item) return encodeFrame({ mask: masks(from), ...item.frame });
  const body = 'ownPong' in item ? ownPayload(item.ownPong) : foreignPayload(item.foreignPong);
  return encodeFrame({ opcode: OPCODE.pong, payload: body, mask: masks(from) });
}

/** Cuts `bytes` into pieces of the given sizes, used in turns. */
export function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const result: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    result.push(bytes.subarray(at, at + size));
    at += size;
  }
  return result;
}

export const sizes = fc.oneof(
  fc.constant([1]),
  fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }),
  fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 4 }),
);
