/**
 * The clients of the compose demo: each connects, ends or is ended in its own way, and comes back, until SIGTERM.
 *
 *     node clients.js ws://nginx/api/v4/websocket
 */
import { once } from 'node:events';
import WebSocket from 'ws';

interface Client {
  readonly name: string;
  /** null: it never logs in. */
  readonly token: string | null;
  /** From the end of one connection to the start of the next, in ms. */
  readonly pauseMs: number;
  /** What it does once it is connected; it is over when the socket is. */
  play(socket: WebSocket): Promise<void>;
}

const TOKEN = 'standintokenofbot000000000';

const CLIENTS: readonly Client[] = [
  { name: 'quiet bot, says nothing', token: TOKEN, pauseMs: 1_700, play: async () => {} },
  {
    name: 'polite user, says goodbye after 4 s',
    token: TOKEN,
    pauseMs: 7_000,
    async play(socket) {
      await wait(4_000);
      socket.close(1000, 'bye');
    },
  },
  {
    name: 'browser, its tab is closed after 6 s',
    token: TOKEN,
    pauseMs: 9_000,
    async play(socket) {
      await wait(6_000);
      socket.close(1001);
    },
  },
  { name: 'stranger, never logs in', token: null, pauseMs: 11_000, play: async () => {} },
  {
    name: 'killed client, ends without a word after 7.3 s',
    token: TOKEN,
    pauseMs: 13_000,
    async play(socket) {
      await wait(7_300);
      socket.terminate();
    },
  },
  {
    name: 'busy user, pings every 4 s and stays',
    token: TOKEN,
    pauseMs: 1_000,
    async play(socket) {
      for (let seq = 1; socket.readyState === WebSocket.OPEN; seq++) {
        socket.send(JSON.stringify({ action: 'ping', seq }));
        await wait(4_000);
      }
    },
  },
];

/** Between the first connections of two clients, in ms: ends at the same moment look like a reload. */
const APART_MS = 830;
/** Until nginx and hangup are up. */
const RETRY_MS = 500;

const url = process.argv[2];
if (url === undefined) {
  process.stderr.write('clients: which address? ws://HOST/api/v4/websocket\n');
  process.exit(2);
}
// As the first process of a container it is ended by a signal only if it says so.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));

for (const client of CLIENTS) {
  void live(client, url);
  await wait(APART_MS);
}

async function live(client: Client, url: string): Promise<void> {
  for (;;) {
    const socket = await connected(client, url);
    if (socket === null) {
      await wait(RETRY_MS);
      continue;
    }
    const since = performance.now();
    const [[code]] = await Promise.all([once(socket, 'close'), client.play(socket)]);
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    process.stdout.write(`${client.name}: ended after ${seconds} s, the client saw ${code}\n`);
    await wait(client.pauseMs);
  }
}

/** @returns null when nobody is there yet */
async function connected({ token }: Client, url: string): Promise<WebSocket | null> {
  const socket = new WebSocket(url, { headers: token === null ? {} : { Authorization: `Bearer ${token}` } });
  try {
    await once(socket, 'open');
  } catch {
    return null;
  }
  // Heard, so that it does not end the process; the close that follows tells the story.
  socket.on('error', () => undefined);
  return socket;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
