/** One request on a connection of its own, as bytes, so that no client library tidies the path or the headers. */

import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { asBytes } from '../../../src/nginx/resolve/bytes.ts';
import { hostHeader } from '../../../src/nginx/resolve/client-headers.ts';
import type { HttpRequest } from '../../../src/nginx/resolve/types.ts';
import { type Head, header, headText, readHead } from '../../kit/head.ts';
import { within } from '../../kit/until.ts';

export interface Answer {
  /** 0 when the connection was closed without an answer. */
  readonly status: number;
  readonly location: string | null;
  /** What the backend received, when it was the backend that answered. */
  readonly echoed: Head | null;
  readonly body: string;
}

export function requestBytes(request: HttpRequest): Buffer {
  const headers = [['Host', hostHeader(request)], ...request.headers.map(({ name, value }) => [name, value])] as const;
  const pairs = headers.map(([name = '', value = '']) => [name, value] as const);
  return Buffer.from(asBytes(headText(`${request.method} ${request.target} HTTP/1.1`, pairs)), 'latin1');
}

/** @param port where nginx listens on 127.0.0.1 */
export function ask(request: HttpRequest, port: number): Promise<Answer> {
  return within(
    new Promise<Answer>((resolve, reject) => {
      const write = (): void => void socket.write(requestBytes(request));
      const at = { port, host: '127.0.0.1' };
      const socket =
        request.scheme === 'https'
          ? connectTls({ ...at, servername: request.host, rejectUnauthorized: false }, write)
          : connect(at, write);
      let got = Buffer.alloc(0);
      const settle = (answer: Answer): void => {
        socket.destroy();
        resolve(answer);
      };
      socket.on('data', (bytes: Buffer) => {
        got = Buffer.concat([got, bytes]);
        const answer = readAnswer(got);
        if (answer !== null) settle(answer);
      });
      socket.on('end', () => settle({ status: 0, location: null, echoed: null, body: '' }));
      socket.on('error', reject);
    }),
    `the answer to ${request.method} ${request.host}:${port}${request.target}`,
  );
}

function readAnswer(bytes: Buffer): Answer | null {
  const read = readHead(bytes);
  if (read === null) return null;
  const { head, length } = read;
  const expected = Number(header(head, 'content-length') ?? 0);
  if (bytes.length < length + expected) return null;
  const body = bytes.subarray(length, length + expected);
  const echoed = header(head, 'x-echo') === null ? null : readHead(Buffer.concat([body, Buffer.from('\r\n\r\n')]));
  return {
    status: head.status ?? 0,
    location: header(head, 'location'),
    echoed: echoed?.head ?? null,
    body: body.toString('utf8'),
  };
}
