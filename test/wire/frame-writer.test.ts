import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pingFrame } from '../../src/wire/frame-writer.ts';
import { OwnPings } from '../../src/wire/own-ping.ts';
import { CLIENT, read, SERVER } from './frame-log.ts';
import { readWithWs } from './ws-receiver.ts';

const payloads = fc.uint8Array({ maxLength: 125 });
const masks = fc.uint8Array({ minLength: 4, maxLength: 4 });

describe('a ping of hangup’s own', () => {
  it('is a ping to ws, with its payload, whether it stands as a server or as a client', async () => {
    await fc.assert(
      fc.asyncProperty(payloads, fc.option(masks), async (payload, mask) => {
        const account = await readWithWs([pingFrame(payload, mask)], mask !== null, false);
        expect(account).toEqual({ events: [{ kind: 'ping', data: Buffer.from(payload) }], error: null, endedIn: -1 });
      }),
    );
  });

  it('is a faultless ping to hangup’s own reader at the next tap', () => {
    fc.assert(
      fc.property(payloads, fc.option(masks), (payload, mask) => {
        const frame = pingFrame(payload, mask);
        const { frames } = read([frame], mask === null ? SERVER : CLIENT);
        expect(frames).toMatchObject([
          { opcode: 9, fin: true, rsv: 0, faults: 0, payload: Buffer.from(payload), endsAt: frame.length },
        ]);
      }),
    );
  });

  it('leaves its payload and its mask as they were', () => {
    const payload = Buffer.from('payload');
    const mask = Buffer.from([1, 2, 3, 4]);
    pingFrame(payload, mask);
    expect([payload.toString(), [...mask]]).toEqual(['payload', [1, 2, 3, 4]]);
  });

  it('of more than 125 bytes is refused in a sentence, before it breaks the stream', () => {
    expect(() => pingFrame(Buffer.alloc(126), null)).toThrow(
      new RangeError('a ping carries at most 125 bytes, not 126'),
    );
  });

  it('that OwnPings numbered is answered by ws with a pong that OwnPings knows again', async () => {
    const pings = new OwnPings(Buffer.from('8 bytes!'));
    for (const number of [1, 2, 3]) {
      const { events } = await readWithWs([pingFrame(pings.next(), Buffer.from('mask'))], true, false);
      // RFC 6455 §5.5.3: a pong has the payload of its ping.
      const [ping] = events;
      expect(ping?.kind === 'ping' ? pings.answers(ping.data) : 'no ping').toBe(number);
    }
  });
});
