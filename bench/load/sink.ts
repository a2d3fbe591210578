/**
 * The server behind every contender, a process of its own: raw sockets, frames encoded beforehand.
 *
 *   /events   sends events when the bench says so, and counts what the client says
 *   /echo     answers each text frame with one of the same size
 */

import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { EVENT_BYTES, eventFrame, FrameCounter } from './frames.ts';
import { inTurn, pace } from './pacer.ts';
import { answering, type Count, type Listening, type SinkQuestion } from './protocol.ts';

const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const EVENT = eventFrame();

/** Of one contender. */
class Connections {
  readonly open = new Set<Socket>();
  readonly counters: FrameCounter[] = [];
  closed = 0;

  /** What came since the last call. */
  count(): Count {
    let frames = 0;
    let bytes = 0;
    for (const counter of this.counters) {
      frames += counter.frames;
      bytes += counter.bytes;
      counter.frames = 0;
      counter.bytes = 0;
    }
    return { frames, bytes, closed: this.closed };
  }
}

const byPort = new Map<number, Connections>();

function accept(socket: Socket, connections: Connections): void {
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  let head = '';
  const onHead = (chunk: Buffer): void => {
    head += chunk.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    socket.off('data', onHead);
    const rest = Buffer.from(head.slice(end + 4), 'latin1');
    upgrade(socket, head.slice(0, end), connections).push(rest);
    head = '';
  };
  socket.on('data', onHead);
}

function upgrade(socket: Socket, head: string, connections: Connections): FrameCounter {
  const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1] ?? '';
  const accepted = createHash('sha1')
    .update(key + KEY_SUFFIX)
    .digest('base64');
  const echo = head.startsWith('GET /echo');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accepted}\r\n\r\n`,
  );
  const counter = new FrameCounter((pong) => socket.write(pong), echo ? () => socket.write(EVENT) : undefined);
  socket.on('data', (chunk) => counter.push(chunk));
  connections.open.add(socket);
  connections.counters.push(counter);
  socket.on('close', () => {
    connections.open.delete(socket);
    connections.closed++;
  });
  return counter;
}

function listen(): Promise<Listening> {
  const connections = new Connections();
  const server = createServer((socket) => accept(socket, connections));
  return new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('the sink has no TCP port');
      byPort.set(address.port, connections);
      resolve({ port: address.port });
    });
  });
}

async function emit(connections: Connections, perSecond: number, seconds: number): Promise<Count> {
  const sockets = inTurn([...connections.open]);
  const frames = await pace(perSecond, seconds, () => sockets.next().value.write(EVENT));
  return { frames, bytes: frames * EVENT_BYTES, closed: connections.closed };
}

function connectionsOf(port: number): Connections {
  const connections = byPort.get(port);
  if (connections === undefined) throw new Error(`the sink does not listen on ${port}`);
  return connections;
}

answering<SinkQuestion>(async (question) => {
  switch (question.do) {
    case 'listen':
      return listen();
    case 'emit':
      return emit(connectionsOf(question.port), question.perSecond, question.seconds);
    case 'count':
      return connectionsOf(question.port).count();
  }
});
