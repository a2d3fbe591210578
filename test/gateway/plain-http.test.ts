import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { answerOf, ask, httpServer, plainStage, portOf, rawClient, readAll } from './plain-stage.ts';
import { caller, startGateway } from './stage.ts';

const sha = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function digest(stream: IncomingMessage): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}

describe('bodies', () => {
  test('of 50 MB go up unharmed, with a length and chunked', async () => {
    const { port } = await plainStage(async (request, response) => {
      response.end(
        JSON.stringify([
          await digest(request),
          request.headers['content-length'],
          request.headers['transfer-encoding'],
        ]),
      );
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
      steps.push(
        () => void response.write('one'),
        () => void response.write('two'),
        () => void response.end(),
      );
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
    const request = http.request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      headers: { Trailer: 'X-Up', 'Transfer-Encoding': 'chunked' },
    });
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
    for (const [method, path, length] of [
      ['HEAD', '/200', '1234'],
      ['GET', '/204', undefined],
      ['GET', '/304', '1234'],
    ] as const) {
      const { answer, body } = await ask({ port, agent, method, path });
      expect(answer.statusCode).toBe(Number(path.slice(1)));
      expect(answer.headers['content-length']).toBe(length);
      expect(body).toHaveLength(0);
    }
  });
});

describe('connections', () => {
  test('are kept and used again on both sides', async () => {
    const ports = new Set<number | undefined>();
    const { port, agent } = await plainStage((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const reused: boolean[] = [];
    for (let i = 0; i < 20; i++) {
      reused.push((await ask({ port, agent })).reused);
      // The kept connection is free again one turn after the answer's end.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(reused).toEqual([false, ...Array.from({ length: 19 }, () => true)]);
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
    expect(text()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nab$/);
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
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => answerOf(http.get({ port, host: '127.0.0.1', agent: false }))),
    );
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
