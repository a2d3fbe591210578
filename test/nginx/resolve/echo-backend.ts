/** A backend that answers every request with the head it received, byte by byte. */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { readHead } from '../../kit/head.ts';

export interface EchoBackend {
  readonly port: number;
  close(): void;
}

export async function echoBackend(): Promise<EchoBackend> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the backend has no port');
  return { port: address.port, close: () => void server.close() };
}

function answer(socket: Socket): void {
  let got = Buffer.alloc(0);
  socket.on('error', () => undefined); // nginx may leave first
  socket.on('data', (bytes: Buffer) => {
    got = Buffer.concat([got, bytes]);
    const read = readHead(got);
    if (read === null) return;
    const body = Buffer.from(read.head.text, 'latin1');
    socket.end(
      Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nX-Echo: 1\r\n\r\n`), body]),
    );
  });
}
