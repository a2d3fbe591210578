import { describe, expect, it } from 'vitest';
import { FAULT } from '../../src/wire/faults.ts';
import { encodeFrame, type FrameSpec } from '../kit/frames.ts';
import { chunkings } from './chunkings.ts';
import { CLIENT, read, SERVER, seen } from './frame-log.ts';
import { Random } from './random.ts';

/** Where the form of the length changes (RFC 6455 §5.2), and one on either side. */
const SIZES = [0, 1, 2, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537];
const OPCODES = [1, 2, 8, 9, 10];
const KEY = Buffer.from([0x80, 0x01, 0xff, 0x00]);

function payloadOf(size: number, opcode: number): Buffer {
  if (opcode !== 8) return Buffer.alloc(size, 'hangup: é 🚦 ');
  // A Close frame of any size breaks no rule with a good code and a reason in UTF-8.
  return size === 0
    ? Buffer.alloc(0)
    : Buffer.concat([Buffer.from([0x03, 0xe8]), Buffer.alloc(size - 2, 'over and out ')]);
}

/** One frame that breaks no rule, and what it must be read as. */
function vector(fromClient: boolean, opcode: number, size: number) {
  const payload = payloadOf(size, opcode);
  const bytes = encodeFrame({ opcode, payload, mask: fromClient ? KEY : false });
  return { bytes, payload };
}

describe.each([
  { from: 'client', options: CLIENT },
  { from: 'server', options: SERVER },
])('a frame from the $from', ({ options }) => {
  const cases = OPCODES.flatMap((opcode) =>
    SIZES.filter((size) => opcode < 8 || (size <= 125 && !(opcode === 8 && size === 1))).map((size) => ({
      opcode,
      size,
    })),
  );

  it.each(cases)('of opcode $opcode and $size bytes is read the same however it is cut', ({ opcode, size }) => {
    const { bytes, payload } = vector(options.fromClient, opcode, size);
    const whole = seen(read([bytes], options));
    expect(whole).toEqual({
      frames: [
        {
          ...{ opcode, fin: true, rsv: 0, masked: options.fromClient, length: size },
          ...{ messageLength: opcode < 8 ? size : 0, startsAt: 0, endsAt: bytes.length },
          ...{ headerFaults: 0, faults: 0, payload: payload.toString('latin1') },
        },
      ],
      ...{ lost: null, position: bytes.length, calls: 2 },
    });
    for (const { name, chunks } of chunkings(bytes)) {
      const cut = seen(read(chunks, options));
      expect(cut, name).toEqual(whole);
    }
  });

  it.each([2 ** 32 + 5, 2 ** 53 - 1])('that claims %d bytes is announced, and its end is waited for', (claims) => {
    const begun = encodeFrame({ opcode: 2, payload: 'only begun', claims, mask: options.fromClient ? KEY : false });
    const whole = seen(read([begun], options, 4));
    expect(whole.frames).toEqual([
      {
        ...{ opcode: 2, fin: true, rsv: 0, masked: options.fromClient, length: claims, messageLength: claims },
        ...{ startsAt: 0, headerFaults: 0, faults: null, payload: null, endsAt: null },
      },
    ]);
    expect(whole.lost).toBeNull();
    for (const { name, chunks } of chunkings(begun)) {
      const log = read(chunks, options, 4);
      expect(seen(log), name).toEqual(whole);
      expect(log.reader.missing, name).toBe(claims - 'only begun'.length);
      expect(log.reader.payload().toString(), name).toBe('only');
      expect(log.reader.atBoundary, name).toBe(false);
    }
  });

  it('among others in a chunk is found where it stands', () => {
    const random = new Random(7);
    const specs: FrameSpec[] = SIZES.slice(0, 8).flatMap((size) => [
      { opcode: 1, payload: payloadOf(size, 1) },
      { opcode: 9, payload: payloadOf(Math.min(size, 125), 9) },
      { opcode: 2, payload: payloadOf(random.below(40), 2) },
      { opcode: 10 },
    ]);
    const frames = specs.map((spec) => encodeFrame({ ...spec, mask: options.fromClient }));
    const stream = Buffer.concat(frames);
    const whole = read([stream], options);
    expect(whole.frames.map(({ startsAt, endsAt }) => stream.subarray(startsAt, endsAt ?? 0))).toEqual(frames);
    expect(whole.frames.map(({ payload }) => payload)).toEqual(specs.map(({ payload }) => Buffer.from(payload ?? '')));
    for (const { name, chunks } of chunkings(stream, 300)) {
      expect(seen(read(chunks, options)), name).toEqual(seen(whole));
    }
  });
});

describe('lengths not in their shortest form', () => {
  it.each([
    { size: 0, lengthForm: 16 },
    { size: 125, lengthForm: 16 },
    { size: 0, lengthForm: 64 },
    { size: 125, lengthForm: 64 },
    { size: 126, lengthForm: 64 },
    { size: 65_535, lengthForm: 64 },
  ] as const)('$size bytes with a length of $lengthForm bits are read past, and told', ({ size, lengthForm }) => {
    const spec = { opcode: 2, payload: payloadOf(size, 2), mask: KEY };
    const stream = Buffer.concat([encodeFrame({ ...spec, lengthForm }), encodeFrame(spec)]);
    const whole = read([stream], CLIENT);
    expect(whole.frames.map(({ length, headerFaults, faults }) => ({ length, headerFaults, faults }))).toEqual([
      { length: size, headerFaults: FAULT.lengthNotMinimal, faults: FAULT.lengthNotMinimal },
      { length: size, headerFaults: 0, faults: 0 },
    ]);
    for (const { name, chunks } of chunkings(stream)) expect(seen(read(chunks, CLIENT)), name).toEqual(seen(whole));
  });
});
