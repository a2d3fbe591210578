import { describe, expect, it } from 'vitest';
import { FAULT } from '../../src/wire/faults.ts';
import type { FrameReaderOptions } from '../../src/wire/frame-reader.ts';
import { rsvOfExtensions } from '../../src/wire/upgrade.ts';
import { encodeFrame, type FrameSpec } from '../kit/frames.ts';
import { chunkings } from './chunkings.ts';
import { CLIENT, read, SERVER, seen } from './frame-log.ts';

const part = (opcode: number, fin: boolean, payload: string, rsv = 0): FrameSpec => ({ opcode, fin, payload, rsv });

function stream(specs: readonly FrameSpec[], { fromClient }: FrameReaderOptions): Buffer {
  return Buffer.concat(specs.map((spec) => encodeFrame({ ...spec, mask: fromClient })));
}

describe.each([
  { from: 'client', options: CLIENT },
  { from: 'server', options: SERVER },
])('messages from the $from', ({ options }) => {
  it('in parts, with pings and pongs between them, are no fault, and their size adds up over the parts alone', () => {
    const specs = [
      part(1, false, 'Hel'),
      part(9, true, 'are you there'),
      part(0, false, ''),
      part(10, true, 'yes'),
      part(0, true, 'lo'),
      part(2, true, 'another'),
      part(2, false, ''),
      part(0, true, ''),
    ];
    const bytes = stream(specs, options);
    const whole = seen(read([bytes], options));
    expect(whole.frames.map(({ faults }) => faults)).toEqual(specs.map(() => 0));
    expect(whole.frames.map(({ messageLength }) => messageLength)).toEqual([3, 0, 3, 0, 5, 7, 0, 0]);
    expect(whole.frames.map(({ payload }) => payload)).toEqual(specs.map(({ payload }) => payload));
    expect(whole.frames.map(({ fin, opcode }) => [opcode, fin])).toEqual(specs.map(({ fin, opcode }) => [opcode, fin]));
    for (const { name, chunks } of chunkings(bytes)) expect(seen(read(chunks, options)), name).toEqual(whole);
  });

  it('a message that goes beyond 8 KiB in many small parts shows its size, not that of the last part', () => {
    const specs = [
      part(1, false, 'x'.repeat(100)),
      ...Array.from({ length: 99 }, () => part(0, false, 'x'.repeat(100))),
    ];
    expect(read([stream(specs, options)], options).frames.at(-1)?.messageLength).toBe(10_000);
  });

  it('a Close between the parts leaves the message unfinished without a fault', () => {
    const bytes = stream([part(1, false, 'Hel'), part(8, true, '')], options);
    for (const { name, chunks } of chunkings(bytes)) {
      expect(
        read(chunks, options).frames.map(({ faults }) => faults),
        name,
      ).toEqual([0, 0]);
    }
  });
});

describe('RSV bits', () => {
  const specs = [
    part(1, true, 'compressed', 4),
    part(1, false, 'compressed', 4),
    part(9, true, 'ping'),
    part(0, true, 'its end'),
    part(2, true, 'plain'),
    part(1, false, 'compressed', 4),
    part(0, true, 'RSV1 on a later part', 4),
    part(9, true, 'compressed ping', 4),
    part(1, true, 'RSV2', 2),
    part(1, true, 'RSV1 and RSV3', 5),
  ];

  it.each([
    {
      name: 'permessage-deflate: RSV1 on the first frame of a message alone',
      header: 'permessage-deflate; server_no_context_takeover',
      bad: [6, 7, 8, 9],
    },
    { name: 'no extension: none', header: null, bad: [0, 1, 5, 6, 7, 8, 9] },
    { name: 'an extension that hangup does not know: any on the first frame', header: 'x-mux', bad: [6, 7] },
  ])('$name', ({ header, bad }) => {
    const rsvAllowed = rsvOfExtensions(header === null ? [] : ['Sec-WebSocket-Extensions', header]);
    for (const fromClient of [true, false]) {
      const options = { fromClient, rsvAllowed };
      const bytes = stream(specs, options);
      for (const { name, chunks } of chunkings(bytes)) {
        const { frames } = read(chunks, options);
        expect(
          frames.map(({ rsv }) => rsv),
          name,
        ).toEqual(specs.map(({ rsv }) => rsv));
        const faults = specs.map((_, i) => (bad.includes(i) ? FAULT.rsv : 0));
        expect(
          frames.map((frame) => frame.faults),
          name,
        ).toEqual(faults);
      }
    }
  });
});
