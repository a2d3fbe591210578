import { once } from 'node:events';
import http from 'node:http';
import { describe, expect, test } from 'vitest';
import { freePort } from '../kit/ports.ts';
import { answerOf, ask, httpServer, plainStage, rawClient, readAll } from './plain-stage.ts';
import { server, startGateway } from './stage.ts';

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
    expect(body.toString()).toBe(
      `hangup: the target http://127.0.0.1:${target} cannot be used: nothing listens there (ECONNREFUSED)\n`,
    );
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
    // As Go does it: FIN behind the answer, and a moment in which what still comes is read and thrown away.
    const target = await server({
      answer: { raw: 'HTTP/1.1 413 Too Big\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbig!', end: 'fin' },
    });
    const { port } = await startGateway({ target: target.port });
    const request = http.request({ port, host: '127.0.0.1', method: 'POST', headers: { 'Content-Length': 1 << 30 } });
    request.on('error', () => undefined);
    request.write(Buffer.alloc(1 << 20));
    const answer = await answerOf(request);
    expect(answer.statusCode).toBe(413);
    expect((await readAll(answer)).toString()).toBe('big!');
    request.destroy();
  });
});

describe('a request whose body turns out to be malformed', () => {
  const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nsome\r\n';

  test('gets 400 when the answer has not begun, and the target sees it break off', async () => {
    const gone = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { port } = await plainStage((request) => {
      request.once('data', () => arrived.resolve());
      request.once('close', () => gone.resolve());
      request.on('error', () => undefined);
    });
    const { socket, until } = await rawClient(port);
    socket.write(head);
    await arrived.promise;
    socket.write('no chunk size');
    await until(/^HTTP\/1\.1 400 /);
    socket.destroy();
    await gone.promise;
  });

  test('breaks an answer off that has begun, and nothing is written into it', async () => {
    const { port } = await plainStage((_request, response) => void response.write('begun'));
    const { socket, text, until } = await rawClient(port);
    socket.write(head);
    await until(/begun/);
    const closed = once(socket, 'close');
    socket.write('no chunk size');
    await closed;
    expect(text()).not.toContain('400');
  });
});
