import { once } from 'node:events';
import type http from 'node:http';
import { describe, expect, test } from 'vitest';
import { freePort } from '../kit/ports.ts';
import { plainStage, rawClient, readAll } from './plain-stage.ts';
import { caller, server, startGateway } from './stage.ts';

describe('header fields', () => {
  test('keep case, order and duplicates both ways; hop-by-hop ones end', async () => {
    const raw =
      'HTTP/1.1 200 Fine  Indeed\r\nX-lower-UPPER: 1\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nConnection: X-Hop\r\nX-Hop: gone\r\nKeep-Alive: timeout=3\r\nVary: a\r\nContent-Length: 2\r\n\r\nok';
    const target = await server({ answer: { raw } });
    const { port } = await startGateway({ target: target.port });
    const lines =
      'Host: a\r\nX-lower-UPPER: 1\r\nCookie: a=1\r\nX-Twice: 1\r\nX-Twice: 2\r\nConnection: keep-alive, x-hop\r\nX-Hop: gone\r\nTE: trailers\r\nX-Latin: caf\xe9\r\nAccept: */*\r\n';
    const client = await caller({ port, request: `GET /a%20b?q=1&r HTTP/1.1\r\n${lines}\r\n` });
    const head = await client.upgrade();
    await client.until('the body', () => client.remainder.toString() === 'ok');
    const sent = (await target.connection()).head;
    expect(sent?.startLine).toBe('GET /a%20b?q=1&r HTTP/1.1');
    expect(sent?.headers.filter(([name]) => name.toLowerCase() !== 'connection')).toEqual([
      ['Host', 'a'],
      ['X-lower-UPPER', '1'],
      ['Cookie', 'a=1'],
      ['X-Twice', '1'],
      ['X-Twice', '2'],
      ['X-Latin', 'caf\xe9'],
      ['Accept', '*/*'],
    ]);
    expect(head.startLine).toBe('HTTP/1.1 200 Fine  Indeed');
    expect(head.headers.filter(([name]) => !/^(connection|keep-alive)$/i.test(name))).toEqual([
      ['X-lower-UPPER', '1'],
      ['Set-Cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['Vary', 'a'],
      ['Content-Length', '2'],
    ]);
    expect(JSON.stringify(head.headers)).not.toMatch(/X-Hop|timeout=3/);
  });

  test.each([
    ['*', 'OPTIONS'],
    ['http://chat.example/api?x', 'GET'],
    ['//v4/websocket', 'GET'],
  ])('the request target stays as it is: %s', async (path, method) => {
    const target = await server({ answer: { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' } });
    const { port } = await startGateway({ target: target.port });
    const client = await caller({ port, request: `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n` });
    expect((await client.upgrade()).status).toBe(200);
    expect((await target.connection()).head?.startLine).toBe(`${method} ${path} HTTP/1.1`);
  });

  test.each([
    [
      'a Trailer without chunks in the request',
      'GET / HTTP/1.1\r\nHost: a\r\nTrailer: X\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
      200,
    ],
    [
      'a Trailer without chunks in the answer',
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTrailer: X\r\nContent-Length: 0\r\n\r\n',
      200,
    ],
    [
      'a Trailer for an HTTP/1.0 client',
      'GET / HTTP/1.0\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      200,
    ],
    [
      'a reason that no text may have',
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
      'HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n',
      502,
    ],
    ['a status that is none', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n', 502],
    [
      'a 101 that nobody asked for',
      'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
      'HTTP/1.1 101 Sure\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      502,
    ],
    ['no HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'SSH-2.0-OpenSSH\r\n\r\n', 502],
    ['a FIN in the place of an answer', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', '', 502],
  ])('that would trip up a parser do no harm: %s', async (_name, request, raw, status) => {
    const target = await server({ answer: raw === '' ? 'fin' : { raw } });
    const { port } = await startGateway({ target: target.port });
    const client = await caller({ port, request });
    expect((await client.upgrade()).status).toBe(status);
  });

  test.each([
    '\x00\x01\x02 garbage\r\n\r\n',
    'GET / HTTP/1.1\r\nBad Header: x\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00',
  ])('that are malformed get 400 and the connection ends: %j', async (request) => {
    const target = await server();
    const { port } = await startGateway({ target: target.port });
    const client = await caller({ port, request });
    expect((await client.upgrade()).status).toBe(400);
    expect(await client.ended).toMatchObject({ manner: 'fin' });
    expect(target.connections).toHaveLength(0);
  });

  test('of more than 64 KB get 431', async () => {
    const { port } = await startGateway({ target: await freePort() });
    const client = await caller({ port, headers: [['Cookie', 'x'.repeat(70_000)]] });
    expect((await client.upgrade()).status).toBe(431);
  });
});

describe('Expect: 100-continue', () => {
  const head = 'POST /up HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n';

  test('waits for the target’s own 100, and the body follows', async () => {
    const asked = Promise.withResolvers<http.ServerResponse>();
    const { port, target } = await plainStage(() => undefined);
    target.on('checkContinue', async (request, response) => {
      asked.resolve(response);
      response.end(`got ${await readAll(request)} ${request.rawHeaders.includes('Expect')}`);
    });
    const { socket, text, until } = await rawClient(port);
    socket.write(head);
    const response = await asked.promise;
    expect(text()).toBe('');
    response.writeContinue();
    await until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    socket.write('body');
    await until(/got body true/);
  });

  test.each([417, 403])(
    'is refused with %i before the body is sent, and the connection not used again',
    async (status) => {
      const { port, target } = await plainStage(() => undefined);
      target.on('checkContinue', (_request, response) => {
        response.writeHead(status, { 'Content-Length': 2 });
        response.end('no');
      });
      const { socket, text, until } = await rawClient(port);
      socket.write(head);
      await until(new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*no$`));
      expect(text()).toMatch(/connection: close/i);
      expect(text()).not.toContain('100 Continue');
      if (!socket.readableEnded) await once(socket, 'end');
    },
  );

  test('of another kind is for the target to judge', async () => {
    const target = await server({ answer: { raw: 'HTTP/1.1 417 Mine\r\nContent-Length: 0\r\n\r\n' } });
    const { port } = await startGateway({ target: target.port });
    const client = await caller({ port, request: 'GET / HTTP/1.1\r\nHost: a\r\nExpect: the-impossible\r\n\r\n' });
    expect((await client.upgrade()).startLine).toBe('HTTP/1.1 417 Mine');
  });
});
