import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyFraming } from '../../src/wire/body-framing.ts';
import { HeadCollector, parseAnswerHead } from '../../src/wire/http-head.ts';
import { chunkedBody } from './bodies.ts';

/** What Node's client makes of an answer. */
interface NodeReading {
  readonly body: string;
  /** Complete by its own marks; null when Node refused it. */
  readonly complete: boolean | null;
}

/** The answer of the only server, and whether it ends the connection after it. */
let answer: Buffer = Buffer.alloc(0);
let ends = false;
const server = net.createServer((socket) => {
  socket.on('error', () => undefined);
  socket.once('data', () => {
    socket.write(answer);
    if (ends) socket.end();
  });
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(() => void server.close());

/** How hangup reads it: whether the body has a marked end within these bytes, and nothing after it. */
function readByHangup(wire: Buffer, method: string): { done: boolean; surplus: number } {
  const found = new HeadCollector().push(wire);
  const head = found === null || found === 'too-long' ? null : parseAnswerHead(found.head);
  if (found === null || found === 'too-long' || head === null) throw new Error('no head');
  const framing = bodyFraming(head, method);
  return { surplus: found.rest.length - framing.take(found.rest), done: framing.done };
}

function readByNode(method: string): Promise<NodeReading> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  const { port } = address;
  return new Promise((resolve) => {
    const request = http.request({ host: '127.0.0.1', port, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('latin1');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('error', () => undefined);
      response.on('close', () => {
        resolve({ body, complete: response.complete });
        request.destroy();
      });
    });
    request.on('error', () => resolve({ body: '', complete: null }));
    request.end();
  });
}

/**
 * The same bytes to both. Where hangup sees an end, the server leaves the connection open, so that Node must see it,
 * too, or this waits for ever; where hangup sees none, the server closes and Node must not have ended before.
 */
async function both(head: readonly string[], body: Buffer, method = 'GET', status = 403) {
  answer = Buffer.concat([Buffer.from([`HTTP/1.1 ${status} X`, ...head, '', ''].join('\r\n'), 'latin1'), body]);
  const hangup = readByHangup(answer, method);
  ends = !hangup.done;
  return { hangup, node: await readByNode(method) };
}

describe('Node reads the end of a body where hangup does', () => {
  it('for chunked bodies with extensions and trailers', async () => {
    const property = fc.asyncProperty(chunkedBody, async ({ wire, body }) => {
      const { hangup, node } = await both(['Transfer-Encoding: chunked'], wire);
      expect(hangup).toEqual({ done: true, surplus: 0 });
      expect(node).toEqual({ complete: true, body: body.toString('latin1') });
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it.each([
    { what: 'Content-Length', head: ['Content-Length: 5'], body: 'hello' },
    { what: 'an empty body', head: ['Content-Length: 0'], body: '' },
    { what: 'a 204', head: ['Content-Length: 5'], body: '', status: 204 },
    { what: 'a 304', head: ['Content-Length: 5'], body: '', status: 304 },
    { what: 'an answer to HEAD', head: ['Content-Length: 5'], body: '', method: 'HEAD' },
    { what: 'an answer to HEAD, chunked', head: ['Transfer-Encoding: chunked'], body: '', method: 'HEAD' },
  ])('for $what', async ({ head, body, method, status }) => {
    const { hangup, node } = await both(head, Buffer.from(body), method, status);
    expect(hangup).toEqual({ done: true, surplus: 0 });
    expect(node).toEqual({ complete: true, body });
  });

  it.each([
    { what: 'no length', head: [] },
    { what: 'a coding that is not chunked', head: ['Transfer-Encoding: gzip'] },
  ])('with the connection, for $what', async ({ head }) => {
    const { hangup, node } = await both(head, Buffer.from('0\r\n\r\nall of it'));
    expect(hangup).toEqual({ done: false, surplus: 0 });
    expect(node.body).toBe('0\r\n\r\nall of it');
  });

  it.each([
    { what: 'a chunk size that is none', head: ['Transfer-Encoding: chunked'], body: 'hello\r\n0\r\n\r\n' },
    { what: 'more data than the size says', head: ['Transfer-Encoding: chunked'], body: '2\r\nhello\r\n0\r\n\r\n' },
    { what: 'a chunked body cut short', head: ['Transfer-Encoding: chunked'], body: '5\r\nhello\r\n0\r\n' },
    { what: 'a counted body cut short', head: ['Content-Length: 6'], body: 'hello' },
  ])('nowhere, for $what', async ({ head, body }) => {
    const { hangup, node } = await both(head, Buffer.from(body));
    expect(hangup).toEqual({ done: false, surplus: 0 });
    expect(node.complete).not.toBe(true);
  });
});
