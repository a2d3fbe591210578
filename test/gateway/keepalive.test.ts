import { describe, expect, test } from 'vitest';
import { type FaultPeer, OPCODE } from '../kit/fault-peers.ts';
import { openStage } from './stage.ts';

/** Answers every ping from here on. */
function answerPings(peer: FaultPeer): void {
  peer.polite = true;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('hangup’s pings', () => {
  test('go to each leg at its own interval, and a leg without one gets none', async () => {
    const { client, server } = await openStage({ keepaliveMs: { client: 20 } });
    await client.until('five pings', () => client.frames.length >= 5);
    expect(server.frames).toEqual([]);
    expect(new Set(client.frames.map(({ payload }) => payload.toString('hex'))).size).toBe(client.frames.length);
  });

  test('are answered: the round trip is recorded, nothing is missed, the other side hears nothing of it', async () => {
    const { client, server, log, recording } = await openStage({ keepaliveMs: { client: 100, server: 100 } });
    answerPings(client);
    answerPings(server);
    await log.until('pongs of both', () =>
      (['client', 'server'] as const).every((side) =>
        log.frames.some(({ own, opcode, from }) => own && opcode === OPCODE.pong && from === side),
      ),
    );
    client.fin();
    const totals = await log.end();
    for (const side of ['client', 'server'] as const) {
      expect(totals[side].ownPongs).toBeGreaterThan(0);
      expect(totals[side].roundTripMs).toBeGreaterThan(0);
      expect(totals[side].roundTripMs).toBeLessThan(1000);
      expect(totals[side]).toMatchObject({ frames: 0, pongs: 0, pings: 0 });
      expect(totals[side].lastOwnPongAt).not.toBeNull();
    }
    expect(client.frames.every(({ opcode }) => opcode === OPCODE.ping)).toBe(true);
    expect(new Set(recording.roundTrips)).toEqual(new Set(['client of 0', 'server of 0']));
  });

  test('do not close the natural gap that an idle timer would have seen', async () => {
    const { client, server, log } = await openStage({ keepaliveMs: { client: 10, server: 10 } });
    answerPings(client);
    answerPings(server);
    await client.text('one');
    await server.gotFrame(({ opcode }) => opcode === OPCODE.text);
    await pause(300);
    await client.text('two');
    await server.gotFrame(({ payload }) => payload.toString() === 'two');
    client.fin();
    const totals = await log.end();
    expect(totals.longestNaturalGapMs).toBeGreaterThan(290);
    expect(totals.client.ownPongs).toBeGreaterThan(3);
  });

  test('that go unanswered are counted and recorded, and by default nothing is ever closed', async () => {
    const { client, server, log, gateway } = await openStage({ keepaliveMs: { client: 10 } });
    const missed = await log.until('five missed pongs', () => log.all('pong-missed')[4]);
    expect(log.all('pong-missed').slice(0, 5)).toMatchObject(
      [1, 2, 3, 4, 5].map((each) => ({ from: 'client', missed: each })),
    );
    expect(missed.missed).toBe(5);
    expect(gateway.open).toBe(1);
    expect(client.endings).toEqual([]);
    await server.text('still open');
    await client.gotFrame(({ opcode }) => opcode === OPCODE.text);
    answerPings(client);
    await client.until('a ping', () => client.frames.at(-1)?.opcode === OPCODE.ping);
    await log.until('a pong', () => log.frames.find(({ own, opcode }) => own && opcode === OPCODE.pong));
    const before = log.all('pong-missed').length;
    await log.until(
      'more pongs',
      () => log.frames.filter(({ own, opcode }) => own && opcode === OPCODE.pong).length > 3,
    );
    expect(log.all('pong-missed').length - before).toBeLessThanOrEqual(1);
  });

  test('stop once a Close frame has passed, even one that was waiting for the end of that very frame', async () => {
    const { client, server, log } = await openStage({ keepaliveMs: { client: 10, server: 10 } });
    answerPings(client);
    await client.gotFrame();
    const close = Buffer.from([0x88, 2, 3, 0xe8]);
    await server.send(close.subarray(0, 2));
    await pause(40);
    await server.send(close.subarray(2));
    await client.gotFrame(({ opcode }) => opcode === OPCODE.close);
    await log.fact('close-frame');
    const own = () => log.frames.filter(({ own }) => own).length;
    const before = own();
    await pause(60);
    expect(own() - before).toBeLessThanOrEqual(1); // the client's pong to the last one
    expect(client.frames.at(-1)?.opcode).toBe(OPCODE.close);
  });

  test('stop once a side has sent its FIN', async () => {
    const { client, server, log } = await openStage({ keepaliveMs: { client: 10, server: 10 } });
    await client.gotFrame();
    server.fin();
    await log.fact('fin');
    const before = client.frames.length;
    await client.ended;
    await client.text('half open');
    await server.gotFrame(({ opcode }) => opcode === OPCODE.text);
    await pause(40);
    expect(client.frames.length - before).toBeLessThanOrEqual(1);
    expect(log.kinds).not.toContain('rst');
  });
});

describe('missed pongs', () => {
  test('count in a row: an answer starts them anew', async () => {
    const { client, log } = await openStage({ keepaliveMs: { client: 30 } });
    await log.until('two missed pongs', () => log.all('pong-missed')[1]);
    const ping = client.frames.at(-1);
    await client.pong(ping?.payload);
    await log.until('the pong', () => log.frames.find(({ own, opcode }) => own && opcode === OPCODE.pong));
    const before = log.all('pong-missed').length;
    expect((await log.until('another missed pong', () => log.all('pong-missed')[before])).missed).toBe(1);
  });
});

describe('--dead-after', () => {
  test.each(['client', 'server'] as const)(
    'ends a connection whose %s is silent: RST to the dead, FIN to the living, recorded as hangup’s own',
    async (dead) => {
      const { client, server, log } = await openStage({ keepaliveMs: { [dead]: 15 }, deadAfter: 3 });
      const [silent, living] = dead === 'client' ? [client, server] : [server, client];
      expect(await silent.ended).toMatchObject({ manner: 'rst', errno: 'ECONNRESET' });
      expect(await living.ended).toMatchObject({ manner: 'fin' });
      living.fin();
      await log.end();
      expect(log.all('pong-missed')).toHaveLength(3);
      expect(log.all('own-close')).toMatchObject([{ why: 'dead-peer', side: dead }]);
      expect(log.kinds).not.toContain('rst');
      expect(living.frames.filter(({ opcode }) => opcode === OPCODE.close)).toEqual([]);
    },
  );

  test('leaves a connection alone whose peer answers', async () => {
    const { client, log, gateway } = await openStage({ keepaliveMs: { client: 20 }, deadAfter: 2 });
    answerPings(client);
    await log.until(
      'ten pongs',
      () => log.frames.filter(({ own, opcode }) => own && opcode === OPCODE.pong).length >= 10,
    );
    expect(gateway.open).toBe(1);
    expect(log.kinds).not.toContain('own-close');
  });
});
