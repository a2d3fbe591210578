import { describe, expect, it } from 'vitest';
import { FAULT, faultSentences, LOSES_SYNC } from '../../src/wire/faults.ts';
import { closePayload, encodeFrame, type FrameSpec } from '../kit/frames.ts';
import { chunkings } from './chunkings.ts';
import { CLIENT, read, SERVER, seen } from './frame-log.ts';

interface Case {
  readonly name: string;
  readonly frames: readonly FrameSpec[];
  /** Faults of each frame, at its header and when it is whole. */
  readonly faults: readonly number[];
}

const start: FrameSpec = { opcode: 1, fin: false, payload: 'one' };
const end: FrameSpec = { opcode: 0, payload: 'two' };
const text: FrameSpec = { opcode: 1, payload: 'text' };
const ping: FrameSpec = { opcode: 9, payload: 'ping' };
const close: FrameSpec = { opcode: 8, payload: closePayload(1000) };

/** Faults that the reader can read past, all visible in the header. */
const CASES: readonly Case[] = [
  { name: 'RSV1 without an extension', frames: [{ ...text, rsv: 4 }, text], faults: [FAULT.rsv, 0] },
  { name: 'RSV2', frames: [{ ...text, rsv: 2 }, text], faults: [FAULT.rsv, 0] },
  { name: 'RSV3 on a ping', frames: [{ ...ping, rsv: 1 }, text], faults: [FAULT.rsv, 0] },
  { name: 'a ping in two parts', frames: [{ ...ping, fin: false }, text], faults: [FAULT.controlFragmented, 0] },
  { name: 'a continuation of nothing', frames: [end, text], faults: [FAULT.continuationWithoutStart, 0] },
  { name: 'a continuation after the end', frames: [start, end, end], faults: [0, 0, FAULT.continuationWithoutStart] },
  { name: 'a message inside a message', frames: [start, text, text], faults: [0, FAULT.messageInterrupted, 0] },
  {
    name: 'a message begun inside a message',
    frames: [start, start, end, text],
    faults: [0, FAULT.messageInterrupted, 0, 0],
  },
  { name: 'a Close of one byte', frames: [{ ...close, payload: 'x' }], faults: [FAULT.closeLengthOne] },
  {
    name: 'frames after a Close, a second Close included',
    frames: [close, text, ping, close],
    faults: [0, FAULT.afterClose, FAULT.afterClose, FAULT.afterClose],
  },
  {
    name: 'a Close between two parts of a message, which goes on',
    frames: [start, close, end],
    faults: [0, 0, FAULT.afterClose],
  },
  {
    name: 'everything that can be wrong with a continuation',
    frames: [close, { ...end, rsv: 7, fin: false, lengthForm: 64 }],
    faults: [0, FAULT.afterClose | FAULT.rsv | FAULT.continuationWithoutStart | FAULT.lengthNotMinimal],
  },
  {
    name: 'everything that can be wrong with a Close, but for its code',
    frames: [close, { opcode: 8, payload: 'x', rsv: 2, fin: false, lengthForm: 16 }],
    faults: [0, FAULT.afterClose | FAULT.rsv | FAULT.controlFragmented | FAULT.lengthNotMinimal | FAULT.closeLengthOne],
  },
];

describe.each([
  { from: 'client', options: CLIENT, wrongMask: FAULT.maskMissing },
  { from: 'server', options: SERVER, wrongMask: FAULT.maskUnexpected },
])('faults of frames from the $from', ({ options, wrongMask }) => {
  it.each(CASES)('$name: named on the right frame, and read past, however it is cut', ({ frames, faults }) => {
    for (const mask of [true, false]) {
      const stream = Buffer.concat(frames.map((spec) => encodeFrame({ ...spec, mask })));
      const expected = faults.map((bits) => (mask === options.fromClient ? bits : bits | wrongMask));
      for (const { name, chunks } of chunkings(stream)) {
        const log = read(chunks, options);
        expect(
          log.frames.map(({ headerFaults }) => headerFaults),
          name,
        ).toEqual(expected);
        expect(
          log.frames.map((frame) => frame.faults),
          name,
        ).toEqual(expected);
        expect(log.lost).toBeNull();
      }
    }
  });

  it.each([
    { name: 'code 1005', payload: closePayload(1005), faults: FAULT.closeCode },
    { name: 'code 0', payload: closePayload(0), faults: FAULT.closeCode },
    { name: 'code 2999', payload: closePayload(2999, 'why'), faults: FAULT.closeCode },
    { name: 'code 65535', payload: closePayload(65_535), faults: FAULT.closeCode },
    {
      name: 'a reason cut inside a character',
      payload: closePayload(1001, 'é').subarray(0, 3),
      faults: FAULT.closeReason,
    },
    { name: 'both', payload: Buffer.from([0x03, 0xee, 0xff]), faults: FAULT.closeCode | FAULT.closeReason },
    { name: 'nothing wrong: empty', payload: closePayload(null), faults: 0 },
    { name: 'nothing wrong: a long reason', payload: closePayload(4999, 'ü'.repeat(61)), faults: 0 },
  ])('a Close with $name', ({ payload, faults }) => {
    const stream = encodeFrame({ opcode: 8, payload, mask: options.fromClient });
    for (const { name, chunks } of chunkings(stream)) {
      const [frame] = read(chunks, options).frames;
      expect(frame, name).toMatchObject({ headerFaults: 0, faults, payload });
    }
  });

  const mask = options.fromClient;
  it.each([
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => ({
      name: `opcode ${opcode}`,
      bad: encodeFrame({ opcode, payload: 'x', mask }),
      faults: FAULT.reservedOpcode,
    })),
    {
      name: 'a ping of 126 bytes',
      bad: encodeFrame({ ...ping, payload: Buffer.alloc(126), mask }),
      faults: FAULT.controlTooLong,
    },
    { name: 'a length of 2^53', bad: encodeFrame({ ...text, claims: 2n ** 53n, mask }), faults: FAULT.lengthTooLarge },
    {
      name: 'a length of 2^64 - 1',
      bad: encodeFrame({ ...text, claims: 2n ** 64n - 1n, mask }),
      faults: FAULT.lengthTooLarge,
    },
    {
      name: 'everything at once',
      bad: encodeFrame({ opcode: 15, rsv: 5, fin: false, claims: 2n ** 63n, mask: !mask }),
      faults:
        FAULT.reservedOpcode |
        FAULT.rsv |
        FAULT.controlFragmented |
        FAULT.controlTooLong |
        FAULT.lengthTooLarge |
        wrongMask,
    },
    {
      name: 'a long ping whose length could be shorter',
      bad: encodeFrame({ ...ping, payload: Buffer.alloc(200), lengthForm: 64, mask }),
      faults: FAULT.controlTooLong | FAULT.lengthNotMinimal,
    },
  ])('$name: "not WebSocket from byte N", the right N, and not a word after it', ({ bad, faults }) => {
    const good = [encodeFrame({ ...text, mask }), encodeFrame({ ...ping, mask })];
    const before = Buffer.concat(good);
    const stream = Buffer.concat([before, bad, ...good, Buffer.alloc(40, 0xff)]);
    const whole = seen(read([stream], options));
    expect(whole.lost).toEqual({ startsAt: before.length, faults });
    expect(whole.frames).toHaveLength(2);
    for (const { name, chunks } of chunkings(stream)) {
      const log = read(chunks, options);
      expect(seen(log), name).toEqual(whole);
      expect(log.reader, name).toMatchObject({ lost: true, atBoundary: false, startsAt: before.length });
      expect(log.reader.payload(), name).toHaveLength(0);
    }
  });
});

describe('faults in words', () => {
  it('every bit has its sentence, with the section of the RFC that it breaks', () => {
    for (const bit of Object.values(FAULT)) {
      expect(faultSentences(bit)).toHaveLength(1);
      expect(faultSentences(bit)[0]).toMatch(/RFC 6455 §\d/);
    }
    expect(faultSentences(0)).toEqual([]);
    expect(new Set(faultSentences(-1)).size).toBe(Object.keys(FAULT).length);
  });

  it('several at once are all told, in the order of the header', () => {
    expect(faultSentences(FAULT.maskMissing | FAULT.rsv)).toEqual([
      'RSV bit set that no negotiated extension defines (RFC 6455 §5.2)',
      'frame from the client is not masked (RFC 6455 §5.1)',
    ]);
  });

  it('no two share a bit, and three of them end the reading', () => {
    const bits = Object.values(FAULT);
    expect(bits.reduce((sum, bit) => sum + bit, 0)).toBe(2 ** bits.length - 1);
    expect(faultSentences(LOSES_SYNC)).toHaveLength(3);
  });
});
