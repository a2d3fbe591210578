import { once } from 'node:events';
import type { Socket } from 'node:net';
import WebSocket from 'ws';
import { READ_TIMEOUT_S } from './nginx.ts';
import { SITE_URL, type Stage } from './stage.ts';

/** One death of one or several clients: what is really done, and what hangup ought to make of it. */
export interface Act {
  readonly name: string;
  /** What is really done. */
  readonly deed: string;
  readonly closedBy: string;
  readonly cause: string;
  readonly needsNginx: boolean;
  /** How many connections it ends. */
  readonly count: number;
  /** Resolves when the deed is done and the client knows that it is over. @param url with the act's name in it */
  play(stage: Stage, url: (base: string) => string): Promise<void>;
}

const TOKEN = 'standintokenofbot000000000';
const SOCKET = '/api/v4/websocket';

const direct = (stage: Stage): string => `ws://127.0.0.1:${stage.taps.direct}${SOCKET}`;

function throughNginx(stage: Stage, path = SOCKET): string {
  if (stage.nginx === null) throw new Error('this act needs nginx');
  return `ws://127.0.0.1:${stage.nginx.port}${path}`;
}

export const ACTS: readonly Act[] = [
  {
    name: 'goodbye',
    deed: 'a client says goodbye, through nginx',
    closedBy: 'client',
    cause: 'client-close',
    needsNginx: true,
    count: 1,
    async play(stage, url) {
      const client = await greeted(url(throughNginx(stage)));
      client.close(1000);
      await closed(client);
    },
  },
  {
    name: 'tab',
    deed: 'a browser tab is closed, through nginx',
    closedBy: 'client',
    cause: 'client-going-away',
    needsNginx: true,
    count: 1,
    async play(stage, url) {
      const client = await greeted(url(throughNginx(stage)));
      client.close(1001);
      await closed(client);
    },
  },
  {
    name: 'killed',
    deed: 'a client is killed: FIN without Close',
    closedBy: 'client',
    cause: 'client-abort',
    needsNginx: false,
    count: 1,
    async play(stage, url) {
      const client = await greeted(url(direct(stage)));
      socketOf(client).end();
      await closed(client);
    },
  },
  {
    name: 'killed-behind',
    deed: 'a client is killed, through nginx',
    closedBy: 'client',
    cause: 'client-abort',
    needsNginx: true,
    count: 1,
    async play(stage, url) {
      const client = await greeted(url(throughNginx(stage)));
      // An age that no timer has.
      await wait(1_370);
      socketOf(client).end();
      await closed(client);
    },
  },
  {
    name: 'reset',
    deed: 'a client resets the connection: RST',
    closedBy: 'client',
    cause: 'client-reset',
    needsNginx: false,
    count: 1,
    async play(stage, url) {
      const client = await greeted(url(direct(stage)));
      await wait(600);
      socketOf(client).resetAndDestroy();
      await closed(client);
    },
  },
  {
    name: 'silence',
    deed: `nginx ends the silence: proxy_read_timeout ${READ_TIMEOUT_S}s`,
    closedBy: 'proxy',
    cause: 'proxy-idle-timeout',
    needsNginx: true,
    count: 2,
    async play(stage, url) {
      const quiet = async (delay: number): Promise<void> => {
        await wait(delay);
        await closed(await greeted(url(throughNginx(stage))));
      };
      await Promise.all([quiet(0), quiet(900)]);
    },
  },
  {
    name: 'nologin',
    deed: 'a client never logs in: the server waits 5 s',
    closedBy: 'server',
    cause: 'server-auth-timeout',
    needsNginx: false,
    count: 1,
    async play(stage, url) {
      await closed(await opened(url(direct(stage))));
    },
  },
  {
    name: 'badtoken',
    deed: 'a client logs in with a wrong token',
    closedBy: 'server',
    cause: 'server-bad-token',
    needsNginx: false,
    count: 1,
    async play(stage, url) {
      const client = await opened(url(direct(stage)));
      client.send(JSON.stringify({ seq: 1, action: 'authentication_challenge', data: { token: 'wrong' } }));
      await closed(client);
    },
  },
  {
    name: 'toobig',
    deed: 'a client sends 9,000 bytes, limit 8 KiB',
    closedBy: 'server',
    cause: 'server-message-too-big',
    needsNginx: false,
    count: 1,
    async play(stage, url) {
      const client = await greeted(url(direct(stage)));
      client.send('x'.repeat(9_000));
      await closed(client);
    },
  },
  {
    name: 'stripped',
    deed: 'nginx forgets the Upgrade headers',
    closedBy: 'proxy',
    cause: 'upgrade-refused',
    needsNginx: true,
    count: 1,
    play: (stage, url) => refused(url(throughNginx(stage, `/forgetful${SOCKET}`)), SITE_URL),
  },
  {
    name: 'origin',
    deed: 'a page of another site connects',
    closedBy: 'server',
    cause: 'upgrade-refused',
    needsNginx: false,
    count: 1,
    play: (stage, url) => refused(url(direct(stage)), 'http://elsewhere.example.com'),
  },
  {
    name: 'nowhere',
    deed: 'nothing listens where Mattermost should be',
    closedBy: 'server',
    cause: 'upgrade-refused',
    needsNginx: false,
    count: 1,
    play: (stage, url) => refused(url(`ws://127.0.0.1:${stage.taps.nowhere}${SOCKET}`), SITE_URL),
  },
];

/** These touch every connection of their path, so each has the stage for itself. */
export const SOLO_ACTS: readonly Act[] = [
  {
    name: 'reload',
    deed: 'nginx is reloaded under three clients',
    closedBy: 'proxy',
    cause: 'proxy-reload',
    needsNginx: true,
    count: 3,
    async play(stage, url) {
      const clients: WebSocket[] = [];
      for (const localAddress of ['127.0.0.2', '127.0.0.3', '127.0.0.4']) {
        clients.push(await greeted(url(throughNginx(stage)), localAddress));
        await wait(250);
      }
      stage.nginx?.reload();
      await Promise.all(clients.map(closed));
    },
  },
  {
    name: 'restart',
    deed: 'the server is shut down under two clients',
    closedBy: 'server',
    cause: 'server-shutdown',
    needsNginx: false,
    count: 2,
    async play(stage, url) {
      const address = `ws://127.0.0.1:${stage.taps.doomed}${SOCKET}`;
      const clients = await Promise.all([greeted(url(address)), greeted(url(address))]);
      await stage.doomed.shutdown();
      await Promise.all(clients.map(closed));
      // One of them tries to come back, as real clients do, and is told that nobody is there.
      await refused(`${address}?again`, SITE_URL);
    },
  },
];

/** Hidden in the client's socket; `ws` has no public way to end a connection impolitely. */
const sockets = new WeakMap<WebSocket, Socket>();

function socketOf(client: WebSocket): Socket {
  const socket = sockets.get(client);
  if (socket === undefined) throw new Error('the client is not connected');
  return socket;
}

interface Login {
  readonly token?: string;
  readonly localAddress?: string;
}

/** @param until what tells that the connection is up: its opening, or the server's greeting behind it */
async function connected(url: string, until: 'open' | 'message', { token, localAddress }: Login): Promise<WebSocket> {
  const client = new WebSocket(url, {
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    ...(localAddress === undefined ? {} : { localAddress }),
  });
  client.once('upgrade', ({ socket }) => sockets.set(client, socket));
  await once(client, until);
  client.on('error', () => undefined);
  return client;
}

/** Connected, and a stranger to the server. */
const opened = (url: string): Promise<WebSocket> => connected(url, 'open', {});

/** Connected, logged in, and greeted by the server. */
const greeted = (url: string, localAddress?: string): Promise<WebSocket> =>
  connected(url, 'message', { token: TOKEN, ...(localAddress === undefined ? {} : { localAddress }) });

async function closed(client: WebSocket): Promise<void> {
  if (client.readyState !== WebSocket.CLOSED) await once(client, 'close');
}

/** Connects and is refused. */
async function refused(url: string, origin: string): Promise<void> {
  const client = new WebSocket(url, { origin });
  await new Promise<void>((resolve, reject) => {
    client.once('open', () => reject(new Error(`${url} was not refused`)));
    client.once('error', () => resolve());
  });
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
