/** The clients of every contender, a process of its own: raw sockets that read into one buffer and count. */

import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { percentile } from '../measure/statistics.ts';
import { actionFrame, EVENT_BYTES, FrameCounter, messageFrame } from './frames.ts';
import { inTurn, pace } from './pacer.ts';
import { answering, type ClientsQuestion, type Count, type Latency, type Opened } from './protocol.ts';

const ACTION = actionFrame();
const MESSAGE = messageFrame();
/** Bytes of ACTION without header and mask. */
const ACTION_BYTES = ACTION.length - 6;
/** Upgrades under way at a time: below every contender's backlog. */
const OPENING = 64;
/** How long an upgrade may take, and the last answers of an echo run, in ms. */
const PATIENCE_MS = 15_000;
const LAST_ANSWERS_MS = 2_000;

/** All sockets read into it: the callback is done with it before the next read (net.connect, `onread`). */
const shared = Buffer.alloc(64 * 1024);

interface Client {
  readonly socket: Socket;
  readonly counter: FrameCounter;
  /** When the messages were sent that are not answered yet, oldest first. */
  readonly waiting: number[];
  onAnswer: (sentAt: number) => void;
}

interface Clients {
  readonly all: Client[];
  closed: number;
}

const byPort = new Map<number, Clients>();

const ignore = (): void => undefined;

function openOne(port: number, path: string, clients: Clients): Promise<void> {
  return new Promise((resolve, reject) => {
    let head: string | null = '';
    const timer = setTimeout(() => reject(new Error(`port ${port} did not answer an upgrade`)), PATIENCE_MS);
    const onBytes = (bytes: number, buffer: Uint8Array): boolean => {
      if (head === null) {
        client.counter.push(buffer, bytes);
        return true;
      }
      head += Buffer.from(buffer.buffer, buffer.byteOffset, bytes).toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return true;
      clearTimeout(timer);
      if (!head.startsWith('HTTP/1.1 101')) reject(new Error(`port ${port} answered ${head.slice(0, 40)}`));
      client.counter.push(Buffer.from(head.slice(end + 4), 'latin1'));
      head = null;
      clients.all.push(client);
      resolve();
      return true;
    };
    const socket = connect({ port, host: '127.0.0.1', onread: { buffer: shared, callback: onBytes } });
    const client: Client = {
      socket,
      counter: new FrameCounter(
        (pong) => socket.write(pong),
        () => {
          const sentAt = client.waiting.shift();
          if (sentAt !== undefined) client.onAnswer(sentAt);
        },
      ),
      waiting: [],
      onAnswer: ignore,
    };
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => clients.closed++);
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\nUser-Agent: hangup-bench\r\n\r\n`,
    );
  });
}

async function open(port: number, path: string, connections: number): Promise<Opened> {
  const clients = byPort.get(port) ?? { all: [], closed: 0 };
  byPort.set(port, clients);
  let left = connections;
  const opener = async (): Promise<void> => {
    while (left-- > 0) await openOne(port, path, clients);
  };
  await Promise.all(Array.from({ length: OPENING }, opener));
  return { connections: clients.all.length };
}

async function chat({ all, closed }: Clients, perSecond: number, seconds: number): Promise<Count> {
  const clients = inTurn(all);
  const frames = await pace(perSecond, seconds, () => clients.next().value.socket.write(ACTION));
  return { frames, bytes: frames * ACTION_BYTES, closed };
}

function count({ all, closed }: Clients): Count {
  let frames = 0;
  let bytes = 0;
  for (const { counter } of all) {
    frames += counter.frames;
    bytes += counter.bytes;
    counter.frames = 0;
    counter.bytes = 0;
  }
  return { frames, bytes, closed };
}

async function echo(clients: Clients, perSecond: number | null, seconds: number): Promise<Latency> {
  const timesUs: number[] = [];
  const send = ({ socket, waiting }: Client): void => {
    waiting.push(performance.now());
    socket.write(MESSAGE);
  };
  const until = performance.now() + seconds * 1000;
  for (const client of clients.all) {
    client.onAnswer = (sentAt) => {
      const now = performance.now();
      timesUs.push((now - sentAt) * 1000);
      if (perSecond === null && now < until) send(client);
    };
  }
  if (perSecond === null) {
    for (const client of clients.all) send(client);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  } else {
    const turn = inTurn(clients.all);
    await pace(perSecond, seconds, () => send(turn.next().value));
  }
  const unanswered = await lastAnswers(clients);
  const sorted = Float64Array.from(timesUs).sort();
  return { samples: sorted.length, unanswered, p50Us: percentile(sorted, 0.5), p99Us: percentile(sorted, 0.99) };
}

async function lastAnswers({ all }: Clients): Promise<number> {
  const deadline = performance.now() + LAST_ANSWERS_MS;
  for (;;) {
    const unanswered = all.reduce((sum, { waiting }) => sum + waiting.length, 0);
    if (unanswered === 0 || performance.now() > deadline) {
      for (const { waiting } of all) waiting.length = 0;
      return unanswered;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function clientsOf(port: number): Clients {
  const clients = byPort.get(port);
  if (clients === undefined) throw new Error(`no client is connected to port ${port}`);
  return clients;
}

answering<ClientsQuestion>(async (question) => {
  switch (question.do) {
    case 'open':
      return open(question.port, question.path, question.connections);
    case 'chat':
      return chat(clientsOf(question.port), question.perSecond, question.seconds);
    case 'echo':
      return echo(clientsOf(question.port), question.perSecond, question.seconds);
    case 'count':
      return count(clientsOf(question.port));
  }
});

// Frames of a known size: a contender that merged or cut payloads would be found by the bytes.
if (MESSAGE.length !== EVENT_BYTES + 8) throw new Error('the echo message has another size than an event');
