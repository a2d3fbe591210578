/** GROUND-TRUTH §1 g–j with real nginx: the server ends it, seen from behind nginx (beside the server) and from before it. */

import { expect } from 'vitest';
import { describeWith } from '../kit/proxies.ts';
import type { Pair, Path, PathSpec } from './path.ts';
import { type Expected, playScenes, type Scene } from './scenes.ts';
import { stream, unread } from './streams.ts';

const inner: PathSpec = { nginx: {} };
const edge: PathSpec = { nginx: {}, edge: true };
const MANY = 12;

const closed: Expected = {
  closedBy: 'server',
  cause: 'server-close',
  certainty: 'certain',
  manner: 'close-frame',
  hop: 'server',
  witness: null,
};
const ended: Expected = {
  closedBy: 'server',
  cause: 'server-abort',
  certainty: 'likely',
  manner: 'fin',
  hop: 'server',
  closeCode: null,
  witness: /the server's own log/,
};
const reset: Expected = { ...ended, cause: 'server-reset', manner: 'rst', witness: /Docker events/ };
/** From before nginx a server's FIN and RST are both nginx's FIN, and so are its own timers (GROUND-TRUTH §13.11, §14). */
const perhapsEnded: Expected = { ...ended, certainty: 'possible', witness: /second tap in front|error_log at info/ };

interface Row {
  readonly name: string;
  readonly play: (pair: Pair) => Promise<unknown>;
  readonly inner: Expected;
  readonly edge: Expected;
}

const rows: Row[] = [
  {
    name: 'g1: Close 1000 and its handshake',
    play: async ({ client, server }) => {
      await server.closeFrame(1000, 'bye');
      await client.ended;
    },
    inner: { ...closed, closeCode: 1000 },
    edge: { ...closed, closeCode: 1000 },
  },
  {
    name: 'g2: Close 1011 and a FIN at once',
    play: async ({ client, server }) => {
      await server.closeThenFin(1011);
      await client.ended;
    },
    inner: { ...closed, closeCode: 1011 },
    edge: { ...closed, closeCode: 1011 },
  },
  {
    name: 'g3: Close 1001 and the socket gone',
    play: async ({ client, server }) => {
      await server.closeFrame(1001);
      server.close();
      await client.ended;
    },
    inner: { ...closed, closeCode: 1001 },
    edge: { ...closed, closeCode: 1001 },
  },
  {
    name: 'h1: FIN without a Close',
    play: async ({ client, server }) => {
      await client.text('hello');
      await server.gotFrame();
      server.fin();
      await client.ended;
    },
    inner: ended,
    edge: perhapsEnded,
  },
  {
    name: 'h2: socket closed under a stream of the client',
    play: async ({ client, server }) => {
      const streaming = stream(client);
      await server.gotFrame();
      server.close();
      await client.ended;
      await streaming;
    },
    inner: {
      ...ended,
      cause: expect.stringMatching(/^server-(abort|reset)$/),
      manner: expect.stringMatching(/^(fin|rst)$/),
      witness: /log|Docker events/,
    },
    edge: {
      ...perhapsEnded,
      cause: expect.stringMatching(/^server-(abort|reset)$/),
      manner: expect.stringMatching(/^(fin|rst)$/),
    },
  },
  {
    name: 'i1: RST',
    play: async ({ client, server }) => {
      server.rst();
      await client.ended;
    },
    inner: reset,
    edge: perhapsEnded,
  },
  {
    name: 'i2: RST under a stream of the client',
    play: async ({ client, server }) => {
      const streaming = stream(client);
      await server.gotFrame();
      server.rst();
      await client.ended;
      await streaming;
    },
    inner: reset,
    edge: {
      ...perhapsEnded,
      cause: expect.stringMatching(/^server-(abort|reset)$/),
      manner: expect.stringMatching(/^(fin|rst)$/),
    },
  },
];

const scenes: Scene[] = rows.flatMap(({ name, play, inner: fromInside, edge: fromEdge }) => {
  const open = async (path: Path): Promise<unknown> => play(await path.open());
  return [
    { name: `inner, ${name}`, path: inner, play: open, verdict: fromInside },
    { name: `edge, ${name}`, path: edge, play: open, verdict: fromEdge },
  ];
});

const killed: Scene[] = [
  {
    name: 'inner, j1: one connection, server process killed; nobody has tried to come back',
    path: { ...inner, server: 'process' },
    play: async (path) => {
      const client = await path.client();
      await path.serverProgram.stop('SIGKILL');
      await client.ended;
    },
    verdict: ended,
  },
  {
    name: 'inner, j1: server process killed, 12 connections, and a new one refused: it died or was restarted',
    path: { ...inner, server: 'process' },
    play: async (path) => {
      const clients = await Promise.all(Array.from({ length: MANY }, () => path.client()));
      await path.serverProgram.stop('SIGKILL');
      await Promise.all(clients.map((client) => client.ended));
      expect(await path.refused()).toBe(502);
    },
    count: MANY + 1,
    verdict: null,
    check: (verdicts) => {
      const refused = verdicts.filter((one) => one.cause === 'upgrade-refused');
      expect(refused.map((one) => [one.refusal, one.closedBy, one.certainty])).toEqual([
        ['unreachable', 'server', 'certain'],
      ]);
      const shutdowns = verdicts.filter((one) => one.cause === 'server-shutdown');
      expect(shutdowns.map((one) => [one.closedBy, one.certainty, one.manner])).toEqual(
        Array.from({ length: MANY }, () => ['server', 'likely', 'fin']),
      );
    },
  },
  {
    name: 'inner, j2: server process killed with unread data, and a new connection refused',
    path: { ...inner, server: 'process, not reading' },
    play: async (path) => {
      const client = await path.client();
      await unread(client);
      await path.serverProgram.stop('SIGKILL');
      await client.ended;
      expect(await path.refused()).toBe(502);
    },
    count: 2,
    verdict: null,
    check: (verdicts) => {
      const [end] = verdicts.filter((one) => one.cause !== 'upgrade-refused');
      expect(end).toMatchObject({ closedBy: 'server', cause: 'server-shutdown', certainty: 'likely', manner: 'rst' });
    },
  },
  {
    name: 'edge, j1: server process behind nginx killed, 12 connections: nginx itself may have gone',
    path: { ...edge, server: 'process' },
    play: async (path) => {
      const clients = await Promise.all(Array.from({ length: MANY }, () => path.client()));
      await path.serverProgram.stop('SIGKILL');
      await Promise.all(clients.map((client) => client.ended));
    },
    count: MANY,
    verdict: {
      closedBy: 'proxy',
      cause: 'proxy-reload',
      certainty: 'possible',
      manner: 'fin',
      hop: 'nginx',
      witness: /error_log at notice/,
    },
  },
];

describeWith('nginx', 'a server, and nginx between it and the client', () => playScenes([...scenes, ...killed]));
