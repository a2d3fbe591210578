/** GROUND-TRUTH §14 for several ends at once: whoever had all of them in hand may have ended them. */

import { describeWith } from '../kit/proxies.ts';
import { alike } from './alike.ts';
import { dialFrom, type Pair, type Path } from './path.ts';
import { type Expected, playScenes, type Scene } from './scenes.ts';

const MANY = 12;

const untilCut = ({ client }: Pair): Promise<unknown> => client.until('the end', () => client.endings[0], 10_000);

const manyFromOneAddress = alike(
  'twelve ends at once of one address',
  {
    closedBy: 'proxy',
    cause: 'proxy-reload',
    certainty: 'possible',
    manner: 'fin',
    hop: 'nginx',
    witness: /nginx's error_log at notice.*none of them means that one client process, or something before nginx, died/,
    says: /one client process/,
  },
  [
    {
      name: 'nginx reloaded',
      path: { nginx: { workerShutdownTimeout: '1s' } },
      play: async (path) => {
        const pairs = await path.openMany(MANY);
        await path.nginx.reload();
        await Promise.all(pairs.map(untilCut));
      },
      count: MANY,
    },
    {
      name: 'one client process killed',
      path: { nginx: {} },
      play: async (path) => {
        const clients = await path.clientProcess(MANY);
        const servers = path.server.connections;
        await clients.stop('SIGKILL');
        await Promise.all(servers.filter((one) => one.upgraded).map((one) => one.ended));
      },
      count: MANY,
    },
  ],
);

const manyFromMany: Scene = {
  name: 'twelve ends at once of twelve addresses: nginx reloaded, and only then likely',
  path: { nginx: { workerShutdownTimeout: '1s' } },
  play: async (path) => {
    const pairs = await path.openMany(MANY, (nth) => ({ dial: dialFrom(`127.0.1.${nth + 1}`) }));
    await path.nginx.reload();
    await Promise.all(pairs.map(untilCut));
  },
  count: MANY,
  verdict: { closedBy: 'proxy', cause: 'proxy-reload', certainty: 'likely', witness: /error_log at notice/ },
};

describeWith('nginx', 'several ends at once behind nginx', () => playScenes([...manyFromOneAddress, manyFromMany]));

const allGoAway = async (path: Path, act: () => unknown): Promise<void> => {
  const pairs = await path.openMany(6);
  await Promise.all(pairs.map(async ({ client, server }) => Promise.all([client.text('hello'), server.gotFrame()])));
  await act();
  await Promise.all(pairs.map(untilCut));
};
const goneAway: Expected = {
  closedBy: 'proxy',
  cause: 'proxy-injected-close',
  certainty: 'possible',
  manner: 'close-frame',
  hop: 'caddy',
  witness: /second tap in front of Caddy/,
};
const beforeCaddy = alike('Close 1001 on six at once, seen from before Caddy', goneAway, [
  {
    name: 'Caddy reloaded',
    path: { caddy: {}, edge: true },
    play: (path) => allGoAway(path, () => path.caddy.reload()),
    count: 6,
  },
  {
    name: 'the server behind it shuts down politely',
    path: { caddy: {}, edge: true },
    play: (path) =>
      allGoAway(path, () =>
        Promise.all(path.server.connections.filter((one) => one.upgraded).map((one) => one.closeFrame(1001))),
      ),
    count: 6,
  },
]);
describeWith('caddy', 'pairs before Caddy', () => playScenes(beforeCaddy));
