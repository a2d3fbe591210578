import { describe, expect, test } from 'vitest';
import { type FaultPeer, OPCODE } from '../kit/fault-peers.ts';
import { randomFrames, randomOf, Talker } from './random-stream.ts';
import { openStage, type StageSpec } from './stage.ts';

const MEGABYTES = 1 << 20;

async function conversation(seed: number, bytes: number, spec: StageSpec) {
  const { client, server, log } = await openStage(spec);
  const fromClient = randomFrames(randomOf(seed), true, bytes);
  const fromServer = randomFrames(randomOf(seed + 1), false, bytes);
  const atClient = new Talker(client, randomOf(seed + 2), fromServer);
  const atServer = new Talker(server, randomOf(seed + 3), fromClient);
  await Promise.all([atClient.talk(fromClient), atServer.talk(fromServer), atClient.hear(), atServer.hear()]);
  client.rst();
  const totals = await log.end();
  return { atClient, atServer, totals, log, sent: { client: fromClient, server: fromServer } };
}

describe('random frames in random pieces, both ways at once', () => {
  test('arrive as they were sent, and nothing else does, with keepalive off', async () => {
    const { atClient, atServer, totals, sent } = await conversation(1, 8 * MEGABYTES, {});
    expect([atClient.pings, atServer.pings]).toEqual([0, 0]);
    expect(totals.client.frames).toBe(sent.client.length);
    expect(totals.server.frames).toBe(sent.server.length);
    expect(totals.client.bytes).toBe(Buffer.concat(sent.client).length);
  });

  test.each([2, 3])('arrive so among hangup’s own pings and their pongs, seed %i', async (seed) => {
    const spec = { keepaliveMs: { client: 5, server: 7 } };
    const { atClient, atServer, totals, sent, log } = await conversation(seed * 100, 8 * MEGABYTES, spec);
    expect(atClient.pings).toBeGreaterThan(3);
    expect(atServer.pings).toBeGreaterThan(3);
    expect(totals.client.frames).toBe(sent.client.length);
    expect(totals.server.frames).toBe(sent.server.length);
    expect(totals.client.ownPings).toBeGreaterThanOrEqual(atClient.pings);
    expect(totals.client.ownPongs).toBeGreaterThan(0);
    expect(totals.server.ownPongs).toBeGreaterThan(0);
    const own = log.frames.filter((frame) => frame.own && frame.opcode === OPCODE.ping);
    expect(own.filter(({ from }) => from === 'client').every(({ masked }) => masked)).toBe(true);
    expect(own.filter(({ from }) => from === 'server').some(({ masked }) => masked)).toBe(false);
  });

  test('arrive so over TLS on both legs, with pings', async () => {
    const spec = { secure: true, secureTarget: true, keepaliveMs: { client: 5, server: 7 } };
    const { atClient, atServer } = await conversation(4, 4 * MEGABYTES, spec);
    expect(atClient.pings + atServer.pings).toBeGreaterThan(3);
  });
});

describe('slow readers beside fast ones', () => {
  // Chunks share memory until they are with the kernel: what waits for a slow reader must not be overwritten meanwhile.
  test('each get the bytes that were sent to them', async () => {
    const stages = await Promise.all(Array.from({ length: 8 }, () => openStage()));
    const talks = stages.map(async ({ client, server, log }, i) => {
      const slow = i % 2 === 0;
      const frames = randomFrames(randomOf(40 + i), false, (slow ? 12 : 4) * MEGABYTES);
      const hearer = new Talker(client, randomOf(60 + i), frames);
      if (slow) client.pause();
      const sent = new Talker(server, randomOf(80 + i), []).talk(frames);
      if (slow) {
        await log.fact('pause');
        client.resume();
      }
      await Promise.all([sent, hearer.hear()]);
      client.rst();
      return (await log.end()).server;
    });
    const totals = await Promise.all(talks);
    expect(totals.filter(({ pauses }) => pauses > 0).length).toBeGreaterThanOrEqual(4);
  });
});

/** Random bytes in random pieces; resolves when they are with the kernel. */
async function pour(peer: FaultPeer, bytes: Buffer, random: () => number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const until = at + 1 + Math.floor(random() * 100_000);
    await peer.send(bytes.subarray(at, until));
    at = until;
  }
}

function noise(seed: number, length: number): Buffer {
  const random = randomOf(seed);
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

const afterHead = (peer: FaultPeer): Buffer => peer.received.subarray(peer.received.indexOf('\r\n\r\n') + 4);

describe('bytes that are no frames at all', () => {
  test('cross untouched both ways', async () => {
    const { client, server, log } = await openStage();
    const [up, down] = [noise(5, MEGABYTES), noise(6, MEGABYTES)];
    await Promise.all([pour(client, up, randomOf(7)), pour(server, down, randomOf(8))]);
    client.fin();
    server.fin();
    await Promise.all([client.ended, server.ended]);
    expect(afterHead(server).equals(up)).toBe(true);
    expect(afterHead(client).equals(down)).toBe(true);
    await log.end();
    expect(
      log
        .all('not-websocket')
        .map(({ from }) => from)
        .sort(),
    ).toEqual(['client', 'server']);
  });

  test('end the pings, and the record says from which byte on', async () => {
    const { client, server, log } = await openStage({ keepaliveMs: { client: 5, server: 5 } });
    await Promise.all([client.gotFrame(), server.gotFrame()]);
    await client.text('still fine');
    const { wire } = await server.gotFrame(({ opcode }) => opcode === OPCODE.text);
    await client.garbage();
    expect(await log.fact('not-websocket')).toMatchObject({ from: 'client', byte: wire.length });
    await server.until(
      'the garbage',
      () => server.remainder.length >= 64 || server.received.subarray(-64).every((byte) => byte === 0xff),
    );
    expect(server.received.subarray(-64)).toEqual(Buffer.alloc(64, 0xff));
    const own = () => log.frames.filter(({ own }) => own).length;
    const before = own();
    // Thirty pings would have been due while these cross one by one.
    for (let i = 0; i < 30; i++) {
      await server.text(`${i}`);
      await client.gotFrame(({ payload }) => payload.toString() === `${i}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(own()).toBe(before);
  });
});

describe('a pong', () => {
  test('that answers hangup is taken out although it comes byte by byte; one that does not is relayed so', async () => {
    const { client, server, log } = await openStage({ keepaliveMs: { client: 50 } });
    const ping = await client.gotFrame();
    expect(ping).toMatchObject({ opcode: OPCODE.ping, masked: false, fin: true, rsv: 0 });
    expect(ping.payload).toHaveLength(12);
    const cuts = Array.from({ length: 17 }, (_, i) => i + 1);
    await client.frame({ opcode: OPCODE.pong, payload: ping.payload }, cuts);
    await log.until('the pong', () => log.frames.find(({ own, opcode }) => own && opcode === OPCODE.pong));
    const foreign = Buffer.from(ping.payload);
    foreign[7] = (foreign[7] ?? 0) ^ 1;
    await client.frame({ opcode: OPCODE.pong, payload: foreign }, cuts);
    await client.pong('unsolicited');
    await client.pong(Buffer.alloc(12));
    await server.until('three pongs', () => server.frames.length === 3);
    expect(server.frames.map(({ payload }) => payload)).toEqual([
      foreign,
      Buffer.from('unsolicited'),
      Buffer.alloc(12),
    ]);
  });

  test('that ends in the middle is handed on with the FIN behind it', async () => {
    const { client, server, log } = await openStage({ keepaliveMs: { server: 50 } });
    const ping = await server.gotFrame();
    expect(ping).toMatchObject({ opcode: OPCODE.ping, masked: true });
    const half = Buffer.concat([Buffer.from([0x8a, 12]), ping.payload.subarray(0, 6)]);
    await server.send(half);
    server.fin();
    await client.ended;
    expect(client.remainder).toEqual(half);
    expect(log.all('fin')).toMatchObject([{ from: 'server', insideFrame: { got: 6, of: 12 } }]);
  });
});
