/** GROUND-TRUTH §1 k and l with real nginx: reload, stop, crash, and peers that do not read. */

import { expect } from 'vitest';
import { describeWith } from '../kit/proxies.ts';
import { dialFrom, type Pair, type Path, type PathSpec, pass } from './path.ts';
import { type Expected, playScenes, type Scene, type Verdict } from './scenes.ts';
import { flood } from './streams.ts';

const MANY = 12;
/** Connections that are left alone must still carry messages so long after nginx lost its master, or has begun to quit. */
const STILL_THERE_MS = 1_000;

/** As many people as connections: nginx reports their addresses in X-Forwarded-For. */
const people = (path: Path): Promise<Pair[]> =>
  path.openMany(MANY, (nth) => ({ dial: dialFrom(`127.0.0.${10 + nth}`) }));

async function cut(pairs: readonly Pair[], act: () => unknown): Promise<void> {
  // Not all equally idle: an idle timer is excluded by that.
  await Promise.all(pairs.slice(0, MANY / 2).map(({ client }) => client.text('hello')));
  await pass(500);
  await Promise.all(pairs.slice(MANY / 2).map(({ client }) => client.text('hello')));
  await act();
  await Promise.all(pairs.map(({ client }) => client.until('the end', () => client.endings[0], 10_000)));
}

const together: Expected = {
  closedBy: 'proxy',
  cause: 'proxy-reload',
  certainty: 'likely',
  manner: 'fin',
  hop: 'nginx',
  closeCode: null,
  witness: /error_log at notice/,
  summary: /12 connections ended (within .*|at the same moment): nginx was reloaded, stopped or crashed/,
  says: /at 12 different addresses/,
};
/** One address may be one process, with all its sockets (GROUND-TRUTH §14). */
const ofOneAddress: Expected = { ...together, certainty: 'possible', says: /one client process/ };
/** Nothing was reported by nginx: the same doubt. */
const ofNoAddress: Expected = { ...together, certainty: 'possible', says: /no client addresses were reported/ };

async function goesOn(pairs: readonly Pair[]): Promise<void> {
  await pass(STILL_THERE_MS);
  for (const { client, server } of pairs) {
    await client.text('still here');
    await server.gotFrame();
    expect(client.endings).toEqual([]);
  }
}

async function closeAll(pairs: readonly Pair[]): Promise<void> {
  await Promise.all(pairs.map(({ client }) => client.closeFrame(1000)));
  await Promise.all(pairs.map(({ server }) => server.ended));
}

const closedByClients: Expected = { closedBy: 'client', cause: 'client-close', certainty: 'certain', hop: 'client' };

const inner = { nginx: {} };
const scenes: Scene[] = [
  {
    name: 'nginx reload: worker_shutdown_timeout ends the connections of many clients at once',
    path: { nginx: { workerShutdownTimeout: '1s' } },
    play: async (path) => cut(await people(path), () => path.nginx.reload()),
    count: MANY,
    verdict: together,
  },
  {
    name: 'nginx reload: the same, all clients at one address',
    path: { nginx: { workerShutdownTimeout: '1s' } },
    play: async (path) => cut(await path.openMany(MANY), () => path.nginx.reload()),
    count: MANY,
    verdict: ofOneAddress,
  },
  {
    name: 'nginx reload: the same, without X-Forwarded-For',
    path: { nginx: { workerShutdownTimeout: '1s', forwarded: false } },
    play: async (path) => cut(await people(path), () => path.nginx.reload()),
    count: MANY,
    verdict: ofNoAddress,
  },
  {
    name: 'nginx reload: one connection alone may have been anything',
    path: { nginx: { workerShutdownTimeout: '1s' } },
    play: async (path) => cut([await path.open()], () => path.nginx.reload()),
    verdict: {
      closedBy: 'client',
      cause: 'client-abort',
      certainty: 'possible',
      manner: 'fin',
      witness: /second tap in front of nginx/,
    },
  },
  {
    name: 'nginx reload: without worker_shutdown_timeout nothing happens to them',
    path: inner,
    play: async (path) => {
      const pairs = await path.openMany(3);
      await path.nginx.reload();
      await goesOn(pairs);
      await closeAll(pairs);
    },
    count: 3,
    verdict: closedByClients,
  },
  {
    name: 'nginx QUIT: worker_shutdown_timeout ends them as a reload does',
    path: { nginx: { workerShutdownTimeout: '1s' } },
    play: async (path) => cut(await people(path), () => path.nginx.quit()),
    count: MANY,
    verdict: together,
  },
  {
    name: 'nginx TERM',
    path: inner,
    play: async (path) => cut(await people(path), () => path.nginx.stop()),
    count: MANY,
    verdict: together,
  },
  {
    name: 'nginx: its only worker killed',
    path: inner,
    play: async (path) => cut(await people(path), () => path.nginx.killWorker()),
    count: MANY,
    verdict: together,
  },
  {
    name: 'nginx: its master killed, and nothing happens to the connections',
    path: inner,
    play: async (path) => {
      const pairs = await path.openMany(3);
      await path.nginx.killMaster();
      await goesOn(pairs);
      await closeAll(pairs);
    },
    count: 3,
    verdict: closedByClients,
  },
  {
    name: 'nginx TERM, seen from before it: it refuses new connections',
    path: { nginx: {}, edge: true },
    play: async (path) => {
      const pairs = await path.openMany(MANY);
      await cut(pairs, () => path.nginx.stop());
      expect(await path.refused()).toBe(502);
    },
    count: MANY + 1,
    verdict: null,
    check: (verdicts) => {
      const ends = verdicts.filter((one) => one.cause !== 'upgrade-refused');
      expect(ends.map(who)).toEqual(Array.from({ length: MANY }, () => 'proxy proxy-stop likely nginx'));
      expect(verdicts.filter((one) => one.cause === 'upgrade-refused').map(who)).toEqual([
        'proxy upgrade-refused certain nginx',
      ]);
    },
  },
  {
    name: 'nginx reload, seen from before it: the server behind it may have died as well',
    path: { nginx: { workerShutdownTimeout: '1s' }, edge: true },
    play: async (path) => cut(await path.openMany(MANY), () => path.nginx.reload()),
    count: MANY,
    verdict: { ...together, certainty: 'possible', says: /12 connections of this tap ended/ },
  },
];

const who = (one: Verdict): string => `${one.closedBy} ${one.cause} ${one.certainty} ${one.hop}`;

/** Waits for the end of a flood: the side that does not read finds its own end behind what was buffered. */
async function floodUntilCut(pair: Pair, from: 'client' | 'server'): Promise<void> {
  pair[from === 'client' ? 'server' : 'client'].pause();
  await flood(pair[from]);
  pair[from === 'client' ? 'server' : 'client'].resume();
}

const slow = (spec: PathSpec, from: 'client' | 'server'): Pick<Scene, 'path' | 'play'> => ({
  path: spec,
  play: async (path) => floodUntilCut(await path.open(), from),
});

const slowPeers: Scene[] = [
  {
    name: 'nginx send_timeout: a client that does not read is reset towards the server',
    ...slow({ nginx: { sendTimeout: '3s' } }, 'server'),
    verdict: {
      closedBy: 'proxy',
      cause: 'proxy-slow-client',
      certainty: 'likely',
      manner: 'rst',
      hop: 'nginx',
      witness: /"client timed out \(110\)" is its send_timeout/,
      remedy: /send_timeout 300s/,
    },
  },
  {
    name: 'nginx proxy_send_timeout, seen from before it: the server behind it does not read',
    ...slow({ nginx: { proxySendTimeout: '3s' }, edge: true }, 'client'),
    verdict: {
      closedBy: 'proxy',
      // While nothing moves, its idle timer runs as well (GROUND-TRUTH §14).
      cause: expect.stringMatching(/^proxy-(closed|idle-timeout)$/),
      certainty: 'possible',
      hop: 'nginx',
      witness: /error_log at info/,
      says: /send timeout/,
    },
  },
  {
    name: 'nginx proxy_send_timeout, seen from behind it: a FIN while the server does not read',
    ...slow({ nginx: { proxySendTimeout: '3s' } }, 'client'),
    verdict: null,
    check: ([verdict]) => {
      expect(verdict?.closedBy).not.toBe('server');
      expect(verdict?.certainty).toBe('possible');
      expect(verdict?.witness).toMatch(/nginx/);
    },
  },
];

describeWith('nginx', 'nginx comes and goes', () => playScenes(scenes));
describeWith('nginx', 'nginx and a peer that does not read', () => playScenes(slowPeers));
