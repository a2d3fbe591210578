import { once } from 'node:events';
import { createSecureContext, createServer, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { certificate, encodeFrame, OPCODE } from '../kit/fault-peers.ts';
import { caller, openStage, plainTarget, type StageSpec, server, startGateway, tlsTarget } from './stage.ts';

const LEGS: [string, StageSpec][] = [
  ['client leg', { secure: true }],
  ['server leg', { secureTarget: true }],
  ['both legs', { secure: true, secureTarget: true }],
];

const isTls = (spec: StageSpec, side: 'client' | 'server'): boolean =>
  side === 'client' ? spec.secure === true : spec.secureTarget === true;

describe.each(LEGS)('with TLS on the %s', (_name, spec) => {
  test('frames cross both ways', async () => {
    const { client, server } = await openStage(spec);
    const big = encodeFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(300_000, 1), mask: true });
    await client.send(big);
    expect((await server.gotFrame()).wire.equals(big)).toBe(true);
    await server.text('down');
    expect((await client.gotFrame()).payload.toString()).toBe('down');
  });

  test.each(['client', 'server'] as const)('an RST of the %s is an RST for the other', async (side) => {
    const { client, server, log } = await openStage(spec);
    const [near, far] = side === 'client' ? [client, server] : [server, client];
    near.rst();
    expect(await far.ended).toMatchObject({ manner: 'rst', errno: 'ECONNRESET' });
    await log.end();
    expect(log.all('rst')).toMatchObject([{ from: side }]);
  });

  test.each(['client', 'server'] as const)(
    'a FIN of the %s with close_notify is one for the other, which may go on',
    async (side) => {
      const { client, server, log } = await openStage(spec);
      const [near, far] = side === 'client' ? [client, server] : [server, client];
      await near.text('bye');
      near.fin();
      expect(await far.ended).toMatchObject({
        manner: 'fin',
        closeNotify: isTls(spec, side === 'client' ? 'server' : 'client') ? true : null,
      });
      expect(far.frames.map(({ payload }) => payload.toString())).toEqual(['bye']);
      expect(log.all('fin')).toMatchObject([{ from: side, closeNotify: isTls(spec, side) ? true : null }]);
      far.fin();
      await log.end();
      expect(log.kinds.slice(2)).toEqual(['fin', 'fin', 'ended']);
    },
  );

  test.each(['client', 'server'] as const)(
    'a FIN of the %s without close_notify is recorded as that and passed on as that',
    async (side) => {
      const { client, server, log } = await openStage(spec);
      const [near, far] = side === 'client' ? [client, server] : [server, client];
      await near.text('cut');
      near.finWithoutCloseNotify();
      const other = side === 'client' ? 'server' : 'client';
      const cut = isTls(spec, side);
      expect(await far.ended).toMatchObject({ manner: 'fin', closeNotify: isTls(spec, other) ? !cut : null });
      expect(far.frames.map(({ payload }) => payload.toString())).toEqual(['cut']);
      expect(log.all('fin')).toMatchObject([{ from: side, closeNotify: cut ? false : null }]);
    },
  );

  test.each(['client', 'server'] as const)(
    'a megabyte of the %s in front of a FIN arrives whole, with close_notify or without',
    async (side) => {
      for (const polite of [true, false]) {
        const { client, server } = await openStage(spec);
        const [near, far] = side === 'client' ? [client, server] : [server, client];
        const frame = encodeFrame({
          opcode: OPCODE.binary,
          payload: Buffer.alloc(8 << 20, 3),
          mask: side === 'client',
        });
        far.pause();
        const sent = near.send(frame);
        setTimeout(() => far.resume(), 150);
        await sent;
        if (polite) near.fin();
        else near.finWithoutCloseNotify();
        expect(await far.ended).toMatchObject({ manner: 'fin' });
        expect(far.frames[0]?.wire.equals(frame)).toBe(true);
      }
    },
  );
});

/** A TLS server that tells the names it was asked for. */
async function namedServer(): Promise<{
  port: number;
  names: (string | false | null)[];
  protocols: (string | false | null)[];
}> {
  const names: (string | false | null)[] = [];
  const protocols: (string | false | null)[] = [];
  const { cert, key } = certificate();
  const secure = createServer({ cert, key, ALPNProtocols: ['h2', 'http/1.1'] }, (socket: TLSSocket) => {
    names.push(socket.servername);
    protocols.push(socket.alpnProtocol);
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n');
  });
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  onTestFinished(() => void secure.close());
  const address = secure.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, names, protocols };
}

describe('a target over TLS', () => {
  test.each([
    ['upgrade', { headers: [] }],
    ['plain request', { request: 'GET /plain HTTP/1.1\r\nHost: elsewhere\r\n\r\n' }],
  ])('is asked for by its name (SNI), over HTTP/1.1: %s', async (_name, options) => {
    const { port: target, names, protocols } = await namedServer();
    const { port } = await startGateway({ target: tlsTarget(target) });
    const client = await caller({ port, ...options });
    expect((await client.upgrade()).status).toBe(403);
    expect(names).toEqual(['localhost']);
    expect(protocols.every((each) => each !== 'h2')).toBe(true);
  });

  const STRANGERS: [string, ReturnType<typeof tlsTarget>['tls'] & object, RegExp][] = [
    [
      'a certificate that nobody vouches for',
      { context: createSecureContext(), servername: 'localhost', insecure: false },
      /DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO/,
    ],
    [
      'a certificate for another name',
      { context: createSecureContext({ ca: certificate().cert }), servername: 'chat.example', insecure: false },
      /ERR_TLS_CERT_ALTNAME_INVALID/,
    ],
  ];
  test.each(STRANGERS)('with %s is refused: 502 and the reason recorded', async (_name, tls, code) => {
    const target = await server({ tls: certificate() });
    const { port, recording } = await startGateway({ target: tlsTarget(target.port, tls) });
    const client = await caller({ port });
    expect((await client.upgrade()).status).toBe(502);
    await client.ended;
    expect(client.remainder.toString()).toMatch(code);
    const log = await recording.connection();
    expect(await log.fact('target-failed')).toMatchObject({ stage: 'tls', code: expect.stringMatching(code) });
    expect(target.connections.every(({ head }) => head === null)).toBe(true);

    const plain = await caller({ port, request: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' });
    expect((await plain.upgrade()).status).toBe(502);
  });

  test('is taken with any certificate when the operator says insecure', async () => {
    const target = await server({ tls: certificate() });
    const tls = { context: createSecureContext(), servername: 'chat.example', insecure: true };
    const { port } = await startGateway({ target: tlsTarget(target.port, tls) });
    const client = await caller({ port });
    expect((await client.upgrade()).status).toBe(101);
  });

  test('by address needs no name: the certificate is for the address', async () => {
    const target = await server({ tls: certificate() });
    const { port } = await startGateway({ target: tlsTarget(target.port, { servername: '127.0.0.1' }) });
    const client = await caller({ port });
    expect((await client.upgrade()).status).toBe(101);
    target.answer = { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' };
    const plain = await caller({ port, request: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' });
    expect((await plain.upgrade()).status).toBe(200);
  });

  test('that speaks plain HTTP gives a 502 of stage tls', async () => {
    const target = await server({ answer: { raw: 'HTTP/1.1 400 Bad\r\n\r\n' } });
    const { port, recording } = await startGateway({ target: tlsTarget(target.port) });
    target.answer = 'fin-on-accept';
    const client = await caller({ port });
    expect((await client.upgrade()).status).toBe(502);
    expect(await (await recording.connection()).fact('target-failed')).toMatchObject({ stage: 'tls' });
  });
});

describe('a client that speaks plain HTTP to a TLS listener', () => {
  test('is turned away without harm', async () => {
    const { port, logged } = await startGateway({ target: plainTarget(9), secure: true });
    const client = await caller({ port });
    await client.request();
    await client.ended;
    expect(logged.join()).toMatch(/TLS with 127\.0\.0\.1:\d+ failed/);
  });
});
