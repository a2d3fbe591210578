import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrameRecord } from '../../src/evidence/fact.ts';
import { frameBits, frameRecord, MAX_NAME_ID } from '../../src/evidence/frame-bits.ts';

const record = fc.record({
  at: fc.double({ min: 0, max: 4e12, noNaN: true }),
  from: fc.constantFrom('client' as const, 'server' as const),
  opcode: fc.nat(15),
  fin: fc.boolean(),
  rsv: fc.nat(7),
  masked: fc.boolean(),
  length: fc.maxSafeNat(),
  own: fc.boolean(),
  nameId: fc.nat(MAX_NAME_ID),
});

const nameOf = (id: number): string | null => (id === 0 ? null : `name ${id}`);

describe('a frame in bits', () => {
  it('comes back as it was, name and all', () => {
    fc.assert(
      fc.property(record, ({ nameId, ...frame }) => {
        const { at, from, opcode, fin, rsv, masked, length, own } = frame;
        const bits = frameBits(from, opcode, fin, rsv, masked, own, nameId);
        const expected: FrameRecord = { ...frame, name: nameOf(nameId) };
        expect(frameRecord(at, bits, length, nameOf)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('is a small non-negative integer: four bytes in the journal hold it, no object on the hot path', () => {
    const most = frameBits('server', 15, true, 7, true, true, MAX_NAME_ID);
    expect(most).toBe(2 ** 23 - 1);
    expect(frameBits('client', 0, false, 0, false, false, 0)).toBe(0);
  });
});
