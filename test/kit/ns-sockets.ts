/**
 * Runs inside a network namespace and hands sockets out of it: a socket belongs to the namespace in which it was made,
 * whoever holds it. So the fault peers of a test live in the test's process and speak in another namespace.
 * Started by Namespace (netns.ts) alone; orders and answers go over the IPC channel.
 */

import { connect, createServer } from 'node:net';

export interface SocketOrder {
  readonly id: number;
  readonly what: 'connect' | 'listen';
  readonly port: number;
  readonly host: string;
}

export interface SocketAnswer {
  readonly id: number;
  /** null: the socket, or the listening server, comes with this message. */
  readonly error: string | null;
}

const isOrder = (message: unknown): message is SocketOrder =>
  typeof message === 'object' && message !== null && 'what' in message && 'id' in message;

const answer = (id: number, error: string | null): SocketAnswer => ({ id, error });

function dial({ id, port, host }: SocketOrder): void {
  const socket = connect({ port, host, allowHalfOpen: true });
  socket.pause(); // what the far side says first is for the test to read
  const failed = (error: Error): void => void process.send?.(answer(id, error.message));
  socket.once('error', failed);
  socket.once('connect', () => {
    socket.off('error', failed);
    process.send?.(answer(id, null), socket);
  });
}

function listen({ id, port, host }: SocketOrder): void {
  const server = createServer();
  server.once('error', (error) => process.send?.(answer(id, error.message)));
  // This end's copy is closed once the test has its own: it would accept connections too.
  server.listen(port, host, () => process.send?.(answer(id, null), server, {}, () => server.close()));
}

process.on('message', (message) => {
  if (!isOrder(message)) return;
  if (message.what === 'connect') dial(message);
  else listen(message);
});
