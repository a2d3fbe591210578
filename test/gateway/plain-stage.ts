/** Plain HTTP through a gateway: a node:http target, and requests that nothing has tidied. */

import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type RequestOptions } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { type GatewaySpec, type StartedGateway, startGateway } from './stage.ts';

export interface PlainStage extends StartedGateway {
  readonly target: http.Server;
  readonly targetPort: number;
  readonly agent: http.Agent;
}

/** A node:http server behind a gateway. */
export async function plainStage(listener: RequestListener, spec: Partial<GatewaySpec> = {}): Promise<PlainStage> {
  const target = await httpServer(listener);
  const targetPort = portOf(target);
  const started = await startGateway({ target: targetPort, ...spec });
  const agent = new http.Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  return { ...started, target, targetPort, agent };
}

export async function httpServer(listener: RequestListener, port = 0): Promise<http.Server> {
  const server = http.createServer({ keepAliveTimeout: 60_000 }, listener);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

export function portOf(server: http.Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export interface Reply {
  readonly answer: IncomingMessage;
  readonly body: Buffer;
  /** Whether the client's connection had served another request before. */
  readonly reused: boolean;
}

/** Sends a request with a body (or none) and reads the whole answer. */
export async function ask(options: RequestOptions, body?: string | Buffer): Promise<Reply> {
  const request = http.request({ host: '127.0.0.1', ...options });
  request.end(body);
  const answer = await answerOf(request);
  return { answer, body: await readAll(answer), reused: request.reusedSocket };
}

export function answerOf(request: http.ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
}

export async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Talks HTTP by hand. */
export async function rawClient(
  port: number,
): Promise<{ socket: Socket; text: () => string; until: (what: RegExp) => Promise<void> }> {
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
