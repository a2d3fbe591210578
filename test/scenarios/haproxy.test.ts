/** GROUND-TRUTH §2, §3, §5, §6 with real HAProxy: its own timeouts are resets towards the server, and so is a client's. */

import { expect } from 'vitest';
import { describeWith } from '../kit/proxies.ts';
import { dialFrom, type Pair, type Path, pass } from './path.ts';
import { type Expected, playScenes, type Scene } from './scenes.ts';
import { stream } from './streams.ts';

const MANY = 6;
const TIMEOUT_MS = 3_000;

const idle: Expected = {
  closedBy: 'proxy',
  cause: 'proxy-idle-timeout',
  certainty: 'likely',
  manner: 'rst',
  hop: 'haproxy',
  closeCode: null,
  witness: /HAProxy's httplog: termination state CD is the client's reset/,
  remedy: /timeout tunnel/,
};
const perhapsLeft: Expected = {
  closedBy: 'client',
  cause: 'client-abort',
  certainty: 'possible',
  manner: 'fin',
  hop: 'client',
  witness: /termination state/,
};
const ended: Expected = {
  closedBy: 'server',
  cause: 'server-abort',
  certainty: 'likely',
  manner: 'fin',
  hop: 'server',
};
const together: Expected = {
  closedBy: 'proxy',
  cause: 'proxy-reload',
  certainty: 'likely',
  hop: 'haproxy',
  witness: /termination state K with "performing a hard-stop"/,
  says: /at 6 different addresses/,
};

const people = (path: Path): Promise<Pair[]> =>
  path.openMany(MANY, (nth) => ({ dial: dialFrom(`127.0.0.${10 + nth}`) }));

async function untilCut(pairs: readonly Pair[]): Promise<void> {
  await Promise.all(pairs.map(({ client }) => client.until('the end', () => client.endings[0], 10_000)));
}

const spoken = async (path: Path): Promise<Pair> => {
  const pair = await path.open();
  await pair.client.text('hello');
  await pair.server.gotFrame();
  await pair.server.text('hello');
  await pair.client.gotFrame();
  return pair;
};

const haproxy = {};
const scenes: Scene[] = [
  {
    name: 'timeout tunnel: a reset towards the server',
    path: { haproxy: { tunnelTimeout: '3s' }, tap: 'idle=3s' },
    play: async (path) => untilCut([await spoken(path)]),
    timerMs: TIMEOUT_MS,
    verdict: idle,
  },
  {
    name: 'timeout tunnel that nobody told the tap: three connections of different lifetimes make a timer of it',
    path: { haproxy: { tunnelTimeout: '3s' } },
    play: async (path) => {
      const cut = async (ms: number): Promise<void> => {
        const pair = await path.open();
        await pass(ms);
        await pair.client.text('hello');
        await untilCut([pair]);
      };
      await Promise.all([cut(0), cut(800), cut(1600)]);
    },
    timerMs: TIMEOUT_MS,
    count: 3,
    verdict: null,
    check: (verdicts) => {
      for (const one of verdicts) expect(one.certainty).not.toBe('certain');
      const last = verdicts.toSorted((a, b) => a.lifetimeMs - b.lifetimeMs).at(-1);
      expect(last).toMatchObject({ closedBy: 'proxy', cause: 'proxy-idle-timeout', certainty: 'likely' });
    },
  },
  {
    name: 'without timeout tunnel, client < server: a FIN',
    path: { haproxy: { clientTimeout: '3s', serverTimeout: '6s' }, tap: 'idle=3s' },
    play: async (path) => untilCut([await spoken(path)]),
    timerMs: TIMEOUT_MS,
    verdict: { ...idle, manner: 'fin' },
  },
  {
    name: 'without timeout tunnel, client > server: a reset',
    path: { haproxy: { clientTimeout: '6s', serverTimeout: '3s' }, tap: 'idle=3s' },
    play: async (path) => untilCut([await spoken(path)]),
    timerMs: TIMEOUT_MS,
    verdict: idle,
  },
  {
    name: 'timeout tunnel, seen from before it: a FIN',
    path: { haproxy: { tunnelTimeout: '3s' }, edge: true, tap: 'idle=3s' },
    play: async (path) => untilCut([await spoken(path)]),
    timerMs: TIMEOUT_MS,
    verdict: { ...idle, manner: 'fin' },
  },
  {
    name: "a client's reset is passed on, at an age that is no timer's",
    path: { haproxy },
    play: async (path) => {
      const { client, server } = await spoken(path);
      client.rst();
      await server.ended;
    },
    verdict: {
      closedBy: 'client',
      cause: 'client-reset',
      certainty: 'likely',
      manner: 'rst',
      hop: 'client',
      witness: /termination state/,
    },
  },
  {
    name: "a client's FIN without a Close",
    path: { haproxy },
    play: async (path) => {
      const { client, server } = await spoken(path);
      client.fin();
      await server.ended;
    },
    verdict: perhapsLeft,
  },
  {
    name: "a client's FIN while the server streams on: half-closed",
    path: { haproxy },
    play: async (path) => {
      const { client, server } = await spoken(path);
      server.polite = false;
      const streaming = stream(server);
      client.fin();
      await server.ended;
      server.close();
      await streaming;
    },
    verdict: perhapsLeft,
  },
  {
    name: "a client's Close 1000 and FIN at once",
    path: { haproxy },
    play: async (path) => {
      const { client, server } = await spoken(path);
      await client.closeThenFin(1000);
      await server.ended;
    },
    verdict: { closedBy: 'client', cause: 'client-close', certainty: 'certain', manner: 'close-frame' },
  },
  {
    name: "a server's FIN",
    path: { haproxy },
    play: async (path) => {
      const { client, server } = await spoken(path);
      server.fin();
      await client.ended;
    },
    verdict: ended,
  },
  {
    name: "a server's RST",
    path: { haproxy },
    play: async (path) => {
      const { client, server } = await spoken(path);
      server.rst();
      await client.ended;
    },
    verdict: { ...ended, cause: 'server-reset', manner: 'rst' },
  },
  {
    name: 'reload with hard-stop-after',
    path: { haproxy: { hardStopAfter: '1s' } },
    play: async (path) => {
      const pairs = await people(path);
      await path.haproxy.reload();
      await untilCut(pairs);
    },
    count: MANY,
    verdict: together,
  },
  {
    name: 'TERM',
    path: { haproxy },
    play: async (path) => {
      const pairs = await people(path);
      await path.haproxy.stop();
      await untilCut(pairs);
    },
    count: MANY,
    verdict: together,
  },
  {
    name: 'its worker killed',
    path: { haproxy },
    play: async (path) => {
      const pairs = await people(path);
      path.haproxy.killWorker();
      await untilCut(pairs);
    },
    count: MANY,
    verdict: together,
  },
  {
    name: 'an administrator shuts one session down: anybody may have',
    path: { haproxy },
    play: async (path) => {
      const pair = await spoken(path);
      await path.haproxy.command('shutdown sessions server b/s1');
      await untilCut([pair]);
    },
    verdict: { ...perhapsLeft, manner: expect.stringMatching(/^(fin|rst)$/) },
  },
];

describeWith('haproxy', 'HAProxy between client and server', () => playScenes(scenes));
