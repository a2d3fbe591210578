import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { RawPeer } from './raw-peer.ts';
import { ALICE, BOB, bearer, nextEnd, rawPeer, standinForTest } from './standin-peers.ts';

const CLOSE = 8;
const PING = 9;
const PONG = 10;

const closeFrames = (peer: RawPeer): Buffer[] =>
  peer.frames.filter((frame) => frame.opcode === CLOSE).map((frame) => frame.payload);

describe('ends with a FIN and without a Close frame', () => {
  it('when nobody has authenticated in time', async () => {
    const standin = await standinForTest({ authMs: 200 });
    const why = nextEnd(standin);
    const start = performance.now();
    const peer = await rawPeer(standin);
    expect(await peer.ended).toBe('fin');
    expect(performance.now() - start).toBeGreaterThan(190);
    expect(peer.frames).toEqual([]);
    expect(await why).toBe('unauthenticated');
  });

  it.each([
    ['header', bearer('wrong')],
    ['cookie', 'Cookie: a=b; MMAUTHTOKEN=wrong'],
  ])('with a wrong token in the %s, which still upgrades', async (_where, header) => {
    const standin = await standinForTest({ authMs: 100 });
    const why = nextEnd(standin);
    const peer = await rawPeer(standin, { headers: [header] });
    expect(peer.head).toMatch(/^HTTP\/1\.1 101 /);
    expect(await peer.ended).toBe('fin');
    expect(await why).toBe('unauthenticated');
    expect(peer.frames).toEqual([]);
  });

  it.each([
    [
      'a challenge with a wrong token',
      '{"seq":1,"action":"authentication_challenge","data":{"token":"x"}}',
      'bad-token',
    ],
    ['JSON that cannot be decoded', 'not json', 'bad-json'],
    ['a seq that is no number', '{"action":"ping","seq":"1"}', 'bad-json'],
    ['data that is no object', '{"action":"ping","seq":1,"data":[]}', 'bad-json'],
  ])('after %s', async (_what, text, expected) => {
    const standin = await standinForTest();
    const why = nextEnd(standin);
    const peer = await rawPeer(standin);
    peer.send(1, text);
    expect(await peer.ended).toBe('fin');
    expect(await why).toBe(expected);
    expect(peer.frames).toEqual([]);
  });

  it('when no Pong frame came, whatever else the client sends', async () => {
    const standin = await standinForTest({ pingMs: 100, pongMs: 290 });
    const why = nextEnd(standin);
    const start = performance.now();
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    // The client speaks whenever it is pinged, and is silent towards the end: a late byte would provoke an RST.
    for (const index of [2, 5]) {
      expect((await peer.frame(index)).opcode).toBe(PING);
      peer.send(1, '{"action":"ping","seq":1}');
      peer.send(PING, 'mine');
    }
    expect(await peer.ended).toBe('fin');
    expect(performance.now() - start).toBeGreaterThan(280);
    expect(await why).toBe('no-pong');
    expect(peer.frames.filter((frame) => frame.opcode === PING).map((frame) => frame.payload.length)).toEqual([0, 0]);
    expect(peer.frames.find((frame) => frame.opcode === PONG)?.payload.toString()).toBe('mine');
    expect(closeFrames(peer)).toEqual([]);
  });

  it.each([
    ['an id that is none', 'connection_id=short&sequence_number=0'],
    ['an id in a wrong alphabet', `connection_id=${'-'.repeat(26)}&sequence_number=0`],
  ])('right after the 101, with %s in the URL', async (_what, query) => {
    const standin = await standinForTest();
    const why = nextEnd(standin);
    const peer = await rawPeer(standin, { path: `/api/v4/websocket?${query}`, headers: [bearer(BOB)] });
    expect(peer.head).toMatch(/^HTTP\/1\.1 101 /);
    expect(await peer.ended).toBe('fin');
    expect(await why).toBe('resume-rejected');
    expect(peer.frames).toEqual([]);
  });

  it('for everybody at its shutdown, and refuses the next one', async () => {
    const standin = await standinForTest();
    const peers = await Promise.all([1, 2, 3].map(() => rawPeer(standin, { headers: [bearer(BOB)] })));
    await Promise.all(peers.map((peer) => peer.frame(0)));
    await standin.shutdown();
    expect(await Promise.all(peers.map((peer) => peer.ended))).toEqual(['fin', 'fin', 'fin']);
    expect(peers.flatMap(closeFrames)).toEqual([]);
    await expect(fetch(`${standin.url}/api/v4/system/ping`)).rejects.toThrow('fetch failed');
  });

  it('when told to, and goes on listening', async () => {
    const standin = await standinForTest();
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    await peer.frame(1);
    standin.finAll();
    expect(await peer.ended).toBe('fin');
    expect((await fetch(`${standin.url}/api/v4/system/ping`)).status).toBe(200);
  });

  it('when a write stays blocked; what the kernel had taken still arrives', async () => {
    const standin = await standinForTest({ writeMs: 200 });
    const why = nextEnd(standin);
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    await peer.frame(1);
    peer.socket.pause();
    const message = 'x'.repeat(64 * 1024);
    // Until the socket takes no more: loopback holds some megabytes.
    while ((standin.connections[0]?.waiting ?? 0) < 3) standin.post('O', message);
    expect(await why).toBe('write-timeout');
    peer.socket.resume();
    expect(await peer.ended).toBe('fin');
    expect(peer.frames.length).toBeGreaterThan(10);
    expect(closeFrames(peer)).toEqual([]);
  });
});

describe('ends with a Close frame', () => {
  it('1009 for a message of more than 8192 bytes, and takes one of 8192', async () => {
    const standin = await standinForTest();
    const why = nextEnd(standin);
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    await peer.frame(1);
    const frame = '{"action":"ping","seq":1,"data":{"x":""}}';
    peer.send(1, frame.replace('""', `"${'y'.repeat(8192 - frame.length)}"`));
    expect((await peer.frame(2)).payload.toString()).toContain('"text":"pong"');
    peer.send(1, 'z'.repeat(8193));
    expect((await peer.frame(3)).payload).toEqual(Buffer.from([0x03, 0xf1]));
    expect(await why).toBe('too-big');
    await peer.ended;
  });

  it('1002 for a frame that is not masked', async () => {
    const standin = await standinForTest();
    const why = nextEnd(standin);
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    await peer.frame(1);
    peer.socket.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]));
    expect((await peer.frame(2)).payload).toEqual(Buffer.from([0x03, 0xea]));
    expect(await why).toBe('protocol-error');
    expect(await peer.ended).toBe('fin');
  });

  it('with an empty one when the queue of 256 is full, after all that had waited', async () => {
    const standin = await standinForTest();
    const why = nextEnd(standin);
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    await peer.frame(1);
    peer.socket.pause();
    const message = 'x'.repeat(64 * 1024);
    let posts = 0;
    while ((standin.connections[0]?.waiting ?? 0) < 256) {
      standin.post('O', message);
      posts++;
    }
    standin.post('O', 'one too many');
    standin.post('O', 'and one more');
    peer.socket.resume();
    expect(await why).toBe('queue-full');
    await peer.ended;
    const last = peer.frames.at(-1);
    expect([last?.opcode, last?.payload.length]).toEqual([CLOSE, 0]);
    expect(closeFrames(peer)).toHaveLength(1);
    expect(peer.frames.filter((frame) => frame.payload.includes('"event":"posted"'))).toHaveLength(posts);
  });

  it('that echoes the code of the client, without its reason', async () => {
    const standin = await standinForTest();
    const why = nextEnd(standin);
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    await peer.frame(1);
    peer.send(CLOSE, Buffer.concat([Buffer.from([0x03, 0xe9]), Buffer.from('bye')]));
    expect((await peer.frame(2)).payload).toEqual(Buffer.from([0x03, 0xe9]));
    expect(await peer.ended).toBe('fin');
    expect(await why).toBe('close-frame');
  });
});

it('resets everybody when told to', async () => {
  const standin = await standinForTest();
  const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
  await peer.frame(1);
  standin.resetAll();
  expect(await peer.ended).toBe('rst');
  expect(peer.frames).toHaveLength(2);
});

describe('tells apart how a client left', () => {
  it.each([
    ['a FIN', 'peer-fin', (peer: RawPeer) => peer.socket.end()],
    ['an RST', 'peer-reset', (peer: RawPeer) => peer.socket.resetAndDestroy()],
  ] as const)('%s', async (_how, expected, leave) => {
    const standin = await standinForTest();
    const why = nextEnd(standin);
    const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
    await peer.frame(1);
    leave(peer);
    expect(await why).toBe(expected);
    expect(standin.connections).toEqual([]);
  });
});

it('stays open as long as its pings are answered', async () => {
  const standin = await standinForTest({ pingMs: 40, pongMs: 130 });
  const peer = await rawPeer(standin, { headers: [bearer(BOB)] });
  await peer.frame(1);
  // Ten pings take three times the deadline.
  for (let i = 2; i < 12; i++) {
    expect((await peer.frame(i)).opcode).toBe(PING);
    peer.send(PONG, '');
  }
  expect(standin.connections).toHaveLength(1);
});

it('drops typing events, and only those, from 128 waiting messages on', async () => {
  const standin = await standinForTest();
  const slow = await rawPeer(standin, { headers: [bearer(BOB)] });
  await slow.frame(1);
  slow.socket.pause();
  const message = 'x'.repeat(64 * 1024);
  while ((standin.connections[0]?.waiting ?? 0) < 127) standin.post('O', message, { from: 'bot' });
  const typist = await rawPeer(standin, { headers: [bearer(ALICE)] });
  await typist.frame(1);
  const channel = standin.world.channelOf('O', null, null);
  const typing = `{"action":"user_typing","seq":1,"data":{"channel_id":"${channel?.id}"}}`;
  for (let i = 0; i < 3; i++) {
    typist.send(1, typing);
    await once(standin.events, 'action');
  }
  await typist.frame(4);
  expect(standin.connections[0]?.waiting).toBe(128);
  standin.post('O', 'after');
  expect(standin.connections[0]?.waiting).toBe(129);
});
