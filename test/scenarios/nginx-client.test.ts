/** GROUND-TRUTH §1 b–e with real nginx: the client ends it, seen from behind nginx and from before it. */

import { expect } from 'vitest';
import { describeWith } from '../kit/proxies.ts';
import type { Pair, Path, PathSpec } from './path.ts';
import { type Expected, playScenes, type Scene } from './scenes.ts';
import { stream, unread } from './streams.ts';

const inner: PathSpec = { nginx: {} };
const edge: PathSpec = { nginx: {}, edge: true };

/** A masked Close frame is the client's own, through any nginx; what follows it is no evidence. */
const closed: Expected = {
  closedBy: 'client',
  cause: 'client-close',
  certainty: 'certain',
  manner: 'close-frame',
  hop: 'client',
  closeCode: 1000,
  witness: null,
};
const wentAway: Expected = { ...closed, cause: 'client-going-away', closeCode: 1001 };
/** What nginx leaves of a client that went without a word, and of much else (GROUND-TRUTH §14). */
const perhapsLeft: Expected = {
  closedBy: 'client',
  cause: 'client-abort',
  certainty: 'possible',
  manner: 'fin',
  hop: 'client',
  witness: /a second tap in front of nginx, or nginx's error_log at info/,
};
const left: Expected = { ...perhapsLeft, certainty: 'likely', witness: /the client's own log/ };
const reset: Expected = { ...left, cause: 'client-reset', manner: 'rst' };

interface Row {
  readonly name: string;
  readonly play: (pair: Pair, path: Path) => Promise<unknown>;
  readonly inner: Expected;
  readonly edge: Expected;
}

const rows: Row[] = [
  {
    name: 'b1: Close 1000 and its handshake',
    play: async ({ client, server }) => {
      await client.text('hello');
      await client.closeFrame(1000, 'done');
      await server.ended;
    },
    inner: closed,
    edge: closed,
  },
  {
    name: 'b2: Close 1001 and its handshake, as a browser that leaves the page',
    play: async ({ client, server }) => {
      await client.closeFrame(1001);
      await server.ended;
    },
    inner: wentAway,
    edge: wentAway,
  },
  {
    name: 'b: an empty Close, as close() of the ws library sends it',
    play: async ({ client, server }) => {
      await client.closeFrame(null);
      await server.ended;
    },
    inner: { ...closed, closeCode: null },
    edge: { ...closed, closeCode: null },
  },
  {
    name: 'b3: Close 1000 and a FIN at once',
    play: async ({ client, server }) => {
      await client.closeThenFin(1000);
      await server.ended;
    },
    inner: closed,
    edge: closed,
  },
  {
    name: 'b4: Close 1001 and the socket gone',
    play: async ({ client, server }) => {
      await client.closeFrame(1001);
      client.close();
      await server.ended;
    },
    inner: wentAway,
    edge: wentAway,
  },
  {
    name: 'c: FIN without a Close',
    play: async ({ client, server }) => {
      await client.text('hello');
      client.fin();
      await server.ended;
    },
    inner: perhapsLeft,
    edge: left,
  },
  {
    name: 'c3: socket closed while the server streams',
    play: async ({ client, server }) => {
      const streaming = stream(server);
      await client.gotFrame();
      client.fin();
      await server.ended;
      await streaming;
    },
    inner: { ...perhapsLeft, manner: expect.stringMatching(/^(fin|rst)$/) },
    edge: left,
  },
  {
    name: 'd: RST',
    play: async ({ client, server }) => {
      client.rst();
      await server.ended;
    },
    inner: perhapsLeft,
    edge: reset,
  },
  {
    name: 'd: RST under a stream of the server',
    play: async ({ client, server }) => {
      const streaming = stream(server);
      await client.gotFrame();
      client.rst();
      await server.ended;
      await streaming;
    },
    inner: { ...perhapsLeft, manner: expect.stringMatching(/^(fin|rst)$/) },
    edge: reset,
  },
];

/** A real process that is killed, in the place of a socket in this one. */
const killed: Scene[] = [false, true].flatMap((fromEdge): Scene[] => {
  const where = fromEdge ? 'edge' : 'inner';
  const finOrReset = expect.stringMatching(/^client-(abort|reset)$/);
  const anyEnd = expect.stringMatching(/^(fin|rst)$/);
  const path = fromEdge ? edge : inner;
  return [
    {
      name: `${where}, e1: client process killed while idle`,
      path,
      play: async (path) => {
        const clients = await path.clientProcess(1);
        const server = await path.server.upgraded();
        await clients.stop('SIGKILL');
        await server.ended;
      },
      verdict: fromEdge ? left : perhapsLeft,
    },
    {
      name: `${where}, e2: client process killed with unread data`,
      path,
      play: async (path) => {
        const clients = await path.clientProcess(1, 'unread');
        const server = await path.server.upgraded();
        await unread(server);
        await clients.stop('SIGKILL');
        await server.ended;
      },
      verdict: fromEdge ? reset : { ...perhapsLeft, manner: anyEnd },
    },
    {
      name: `${where}, e3: client process killed under a stream of the server`,
      path,
      play: async (path) => {
        const clients = await path.clientProcess(1);
        const server = await path.server.upgraded();
        const streaming = stream(server);
        await clients.stop('SIGKILL');
        await server.ended;
        await streaming;
      },
      verdict: fromEdge ? { ...left, cause: finOrReset, manner: anyEnd } : { ...perhapsLeft, manner: anyEnd },
    },
  ];
});

const scenes: Scene[] = rows.flatMap(({ name, play, inner: fromInside, edge: fromEdge }) => {
  const open = async (path: Path): Promise<unknown> => play(await path.open(), path);
  return [
    { name: `inner, ${name}`, path: inner, play: open, verdict: fromInside },
    { name: `edge, ${name}`, path: edge, play: open, verdict: fromEdge },
  ];
});

describeWith('nginx', 'a client, and nginx between it and the server', () => playScenes([...scenes, ...killed]));
