import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OWN_PING_PAYLOAD, OwnPings } from '../../src/wire/own-ping.ts';

const keys = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((key) => Buffer.from(key));

function asked(key: Buffer, times: number): { pings: OwnPings; payloads: Buffer[] } {
  const pings = new OwnPings(key);
  return { pings, payloads: Array.from({ length: times }, () => pings.next()) };
}

describe('a pong', () => {
  it('that answers one of hangup’s pings is known by its number, at any time and again', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 50 }), (key, times) => {
        const { pings, payloads } = asked(key, times);
        expect(pings.sent).toBe(times);
        expect(payloads.map((payload) => pings.answers(payload))).toEqual(payloads.map((_, i) => i + 1));
        // Out of order, as RFC 6455 §5.5.3 allows; and from the middle of a larger read.
        const inside = Buffer.concat([Buffer.from('xyz'), payloads[0] ?? Buffer.alloc(0), Buffer.from('tail')]);
        expect(pings.answers(inside.subarray(3, 3 + OWN_PING_PAYLOAD))).toBe(1);
      }),
    );
  });

  it('of anybody else is never taken out of the stream', () => {
    fc.assert(
      fc.property(keys, keys, fc.nat(5), fc.uint8Array({ maxLength: 125 }), (key, other, times, payload) => {
        fc.pre(!key.equals(other));
        const { pings } = asked(key, times);
        expect(pings.answers(payload)).toBe(0);
        expect(pings.answers(asked(other, 1).payloads[0] ?? payload)).toBe(0);
      }),
    );
  });

  it.each([
    ['before any was sent', 0, 1],
    ['with a number that was not sent yet', 3, 4],
    ['with number 0', 3, 0],
  ])('with the right key but %s is not hangup’s', (_, sent, number) => {
    const { pings } = asked(Buffer.alloc(8, 7), sent);
    const payload = Buffer.alloc(OWN_PING_PAYLOAD, 7);
    payload.writeUInt32BE(number, 8);
    expect(pings.answers(payload)).toBe(0);
  });

  it('that is a byte longer or shorter than an answer is not hangup’s', () => {
    const { pings, payloads } = asked(Buffer.alloc(8, 7), 1);
    const payload = payloads[0] ?? Buffer.alloc(0);
    expect(pings.answers(payload.subarray(0, -1))).toBe(0);
    expect(pings.answers(Buffer.concat([payload, Buffer.alloc(1)]))).toBe(0);
    expect(pings.answers(Buffer.alloc(0))).toBe(0);
  });
});

describe('a pong of which only the first bytes are there', () => {
  it('is held back for as long as it may be an answer: every prefix of one may be', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 9 }), (key, times) => {
        const { pings, payloads } = asked(key, times);
        for (const payload of payloads) {
          for (let have = 0; have <= payload.length; have++) {
            expect(pings.mayAnswer(OWN_PING_PAYLOAD, payload.subarray(0, have))).toBe(true);
          }
        }
      }),
    );
  });

  it('is let go at the first byte that differs', () => {
    fc.assert(
      fc.property(keys, fc.nat(7), fc.integer({ min: 1, max: 255 }), (key, at, flip) => {
        const { pings, payloads } = asked(key, 1);
        const payload = Buffer.from(payloads[0] ?? []);
        payload[at] = (payload[at] ?? 0) ^ flip;
        for (let have = 0; have <= payload.length; have++) {
          expect(pings.mayAnswer(OWN_PING_PAYLOAD, payload.subarray(0, have))).toBe(have <= at);
        }
      }),
    );
  });

  it('is let go when its length is another, or when nothing was asked', () => {
    const { pings, payloads } = asked(Buffer.alloc(8, 1), 1);
    expect(pings.mayAnswer(OWN_PING_PAYLOAD + 1, Buffer.alloc(0))).toBe(false);
    expect(pings.mayAnswer(0, Buffer.alloc(0))).toBe(false);
    expect(asked(Buffer.alloc(8, 1), 0).pings.mayAnswer(OWN_PING_PAYLOAD, payloads[0] ?? Buffer.alloc(0))).toBe(false);
  });
});

it('payloads of two connections, or of two pings, are never the same', () => {
  const all = [...asked(Buffer.alloc(8, 1), 100).payloads, ...asked(Buffer.alloc(8, 2), 100).payloads];
  expect(new Set(all.map((payload) => payload.toString('hex'))).size).toBe(200);
});
