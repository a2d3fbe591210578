/** FIELD-NOTES §1: Mattermost's long deadlines at their real length, by the stand-in, with nginx between it and its clients. */

import { describeWith } from '../kit/proxies.ts';
import { greeted } from './mattermost-peers.ts';
import { type Path, pass } from './path.ts';
import { type Expected, playScenes, type Scene } from './scenes.ts';

const LONGEST_MS = 115_000;
/** nginx's own timer out of the way. */
const nginx = { readTimeout: '300s', sendTimeout: '300s', proxySendTimeout: '300s' };

const byMattermost: Expected = {
  closedBy: 'server',
  cause: 'server-pong-timeout',
  certainty: 'likely',
  manner: 'fin',
  hop: 'mattermost',
  witness: /Mattermost's log at DEBUG/,
};

async function neverReads(path: Path): Promise<void> {
  const client = await greeted(path);
  client.pause();
  const [connection] = path.standin.connections;
  while ((connection?.waiting ?? 0) < 50) {
    path.standin.post('O', 'x'.repeat(200_000));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => path.standin.events.once('ended', resolve));
  client.resume();
  await client.until('the end', () => client.endings[0], LONGEST_MS);
}

const scenes: Scene[] = [
  {
    name: 'a client that answers no ping is let go after 100 s',
    path: { nginx, server: { standin: {} } },
    play: async (path) => {
      const client = await greeted(path, { polite: false });
      await client.until('the end', () => client.endings[0], LONGEST_MS);
    },
    verdict: { ...byMattermost, summary: /no pong had come for 100 s/ },
  },
  {
    name: 'a client that answers the pings of Mattermost lives on beyond 100 s',
    path: { nginx, server: { standin: {} } },
    play: async (path) => {
      const client = await greeted(path);
      await pass(103_000);
      await client.closeFrame(1000);
      await client.ended;
    },
    verdict: { closedBy: 'client', cause: 'client-close', certainty: 'certain', manner: 'close-frame' },
  },
  {
    name: 'a client that does not read is given up after 30 s',
    path: { nginx, server: { standin: {} } },
    play: neverReads,
    verdict: { ...byMattermost, cause: 'server-write-timeout', summary: /the server's limit is 30 s/ },
  },
];

describeWith('nginx', "Mattermost's long deadlines", () => playScenes(scenes));
