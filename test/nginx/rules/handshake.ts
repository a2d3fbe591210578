import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { answerTo } from '../../../src/nginx/prove/mattermost-answer.ts';
import { readHead } from '../../kit/head.ts';
import { Nginx } from '../../kit/nginx.ts';

/** Real handshakes through a real nginx, to a backend that answers them as Mattermost does. */

export const SOCKET = '/api/v4/websocket';
export const SLASH = '/api/v4/websocket/';
export const PLUGIN = '/plugins/com.mattermost.calls/ws';

export interface HandshakeBackend {
  readonly port: number;
  close(): void;
}

export async function startBackend(): Promise<HandshakeBackend> {
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const read = readHead(bytes);
      if (read === null) return;
      const { status, reason, body } = answer(read.head.startLine, read.head.headers);
      const lines = status === 101 ? 'Upgrade: websocket\r\nConnection: Upgrade' : `Content-Length: ${body.length}`;
      socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines}\r\n\r\n${body}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: portOf(server.address()), close: () => server.close() };
}

function answer(startLine: string, headers: readonly (readonly [string, string])[]) {
  const [method = '', target = ''] = startLine.split(' ');
  // Go's server refuses two of them before Mattermost sees the request.
  if (headers.filter(([name]) => name.toLowerCase() === 'host').length !== 1) {
    return { status: 400, reason: 'Bad Request', body: 'too many Host headers' };
  }
  return answerTo({ method, target, headers: headers.flat() }, false);
}

/**
 * An nginx with that configuration, its `listen 80` and `127.0.0.1:8065` moved to free ports.
 * @param text whole, with its `events` and `http`
 */
export function startNginx(text: string, backend: HandshakeBackend): Promise<Nginx> {
  return Nginx.start({
    target: backend.port,
    conf: ({ port, folder }) => {
      const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (of) => `${of}_temp_path ${folder}/${of};`,
      );
      const moved = text
        .replace(/^\s*(?:error_log|access_log|worker_shutdown_timeout) .*$/gm, '')
        .replaceAll('listen 80;', `listen 127.0.0.1:${port};`)
        .replaceAll('127.0.0.1:8065', `127.0.0.1:${backend.port}`)
        .replace(/^http \{/m, `http { ${places.join(' ')} access_log off;`);
      return `daemon off;\npid ${folder}/nginx.pid;\nerror_log ${folder}/error.log info;\n${moved}`;
    },
  });
}

/** @returns the status that a browser's handshake gets; null where the connection ends without one */
export async function upgrade(port: number, host: string, path: string): Promise<number | null> {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://${host}\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  try {
    let bytes = Buffer.alloc(0);
    for await (const chunk of socket) {
      bytes = Buffer.concat([bytes, chunk]);
      const read = readHead(bytes);
      if (read !== null) return read.head.status;
    }
    return null;
  } finally {
    socket.destroy();
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return address.port;
}
