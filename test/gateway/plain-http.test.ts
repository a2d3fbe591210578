import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../kit/ports.ts';
import { caller, server, startGateway } from './stage.ts';
import { answerOf, ask, httpServer, plainStage, portOf, readAll } from './plain-stage.ts';

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function digest(stream: IncomingMessage): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

describe('bodies', () => {
  test('of 50 MB go up unharmed, with a length and chunked', async () => {
    const { port } = await plainStage(async (request, response) => {
      response.end(JSON.stringify([await digest(request), request.headers['content-length'], request.headers['transfer-encoding']]));
    });
    const body = randomBytes(50 << 20);
    const sized = await ask({ port, method: 'POST', headers: { 'Content-Length': body.length } }, body);
    expect(JSON.parse(sized.body.toString())).toEqual([sha(body), String(body.length), null]);
    const chunked = await ask({ port, method: 'PUT', headers: { 'Transfer-Encoding': 'chunked' } }, body);
    expect(JSON.parse(chunked.body.toString())).toEqual([sha(body), null, 'chunked']);
  });

  test('of 50 MB come down unharmed, to a client that reads slowly', async () => {
    const body = randomBytes(50 << 20);
    const { port } = await plainStage((_request, response) => void response.end(body));
    const request = http.get({ port, host: '127.0.0.1' });
    const answer = await answerOf(request);
    answer.pause();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await digest(answer)).toBe(sha(body));
  });

  test('that trickle arrive as they trickle', async () => {
    const steps: (() => void)[] = [];
    const { port } = await plainStage((_request, response) => {
      response.flushHeaders();
      steps.push(() => void response.write('one'), () => void response.write('two'), () => void response.end());
    });
    const answer = await answerOf(http.get({ port, host: '127.0.0.1' }));
    for (const expected of ['one', 'two']) {
      steps.shift()?.();
      const [chunk] = await once(answer, 'data');
      expect(String(chunk)).toBe(expected);
    }
    steps.shift()?.();
    answer.resume();
    await once(answer, 'end');
  });

  test('of requests that trickle reach the target as they trickle', async () => {
    const seen: string[] = [];
    const arrived = Promise.withResolvers<IncomingMessage>();
    const { port } = await plainStage((request, response) => {
      arrived.resolve(request);
      request.on('data', (chunk) => seen.push(String(chunk)));
      request.on('end', () => response.end('done'));
    });
    const request = http.request({ port, host: '127.0.0.1', method: 'POST' });
    request.write('one');
    const far = await arrived.promise;
    if (seen.length === 0) await once(far, 'data');
    request.write('two');
    await once(far, 'data');
    request.end();
    expect((await readAll(await answerOf(request))).toString()).toBe('done');
    expect(seen).toEqual(['one', 'two']);
  });

  test('have their trailers with them, both ways', async () => {
    const { port } = await plainStage(async (request, response) => {
      await readAll(request);
      response.setHeader('Trailer', 'X-Down');
      response.write('body');
      response.addTrailers({ 'X-Down': request.rawTrailers.join('=') });
      response.end();
    });
    const request = http.request({ port, host: '127.0.0.1', method: 'POST', headers: { Trailer: 'X-Up', 'Transfer-Encoding': 'chunked' } });
    request.write('body');
    request.addTrailers({ 'X-Up': 'sum' });
    request.end();
    const answer = await answerOf(request);
    await readAll(answer);
    expect(answer.rawTrailers).toEqual(['X-Down', 'X-Up=sum']);
  });

  test('that need not come do not: HEAD, 204, 304 keep their length fields', async () => {
    const { port, agent } = await plainStage((request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, status === 204 ? {} : { 'Content-Length': '1234', ETag: '"a"' });
      response.end();
    });
    for (const [method, path, length] of [['HEAD', '/200', '1234'], ['GET', '/204', undefined], ['GET', '/304', '1234']] as const) {
      const { answer, body } = await ask({ port, agent, method, path });
      expect(answer.statusCode).toBe(Number(path.slice(1)));
      expect(answer.headers['content-length']).toBe(length);
      expect(body).toHaveLength(0);
    }
  });
});

describe('header fields', () => {
  test('keep case, order and duplicates both ways; hop-by-hop ones end', async () => {
    const raw = 'HTTP/1.1 200 Fine  Indeed\r\nX-lower-UPPER: 1\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nConnection: X-Hop\r\nX-Hop: gone\r\nKeep-Alive: timeout=3\r\nVary: a\r\nContent-Length: 2\r\n\r\nok';
    const target = await server({ answer: { raw } });
    const { port } = await startGateway({ target: target.port });
    const lines = 'Host: a\r\nX-lower-UPPER: 1\r\nCookie: a=1\r\nX-Twice: 1\r\nX-Twice: 2\r\nConnection: keep-alive, x-hop\r\nX-Hop: gone\r\nTE: trailers\r\nX-Latin: caf\xe9\r\nAccept: */*\r\n';
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

  test.each([['*', 'OPTIONS'], ['http://chat.example/api?x', 'GET'], ['//v4/websocket', 'GET']])('the request target stays as it is: %s', async (path, method) => {
    const target = await server({ answer: { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' } });
    const { port } = await startGateway({ target: target.port });
    const client = await caller({ port, request: `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n` });
    expect((await client.upgrade()).status).toBe(200);
    expect((await target.connection()).head?.startLine).toBe(`${method} ${path} HTTP/1.1`);
  });

  test.each([
    ['a Trailer without chunks in the request', 'GET / HTTP/1.1\r\nHost: a\r\nTrailer: X\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 200],
    ['a Trailer without chunks in the answer', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 200 OK\r\nTrailer: X\r\nContent-Length: 0\r\n\r\n', 200],
    ['a Trailer for an HTTP/1.0 client', 'GET / HTTP/1.0\r\n\r\n', 'HTTP/1.1 200 OK\r\nTrailer: X\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 200],
    ['a reason that no text may have', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 200 O\x01K\r\nContent-Length: 0\r\n\r\n', 502],
    ['a status that is none', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n', 502],
    ['a 101 that nobody asked for', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'HTTP/1.1 101 Sure\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n', 502],
    ['no HTTP', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 'SSH-2.0-OpenSSH\r\n\r\n', 502],
    ['a FIN in the place of an answer', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', '', 502],
  ])('that would trip up a parser do no harm: %s', async (_name, request, raw, status) => {
    const target = await server({ answer: raw === '' ? 'fin' : { raw } });
    const { port } = await startGateway({ target: target.port });
    const client = await caller({ port, request });
    expect((await client.upgrade()).status).toBe(status);
  });

  test.each(['\x00\x01\x02 garbage\r\n\r\n', 'GET /\r\n\r\n', 'GET / HTTP/1.1\r\nBad Header: x\r\n\r\n', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00'])('that are malformed get 400 and the connection ends: %j', async (request) => {
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

/** Talks HTTP by hand. */
async function rawClient(port: number): Promise<{ socket: Socket; text: () => string; until: (what: RegExp) => Promise<void> }> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  const until = async (what: RegExp): Promise<void> => {
    while (!what.test(text)) await once(socket, 'data');
  };
  return { socket, text: () => text, until };
}

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

  test.each([417, 403])('is refused with %i before the body is sent, and the connection not used again', async (status) => {
    const { port, target } = await plainStage(() => undefined);
    target.on('checkContinue', (_request, response) => {
      response.writeHead(status, { 'Content-Length': 2 });
      response.end('no');
    });
    const { socket, text, until } = await rawClient(port);
    socket.write(head);
    await until(new RegExp(`^HTTP/1\\.1 ${status} [^]*no$`));
    expect(text()).toMatch(/connection: close/i);
    expect(text()).not.toContain('100 Continue');
    if (!socket.readableEnded) await once(socket, 'end');
  });

  test('of another kind is for the target to judge', async () => {
    const target = await server({ answer: { raw: 'HTTP/1.1 417 Mine\r\nContent-Length: 0\r\n\r\n' } });
    const { port } = await startGateway({ target: target.port });
    const client = await caller({ port, request: 'GET / HTTP/1.1\r\nHost: a\r\nExpect: the-impossible\r\n\r\n' });
    expect((await client.upgrade()).startLine).toBe('HTTP/1.1 417 Mine');
  });
});

describe('a client that goes away', () => {
  test('in the middle of its upload is seen by the target', async () => {
    const gone = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { port } = await plainStage((request) => {
      request.once('data', () => arrived.resolve());
      request.once('close', () => gone.resolve());
      request.on('error', () => undefined);
    });
    const { socket } = await rawClient(port);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nsome');
    await arrived.promise;
    socket.resetAndDestroy();
    await gone.promise;
  });

  test.each(['fin', 'rst'] as const)('in the middle of its download is seen by the target: %s', async (how) => {
    const gone = Promise.withResolvers<void>();
    const { port } = await plainStage((_request, response) => {
      response.once('close', () => gone.resolve());
      response.write('some');
    });
    const { socket, until } = await rawClient(port);
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await until(/some/);
    if (how === 'fin') socket.destroy();
    else socket.resetAndDestroy();
    await gone.promise;
  });
});

describe('a target that goes away', () => {
  test('in the middle of its answer breaks the answer off: a cut file does not look whole', async () => {
    const { port } = await plainStage((_request, response) => {
      response.writeHead(200, { 'Content-Length': 1000 });
      response.write('some', () => response.socket?.destroy());
    });
    const answer = await answerOf(http.get({ port, host: '127.0.0.1' }));
    await expect(readAll(answer)).rejects.toThrow('aborted');
  });

  test('in the middle of a chunked answer breaks it off', async () => {
    const { port } = await plainStage((_request, response) => {
      response.write('some', () => response.socket?.resetAndDestroy());
    });
    const answer = await answerOf(http.get({ port, host: '127.0.0.1' }));
    await expect(readAll(answer)).rejects.toThrow('aborted');
  });

  test('is answered for in one plain sentence with 502', async () => {
    const target = await freePort();
    const { port, recording } = await startGateway({ target });
    const { answer, body } = await ask({ port, method: 'POST' }, 'body');
    expect(answer.statusCode).toBe(502);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(body.toString()).toBe(`hangup: the target http://127.0.0.1:${target} cannot be used: nothing listens there (ECONNREFUSED)\n`);
    expect(recording.refused).toEqual(['ECONNREFUSED']);
  });

  test('and is restarted between two requests is not noticed by the client', async () => {
    const { port, target, targetPort, agent } = await plainStage((_request, response) => void response.end('old'));
    expect((await ask({ port, agent })).body.toString()).toBe('old');
    target.close();
    target.closeAllConnections();
    await once(target, 'close');
    await httpServer((_request, response) => void response.end('new'), targetPort);
    expect((await ask({ port, agent })).body.toString()).toBe('new');
  });

  test('just as a kept connection is used again: a GET is sent anew, a POST is not', async () => {
    let requests = 0;
    const { port, agent } = await plainStage((request, response) => {
      // Every second request on a connection meets a target that is closing it.
      if (++requests % 2 === 0) request.socket.resetAndDestroy();
      else response.end(`${requests}`);
    });
    expect((await ask({ port, agent })).body.toString()).toBe('1');
    expect((await ask({ port, agent })).body.toString()).toBe('3');
    const { answer } = await ask({ port, agent, method: 'POST' }, 'once');
    expect(answer.statusCode).toBe(502);
    expect(requests).toBe(4);
  });

  test('after an early answer to a large upload: the answer arrives', async () => {
    const { port } = await plainStage((_request, response) => {
      response.writeHead(413, { Connection: 'close', 'Content-Length': 4 });
      response.end('big!');
    });
    const request = http.request({ port, host: '127.0.0.1', method: 'POST', headers: { 'Content-Length': 1 << 30 } });
    request.on('error', () => undefined);
    request.write(Buffer.alloc(1 << 20));
    const answer = await answerOf(request);
    expect(answer.statusCode).toBe(413);
    expect((await readAll(answer)).toString()).toBe('big!');
    request.destroy();
  });
});

describe('connections', () => {
  test('are kept and used again on both sides', async () => {
    const ports = new Set<number | undefined>();
    const { port, agent } = await plainStage((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const near = new Set<number | undefined>();
    for (let i = 0; i < 20; i++) {
      const { answer } = await ask({ port, agent });
      near.add(answer.socket.localPort);
      // The kept connection is free again one turn after the answer's end.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(near.size).toBe(1);
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  test('of an HTTP/1.0 client end with the answer, which is not chunked', async () => {
    const { port } = await plainStage((_request, response) => {
      response.write('a');
      response.end('b');
    });
    const { socket, text } = await rawClient(port);
    socket.write('GET / HTTP/1.0\r\n\r\n');
    await once(socket, 'end');
    expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nab$/);
    expect(text()).not.toMatch(/chunked/i);
  });

  test('carry pipelined requests, answered in their order', async () => {
    const { port } = await plainStage((request, response) => {
      // The first is the slowest.
      setTimeout(() => response.end(`<${request.url}>`), request.url === '/0' ? 60 : 0);
    });
    const { socket, text, until } = await rawClient(port);
    socket.write([0, 1, 2, 3].map((i) => `GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await until(/<\/3>/);
    expect(text().match(/<\/\d>/g)).toEqual(['</0>', '</1>', '</2>', '</3>']);
  });

  test('hold 300 long polls at once, each with its head before its body', async () => {
    const waiting: http.ServerResponse[] = [];
    const { port, targetPort } = await plainStage((_request, response) => {
      response.flushHeaders();
      waiting.push(response);
    });
    expect(targetPort).toBeGreaterThan(0);
    const answers = await Promise.all(Array.from({ length: 300 }, () => answerOf(http.get({ port, host: '127.0.0.1', agent: false }))));
    expect(waiting).toHaveLength(300);
    for (const [i, response] of waiting.entries()) response.end(`poll ${i}`);
    const bodies = await Promise.all(answers.map(async (answer) => (await readAll(answer)).toString()));
    expect(new Set(bodies).size).toBe(300);
  });
});

describe('plain requests and upgrades side by side', () => {
  test('do not disturb each other', async () => {
    const target = await httpServer(async (request, response) => void response.end(await readAll(request)));
    target.on('upgrade', (request, socket) => {
      socket.on('error', () => undefined);
      socket.write(`HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`);
      socket.write(Buffer.concat([Buffer.from([0x81, String(request.url).length]), Buffer.from(String(request.url))]));
      socket.on('end', () => socket.end());
      socket.resume();
    });
    const { port, recording } = await startGateway({ target: portOf(target) });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 20 });
    onTestFinished(() => agent.destroy());
    const jobs = Array.from({ length: 200 }, async (_, i) => {
      if (i % 4 !== 0) {
        const { body } = await ask({ port, agent, method: 'POST' }, `body ${i}`);
        expect(body.toString()).toBe(`body ${i}`);
        return;
      }
      const client = await caller({ port, path: `/${i}` });
      await client.upgrade();
      expect((await client.gotFrame()).payload.toString()).toBe(`/${i}`);
      client.fin();
      await client.ended;
    });
    await Promise.all(jobs);
    expect(recording.connections).toHaveLength(50);
  });
});
