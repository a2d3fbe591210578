import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import {
  certificate,
  closeCode,
  connectClient,
  encodeFrame,
  type FaultClient,
  type FaultConnection,
  type FaultPeer,
  FrameReader,
  type FrameSpec,
  OPCODE,
  openClient,
  type ServerOptions,
  startServer,
} from './fault-peers.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function pair(options: ServerOptions = {}): Promise<[FaultClient, FaultConnection]> {
  const server = await startServer(options);
  cleanups.push(() => server.close());
  const client = await openClient({ port: server.port, tls: options.tls !== undefined });
  cleanups.push(() => client.close());
  return [client, await server.upgraded()];
}

/** Each act, by either side, and what the other side must see. */
const ACTS: [string, (peer: FaultPeer) => unknown, { manner: string; errno: string | null }][] = [
  ['fin', (peer) => peer.fin(), { manner: 'fin', errno: null }],
  ['close', (peer) => peer.close(), { manner: 'fin', errno: null }],
  ['close frame, then FIN', (peer) => peer.closeThenFin(1001), { manner: 'fin', errno: null }],
  ['rst', (peer) => peer.rst(), { manner: 'rst', errno: 'ECONNRESET' }],
  [
    'rst after data',
    (peer) => peer.rstAfter(encodeFrame({ payload: 'last words' })),
    { manner: 'rst', errno: 'ECONNRESET' },
  ],
];

describe('a fault is seen by errno on the far side', () => {
  test.each(ACTS)('client: %s', async (_name, act, seen) => {
    const [client, server] = await pair();
    await act(client);
    expect(await server.ended).toMatchObject(seen);
  });

  test.each(ACTS)('server: %s', async (_name, act, seen) => {
    const [client, server] = await pair();
    await act(server);
    expect(await client.ended).toMatchObject(seen);
  });

  test('the bytes before a reset arrive before it', async () => {
    const [client, server] = await pair();
    await server.rstAfter(encodeFrame({ payload: 'last words' }));
    expect((await client.gotFrame()).payload.toString()).toBe('last words');
    expect((await client.ended).manner).toBe('rst');
  });

  test('half-close: the other direction goes on', async () => {
    const [client, server] = await pair();
    client.fin();
    await server.ended;
    await server.text('still here');
    expect((await client.gotFrame()).payload.toString()).toBe('still here');
    expect(client.endings).toEqual([]);
  });

  test('leaving with unread bytes is an RST', async () => {
    const [client, server] = await pair();
    client.pause();
    await server.send(Buffer.alloc(400_000));
    client.close();
    expect((await server.ended).errno).toBe('ECONNRESET');
  });

  test('a slow reader stops its sender, and sees everything once it reads', async () => {
    const [client, server] = await pair();
    const payload = Buffer.alloc(16_000_000);
    client.pause();
    let taken = false;
    const sent = server.frame({ opcode: OPCODE.binary, payload }).then(() => {
      taken = true;
    });
    await server.until('a full kernel buffer', () => server.socket.writableLength > 0);
    expect(taken).toBe(false);
    client.resume();
    await sent;
    expect((await client.gotFrame()).payload.length).toBe(payload.length);
  });

  test('this end closed first: local', async () => {
    const [client] = await pair();
    client.close();
    expect((await client.ended).manner).toBe('local');
  });
});

describe('before the upgrade', () => {
  test.each([
    ['rst', 'rst'],
    ['fin', 'fin'],
    ['fin-on-accept', 'fin'],
  ] as const)('server answers with %s', async (answer, manner) => {
    const server = await startServer({ answer });
    cleanups.push(() => server.close());
    const client = await connectClient({ port: server.port });
    await expect(client.upgrade()).rejects.toThrow();
    expect((await client.ended).manner).toBe(manner);
  });

  test('a server that resets on accept', async () => {
    const server = await startServer({ answer: 'rst-on-accept' });
    cleanups.push(() => server.close());
    const socket = connect(server.port, '127.0.0.1');
    const [error] = await once(socket, 'error');
    expect(error.code).toBe('ECONNRESET');
  });

  test('a client resets between its request and the answer', async () => {
    const server = await startServer({ answer: 'never' });
    cleanups.push(() => server.close());
    const client = await connectClient({ port: server.port });
    await client.request();
    const seen = await server.connection();
    client.rst();
    expect((await seen.ended).errno).toBe('ECONNRESET');
  });

  test('a scripted answer arrives as it was written', async () => {
    const raw = 'HTTP/1.1 403 Nope\r\nX-Why: origin\r\nContent-Length: 2\r\n\r\nno';
    const server = await startServer({ answer: { raw, end: 'fin' } });
    cleanups.push(() => server.close());
    const client = await connectClient({ port: server.port, request: 'GET /x HTTP/1.0\r\nHost: a\r\n\r\n' });
    expect((await client.upgrade()).status).toBe(403);
    await client.ended;
    expect(client.received.toString()).toBe(raw);
    expect((await server.connection()).head?.text).toBe('GET /x HTTP/1.0\r\nHost: a');
  });

  test('a wait in vain names what it waited for', async () => {
    const server = await startServer({ answer: 'never' });
    cleanups.push(() => server.close());
    const client = await connectClient({ port: server.port });
    await expect(client.upgrade(20)).rejects.toThrow(/20 ms for the answer to the upgrade; 0 bytes/);
    client.close();
  });
});

describe('frames', () => {
  const SPECS: FrameSpec[] = [0, 1, 125, 126, 127, 65_535, 65_536].flatMap((size) => [
    { payload: Buffer.alloc(size, 7), mask: true },
    { payload: Buffer.alloc(size, 7), opcode: 2, fin: false, rsv: 4 },
    { payload: Buffer.alloc(size, 7), lengthForm: 64 },
  ]);

  test.each([997, 65_536, 1_000_000])('read back whole from chunks of %i', (size) => {
    const wire = Buffer.concat(SPECS.map(encodeFrame));
    const reader = new FrameReader();
    const frames = [];
    for (let at = 0; at < wire.length; at += size) frames.push(...reader.push(wire.subarray(at, at + size)));
    expect(frames.map((frame) => [frame.payload.length, frame.opcode, frame.fin, frame.rsv, frame.masked])).toEqual(
      SPECS.map((spec) => [
        spec.payload?.length,
        spec.opcode ?? 1,
        spec.fin ?? true,
        spec.rsv ?? 0,
        spec.mask ?? false,
      ]),
    );
    expect(Buffer.concat(frames.map((frame) => frame.wire)).equals(wire)).toBe(true);
  });

  test('a frame cut into single bytes arrives whole', async () => {
    const [client, server] = await pair();
    await client.frame({ payload: 'abcdef' }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const frame = await server.gotFrame();
    expect([frame.payload.toString(), frame.masked]).toEqual(['abcdef', true]);
  });

  test('a polite client and the ws server shake hands', async () => {
    const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    cleanups.push(() => wss.close());
    await once(wss, 'listening');
    const address = wss.address();
    wss.on('connection', (socket) => socket.on('message', () => socket.close(4321, 'bye')));
    const client = await openClient({ port: typeof address === 'object' ? (address?.port ?? 0) : 0, polite: true });
    await client.text('hello');
    expect(closeCode(await client.gotFrame((frame) => frame.opcode === OPCODE.close))).toBe(4321);
    expect((await client.ended).manner).toBe('fin');
  });

  test('a polite server and the ws client shake hands', async () => {
    const server = await startServer({ polite: true });
    cleanups.push(() => server.close());
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}`);
    await once(socket, 'open');
    const ponged = once(socket, 'pong');
    socket.ping('x');
    await ponged;
    const closed = once(socket, 'close');
    socket.close(1001);
    expect((await closed)[0]).toBe(1001);
  });
});

describe('TLS', () => {
  test('close_notify before the FIN is told from a bare FIN', async () => {
    const [one, oneServer] = await pair({ tls: certificate() });
    await one.text('over TLS');
    expect((await oneServer.gotFrame()).payload.toString()).toBe('over TLS');
    oneServer.fin();
    expect(await one.ended).toMatchObject({ manner: 'fin', closeNotify: true });
    const [two, twoServer] = await pair({ tls: certificate() });
    twoServer.finWithoutCloseNotify();
    expect(await two.ended).toMatchObject({ manner: 'fin', closeNotify: false });
  });

  test('a reset is ECONNRESET', async () => {
    const [client, server] = await pair({ tls: certificate() });
    client.rst();
    expect((await server.ended).errno).toBe('ECONNRESET');
  });
});

test('a server that stopped listening refuses, and keeps what it has', async () => {
  const server = await startServer({ polite: true });
  cleanups.push(() => server.close());
  const client = await openClient({ port: server.port });
  server.stopListening();
  const [error] = await once(connect(server.port, '127.0.0.1'), 'error');
  expect(error.code).toBe('ECONNREFUSED');
  await client.ping();
  expect((await client.gotFrame()).opcode).toBe(OPCODE.pong);
  client.close();
});
