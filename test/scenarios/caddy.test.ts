/** GROUND-TRUTH §2, §3, §5 with real Caddy, which writes Close frames of its own when it is reloaded or stopped. */

import { expect } from 'vitest';
import { describeWith } from '../kit/proxies.ts';
import { dialFrom, type Pair, type Path, pass } from './path.ts';
import { type Expected, playScenes, type Scene } from './scenes.ts';

const MANY = 6;
const caddy = {};

const injected: Expected = {
  closedBy: 'proxy',
  cause: 'proxy-injected-close',
  certainty: 'certain',
  manner: 'close-frame',
  hop: 'caddy',
  closeCode: 1001,
  witness: null,
  remedy: /stream_close_delay/,
};
const idle: Expected = {
  closedBy: 'proxy',
  cause: 'proxy-idle-timeout',
  certainty: 'likely',
  manner: 'fin',
  hop: 'caddy',
  witness: /second tap in front of Caddy/,
  remedy: /read_timeout/,
};
const perhapsLeft: Expected = {
  closedBy: 'client',
  cause: 'client-abort',
  certainty: 'possible',
  manner: 'fin',
  hop: 'client',
  witness: /second tap in front of Caddy/,
};

const people = async (path: Path): Promise<Pair[]> => {
  const pairs = await path.openMany(MANY, (nth) => ({ dial: dialFrom(`127.0.0.${10 + nth}`) }));
  await Promise.all(pairs.map(async ({ client, server }) => Promise.all([client.text('hello'), server.gotFrame()])));
  return pairs;
};

async function untilCut(pairs: readonly Pair[]): Promise<void> {
  await Promise.all(pairs.map(({ client }) => client.until('the end', () => client.endings[0], 10_000)));
}

const spoken = async (path: Path): Promise<Pair> => {
  const pair = await path.open();
  await pair.client.text('hello');
  await pair.server.text('hello');
  await pair.client.gotFrame();
  return pair;
};

const scenes: Scene[] = [
  {
    name: 'reload: an unmasked Close 1001 towards the server is certainly not the client',
    path: { caddy },
    play: async (path) => {
      const pairs = await people(path);
      await path.caddy.reload();
      await untilCut(pairs);
    },
    count: MANY,
    verdict: injected,
  },
  {
    name: 'stop: the same',
    path: { caddy },
    play: async (path) => {
      const pairs = await people(path);
      await path.caddy.stop();
      await untilCut(pairs);
    },
    count: MANY,
    verdict: injected,
  },
  {
    name: 'reload, and the client never sent a frame: nobody knows whether it masks',
    path: { caddy },
    play: async (path) => {
      const pairs = await path.openMany(1);
      await path.caddy.reload();
      await untilCut(pairs);
    },
    verdict: { ...injected, certainty: 'likely', witness: /second tap in front of Caddy/ },
  },
  {
    name: 'reload, seen from before it: a server could have sent that 1001',
    path: { caddy, edge: true },
    play: async (path) => {
      const pairs = await people(path);
      await path.caddy.reload();
      await untilCut(pairs);
    },
    count: MANY,
    verdict: { ...injected, certainty: 'possible', witness: /second tap in front of Caddy/ },
  },
  {
    name: 'killed: FIN to all, and many people at once',
    path: { caddy },
    play: async (path) => {
      const pairs = await people(path);
      await path.caddy.kill();
      await untilCut(pairs);
    },
    count: MANY,
    verdict: {
      closedBy: 'proxy',
      cause: 'proxy-reload',
      certainty: 'likely',
      manner: 'fin',
      hop: 'caddy',
      witness: /log of caddy/i,
    },
  },
  {
    name: "read_timeout counts from the server's last byte, whatever the client says",
    path: { caddy: { readTimeout: '3s' }, tap: 'idle=3s' },
    play: async (path) => {
      const pair = await spoken(path);
      await pass(1_500);
      await pair.client.text('still here');
      await untilCut([pair]);
    },
    timerMs: 3_000,
    silenceOf: ({ idle: times }) => times.serverMs,
    verdict: { ...idle, summary: /3 s without a byte from the server/ },
    check: ([verdict]) => expect(verdict?.idle.clientMs ?? 0).toBeLessThan(2_000),
  },
  {
    name: "a client's FIN",
    path: { caddy },
    play: async (path) => {
      const { client, server } = await spoken(path);
      client.fin();
      await server.ended;
    },
    verdict: perhapsLeft,
  },
  {
    name: "a client's RST is a FIN behind Caddy",
    path: { caddy },
    play: async (path) => {
      const { client, server } = await spoken(path);
      client.rst();
      await server.ended;
    },
    verdict: perhapsLeft,
  },
  {
    name: "a client's Close 1001 is masked, and the client's own",
    path: { caddy },
    play: async (path) => {
      const { client, server } = await spoken(path);
      await client.closeFrame(1001);
      await server.ended;
    },
    verdict: {
      closedBy: 'client',
      cause: 'client-going-away',
      certainty: 'certain',
      manner: 'close-frame',
      closeCode: 1001,
    },
  },
  {
    name: "a server's Close 1001, seen from before Caddy: a reload would look the same",
    path: { caddy, edge: true },
    play: async (path) => {
      const { client, server } = await spoken(path);
      await server.closeFrame(1001);
      await client.ended;
    },
    verdict: null,
    check: ([verdict]) => {
      expect(verdict?.certainty).toBe('possible');
      expect(verdict?.closeCode).toBe(1001);
      expect(verdict?.witness).toMatch(/Caddy/);
    },
  },
  {
    name: "a server's RST",
    path: { caddy },
    play: async (path) => {
      const { client, server } = await spoken(path);
      server.rst();
      await client.ended;
    },
    verdict: { closedBy: 'server', cause: 'server-reset', certainty: 'likely', manner: 'rst', hop: 'server' },
  },
];

describeWith('caddy', 'Caddy between client and server', () => playScenes(scenes));
