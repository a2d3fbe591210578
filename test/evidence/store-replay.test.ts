import { expect, it } from 'vitest';
import type { Side } from '../../src/evidence/fact.ts';
import { frameBits } from '../../src/evidence/frame-bits.ts';
import { CLIENT, head, newFolder, openJournal, openReader, T0 } from './journal-kit.ts';

it('an open connection shows what its legs have carried, counted from its frames', async () => {
  const folder = newFolder();
  const { journal, names } = await openJournal(folder);
  const number = journal.opened(head('one'), CLIENT);
  let at = T0;
  const frame = (from: Side, opcode: number, length: number, { own = false, fin = true, name = '' } = {}): void => {
    at += 1000;
    const bits = frameBits(from, opcode, fin, 0, from === 'client', own, names.id(name === '' ? null : name));
    journal.frame(number, at, bits, length, null);
  };
  frame('server', 1, 90, { name: 'hello' });
  frame('client', 1, 40);
  frame('server', 9, 0);
  frame('server', 9, 0, { own: true });
  frame('client', 10, 0, { own: true });
  at += 61_000;
  frame('server', 1, 5000, { fin: false });
  frame('server', 0, 5000);
  journal.fact(number, 0, { kind: 'pause', at: T0 + 10, from: 'server' });
  journal.fact(number, 1, { kind: 'resume', at: T0 + 20, from: 'server', pausedMs: 10 });
  await journal.close();

  const totals = openReader(folder).timeline('one')?.totals;
  expect(totals).toMatchObject({
    // RFC 6455 §5.2: 2 bytes of header, 2 more from 126 on, 4 of mask from the client.
    client: { bytes: 40 + 6 + 6, frames: 1, ownPings: 1, ownPongs: 1, unansweredPingAt: null, missedPongs: 0 },
    server: {
      bytes: 92 + 2 + 5004 + 5004,
      frames: 4,
      pings: 1,
      largestMessage: 10_000,
      pauses: 1,
      pausedMs: 10,
      pausedSince: null,
    },
    longestNaturalGapMs: expect.closeTo(64_000, 2),
    firsts: { hello: expect.closeTo(T0 + 1000, 2) },
  });
  expect(totals?.server.unansweredPingAt).toBeCloseTo(T0 + 3000, 2);
  expect(totals?.gaps.slice(0, 4)).toEqual([1, 1, 1, 0]);
});
