import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, MAX_COLLECTED } from '../../src/wire/frame-reader.ts';
import { encodeFrame } from '../kit/frames.ts';
import { byteByByte, randomCuts } from './chunkings.ts';
import { CLIENT, FrameLog, read, SERVER, seen } from './frame-log.ts';
import { Random } from './random.ts';

const RUNS = { numRuns: 500 };

const side = fc.constantFrom(CLIENT, SERVER, { fromClient: true, rsvAllowed: 4 });
/** Frames that can be read past, with every lesser fault. */
const frame = fc.record({
  opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
  payload: fc.uint8Array({ maxLength: 125 }),
  fin: fc.boolean(),
  rsv: fc.nat(7),
  mask: fc.oneof(fc.constant(false), fc.uint8Array({ minLength: 4, maxLength: 4 })),
  lengthForm: fc.constantFrom('shortest' as const, 16 as const, 64 as const),
});
const frames = fc.array(frame, { maxLength: 12 });
const seed = fc.nat();

describe('a stream of frames', () => {
  it('is covered by the frames that are reported: put together, their bytes are the stream', () => {
    fc.assert(
      fc.property(frames, side, seed, (specs, options, cuts) => {
        const wire = specs.map((spec) => encodeFrame(spec));
        const stream = Buffer.concat(wire);
        const log = read(randomCuts(stream, new Random(cuts), 60), options);
        expect(log.frames.map(({ startsAt, endsAt }) => stream.subarray(startsAt, endsAt ?? 0))).toEqual(wire);
        expect(log.frames.map(({ payload }) => payload)).toEqual(specs.map(({ payload }) => Buffer.from(payload)));
        expect(log.reader.atBoundary).toBe(true);
        expect(log.reader.startsAt).toBe(stream.length);
      }),
      RUNS,
    );
  });

  it('says at every byte whether a ping may be put in here, and where the unfinished frame began', () => {
    fc.assert(
      fc.property(frames, side, (specs, options) => {
        const wire = specs.map((spec) => encodeFrame(spec));
        const log = new FrameLog(options);
        const ends = new Set(wire.map((_, i) => Buffer.concat(wire.slice(0, i + 1)).length));
        let begun = 0;
        for (const byte of byteByByte(Buffer.concat(wire))) {
          log.push(byte);
          if (ends.has(log.position)) begun = log.position;
          expect(log.reader.atBoundary).toBe(ends.has(log.position));
          expect(log.reader.startsAt).toBe(begun);
        }
        expect(log.complaints).toEqual([]);
      }),
      RUNS,
    );
  });

  it('stays as it was: no byte of a chunk is changed by reading it', () => {
    fc.assert(
      fc.property(frames, side, seed, (specs, options, cuts) => {
        const stream = Buffer.concat(specs.map((spec) => encodeFrame(spec)));
        const before = Buffer.from(stream);
        read(randomCuts(stream, new Random(cuts), 60), options);
        expect(stream.equals(before)).toBe(true);
      }),
      RUNS,
    );
  });

  it('gives as many first bytes of a payload as were asked for, unmasked; of control frames all', () => {
    fc.assert(
      fc.property(frames, side, seed, fc.nat(140), (specs, options, cuts, wanted) => {
        const stream = Buffer.concat(specs.map((spec) => encodeFrame(spec)));
        const log = read(randomCuts(stream, new Random(cuts), 60), options, wanted);
        const asked = specs.map(({ opcode, payload }) =>
          Buffer.from(opcode < 8 ? payload.subarray(0, wanted) : payload),
        );
        expect(log.frames.map(({ payload }) => payload)).toEqual(asked);
      }),
      RUNS,
    );
  });
});

describe('bytes that are no frames', () => {
  it('never throw, are read the same in every split, and nothing is read after the loss', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), side, seed, (bytes, options, cuts) => {
        const stream = Buffer.from(bytes);
        const whole = seen(read([stream], options));
        expect(seen(read(byteByByte(stream), options))).toEqual(whole);
        expect(seen(read(randomCuts(stream, new Random(cuts), 50), options))).toEqual(whole);
        const covered = whole.frames.every(
          ({ startsAt }, i) => startsAt === (i === 0 ? 0 : whole.frames[i - 1]?.endsAt),
        );
        expect(covered).toBe(true);
        if (whole.lost !== null) expect(whole.lost.startsAt).toBe(whole.frames.at(-1)?.endsAt ?? 0);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['an HTTP request', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['JSON by itself', '{"event":"hello"}'],
  ])('%s instead of frames is found out at its first byte', (_, text) => {
    expect(read(byteByByte(Buffer.from(text, 'latin1')), CLIENT).lost?.startsAt).toBe(0);
  });
});

describe('a header that claims more than there is memory', () => {
  it.each([Number.POSITIVE_INFINITY, 2 ** 53 - 1, MAX_COLLECTED + 1, -1, Number.NaN])(
    'does not make the reader throw or take it when %d bytes are asked for',
    (wanted) => {
      const begun = encodeFrame({ opcode: 2, payload: 'abc', claims: 2 ** 53 - 1, mask: true });
      const log = read([begun], CLIENT, wanted);
      expect(log.reader.inPayload).toBe(true);
      expect(log.reader.payload().toString()).toBe(wanted > 0 ? 'abc' : '');
    },
  );

  it('gives no more of a payload than MAX_COLLECTED', () => {
    const payload = Buffer.alloc(MAX_COLLECTED + 10, 'x');
    const [big, small] = read(
      [encodeFrame({ opcode: 2, payload }), encodeFrame({ payload: 'after it' })],
      SERVER,
    ).frames;
    expect(big?.payload).toHaveLength(MAX_COLLECTED);
    expect(small?.payload?.toString()).toBe('after it');
  });
});

describe('a payload view', () => {
  it('of the last frame is not shown as the next one’s', () => {
    const reader = new FrameReader(SERVER);
    const shown: string[] = [];
    const note = ({ payload }: { payload: string }) => shown.push(payload);
    const sink = {
      onHeader: (at: FrameReader) => note({ payload: `header:${at.payload()}` }),
      onFrame: (at: FrameReader) => void note({ payload: `frame:${at.payload()}` }),
      onLost: (at: FrameReader) => void note({ payload: `lost:${at.payload()}` }),
    };
    reader.push(Buffer.concat([encodeFrame({ opcode: 9, payload: 'old' }), encodeFrame({ opcode: 9 })]), sink);
    reader.push(encodeFrame({ opcode: 7, payload: 'x' }), sink);
    expect(shown).toEqual(['header:', 'frame:old', 'header:', 'frame:', 'lost:']);
  });
});
