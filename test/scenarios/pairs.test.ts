/**
 * GROUND-TRUTH §14: pairs that one tap cannot separate. Both members are caused for real. Neither may be called certain, and
 * the verdict must name the witness that would settle it.
 */

import { expect } from 'vitest';
import { available, describeWith } from '../kit/proxies.ts';
import { alike } from './alike.ts';
import { greeted } from './mattermost-peers.ts';
import { type Pair, type Path, type PathSpec, pass } from './path.ts';
import { describe, playScenes, type Scene, type Verdict } from './scenes.ts';
import { unread } from './streams.ts';

const TIMEOUT_MS = 3_000;

async function spoken(path: Path): Promise<Pair> {
  const pair = await path.open();
  await pair.client.text('hello');
  await pair.server.gotFrame();
  await pair.server.text('hello');
  await pair.client.gotFrame();
  return pair;
}

const untilCut = ({ client }: Pair): Promise<unknown> => client.until('the end', () => client.endings[0], 10_000);

const nginx: PathSpec = { nginx: {} };

const loneEnds = alike(
  'a FIN behind nginx at no particular age',
  {
    closedBy: 'client',
    cause: 'client-abort',
    certainty: 'possible',
    // nginx makes an RST of any of them when it has unread data of the server.
    manner: expect.stringMatching(/^(fin|rst)$/),
    hop: 'client',
    witness: /second tap in front of nginx.*"recv\(\) failed \(104\)" the client's reset.*no line at all a FIN/,
  },
  [
    {
      name: "the client's FIN",
      path: nginx,
      play: async (path) => {
        const { client, server } = await spoken(path);
        await pass(700);
        client.fin();
        await server.ended;
      },
    },
    {
      name: "the client's RST",
      path: nginx,
      play: async (path) => {
        const { client, server } = await spoken(path);
        await pass(700);
        client.rst();
        await server.ended;
      },
    },
    {
      name: 'the client killed',
      path: nginx,
      play: async (path) => {
        const clients = await path.clientProcess(1);
        const server = await path.server.upgraded();
        await clients.stop('SIGKILL');
        await server.ended;
      },
    },
    {
      name: 'the client killed with unread data',
      path: nginx,
      play: async (path) => {
        const clients = await path.clientProcess(1, 'unread');
        const server = await path.server.upgraded();
        await unread(server);
        await clients.stop('SIGKILL');
        await server.ended;
      },
    },
    {
      name: 'the only worker of nginx killed, with this one connection',
      path: nginx,
      play: async (path) => {
        const pair = await spoken(path);
        await pass(700);
        path.nginx.killWorker();
        await untilCut(pair);
      },
    },
  ],
);

const atTheTimersAge = alike(
  "a FIN behind nginx at the age of nginx's timer",
  {
    closedBy: 'proxy',
    cause: 'proxy-idle-timeout',
    certainty: 'likely',
    manner: 'fin',
    hop: 'nginx',
    witness: /"upstream timed out \(110\)" is its idle timer.*no line at all a FIN from the client/,
  },
  [
    {
      name: 'the timer itself',
      path: { nginx: { readTimeout: '3s' }, tap: 'idle=3s' },
      play: async (path) => untilCut(await spoken(path)),
      timerMs: TIMEOUT_MS,
    },
    {
      name: 'a client that leaves at that very moment',
      path: { nginx: {}, tap: 'idle=3s' },
      play: async (path) => {
        const { client, server } = await spoken(path);
        await pass(TIMEOUT_MS);
        client.fin();
        await server.ended;
      },
      timerMs: TIMEOUT_MS,
    },
  ],
);

const atTheTimersAgeBehindHaproxy = alike(
  'an RST behind HAProxy at the age of its timer',
  {
    closedBy: 'proxy',
    cause: 'proxy-idle-timeout',
    certainty: 'likely',
    manner: 'rst',
    hop: 'haproxy',
    witness: /termination state CD is the client's reset, cD or sD its timeout/,
  },
  [
    {
      name: 'the timer itself',
      path: { haproxy: { tunnelTimeout: '3s' }, tap: 'idle=3s' },
      play: async (path) => untilCut(await spoken(path)),
      timerMs: TIMEOUT_MS,
    },
    {
      name: 'a client that resets at that very moment',
      path: { haproxy: {}, tap: 'idle=3s' },
      play: async (path) => {
        const { client, server } = await spoken(path);
        await pass(TIMEOUT_MS + 20);
        client.rst();
        await server.ended;
      },
      timerMs: TIMEOUT_MS,
    },
  ],
);

const unansweredClientPing = [
  {
    name: 'a FIN 3 s after an unanswered ping of the client: the client gave up',
    path: { nginx: {}, server: { polite: false } },
    play: async (path: Path) => {
      const { client, server } = await path.open();
      await client.ping();
      await pass(TIMEOUT_MS);
      client.fin();
      await server.ended;
      server.close();
    },
  },
  {
    name: 'a FIN 3 s after an unanswered ping of the client: the timer of nginx, which that ping armed',
    path: { nginx: { readTimeout: '3s' }, server: { polite: false } },
    play: async (path: Path) => {
      const { client, server } = await path.open();
      await client.ping();
      await server.ended;
      server.close();
      await client.ended;
    },
  },
].map((scene): Scene => ({ ...scene, verdict: null, check: unsureButNotOfTheServer }));

function unsureButNotOfTheServer([verdict]: readonly Verdict[]): void {
  expect(verdict?.certainty, verdict?.summary).toBe('possible');
  expect(verdict?.closedBy).toMatch(/^(client|proxy)$/);
  expect(verdict?.witness).toMatch(/nginx/);
}

describeWith('nginx', 'pairs behind nginx', () =>
  playScenes([...loneEnds, ...atTheTimersAge, ...unansweredClientPing]),
);
describeWith('haproxy', 'pairs behind HAProxy', () => playScenes(atTheTimersAgeBehindHaproxy));

const standin = { standin: { pingMs: 700, pongMs: 3_000 } };
const pongOrDecision = alike(
  'a FIN of the server while it waits for a pong',
  {
    closedBy: 'server',
    cause: 'server-pong-timeout',
    certainty: 'possible',
    manner: 'fin',
    hop: 'mattermost',
    witness: /Mattermost's log at DEBUG/,
  },
  [
    {
      name: 'its deadline',
      path: { ...nginx, server: standin },
      play: async (path) => {
        const client = await greeted(path, { polite: false });
        await client.until('the end', () => client.endings[0], 10_000);
      },
    },
    {
      name: 'its own decision',
      path: { ...nginx, server: { standin: { pingMs: 700 } } },
      play: async (path) => {
        const client = await greeted(path, { polite: false });
        await pass(TIMEOUT_MS);
        path.standin.finAll();
        await client.ended;
      },
    },
  ],
);
if (available('nginx')) describe('pairs of a server', () => playScenes(pongOrDecision));
