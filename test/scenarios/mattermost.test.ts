/** FIELD-NOTES §1: Mattermost's own ends, by the stand-in, straight beside the tap and with nginx between it and the client. */

import { expect } from 'vitest';
import { available, describeWith } from '../kit/proxies.ts';
import { connectionIdOf, greeted, SOCKET, withToken } from './mattermost-peers.ts';
import type { Path, PathSpec } from './path.ts';
import { describe, type Expected, playScenes, type Scene } from './scenes.ts';

const standin = { standin: {} };

const byMattermost: Expected = {
  closedBy: 'server',
  cause: 'server-abort',
  certainty: 'likely',
  manner: 'fin',
  hop: 'mattermost',
  closeCode: null,
  witness: /Mattermost's log at DEBUG/,
};
const closedByMattermost: Expected = { ...byMattermost, certainty: 'certain', manner: 'close-frame', witness: null };

interface Row extends Omit<Scene, 'path'> {
  readonly server?: PathSpec['server'];
}

const text = (value: unknown): string => JSON.stringify(value);

async function untilQueueIsFull(path: Path): Promise<void> {
  const client = await greeted(path);
  client.pause();
  const [connection] = path.standin.connections;
  while ((connection?.waiting ?? 0) < 255) {
    path.standin.post('O', 'x'.repeat(60_000));
    await new Promise((resolve) => setImmediate(resolve));
  }
  path.standin.post('O', 'one too many');
  path.standin.post('O', 'and another');
  client.resume();
  await client.until('the end', () => client.endings[0], 20_000);
}

const rows: Row[] = [
  {
    name: 'no token: closed 5 s after the upgrade',
    play: async (path) => {
      const client = await path.client({ path: SOCKET });
      await client.until('the end', () => client.endings[0], 10_000);
    },
    verdict: {
      ...byMattermost,
      cause: 'server-auth-timeout',
      hop: expect.stringMatching(/^(mattermost|server)$/),
      remedy: /token/,
    },
  },
  {
    name: 'a wrong token in the challenge',
    play: async (path) => {
      const client = await path.client({ path: SOCKET });
      await client.text(text({ action: 'authentication_challenge', seq: 1, data: { token: 'nonsense' } }));
      await client.ended;
    },
    verdict: {
      ...byMattermost,
      cause: 'server-bad-token',
      hop: expect.stringMatching(/^(mattermost|server)$/),
      remedy: /fresh token/,
    },
  },
  {
    name: "no pong for 3 s: not Mattermost's 100 s, so only possible",
    server: { standin: { pingMs: 700, pongMs: 3_000 } },
    play: async (path) => {
      const client = await greeted(path, { polite: false });
      await client.until('the end', () => client.endings[0], 10_000);
    },
    verdict: { ...byMattermost, cause: 'server-pong-timeout', certainty: 'possible' },
  },
  {
    name: 'a message over 8192 bytes: Close 1009',
    play: async (path) => {
      const client = await greeted(path);
      await client.text('x'.repeat(9_000));
      await client.ended;
    },
    verdict: { ...closedByMattermost, cause: 'server-message-too-big', closeCode: 1009, summary: /9000 bytes/ },
  },
  {
    name: 'a broken frame: Close 1002',
    play: async (path) => {
      const client = await greeted(path);
      await client.frame({ payload: 'reserved', rsv: 4 });
      await client.ended;
    },
    verdict: { ...closedByMattermost, cause: 'server-protocol-error', closeCode: 1002 },
  },
  {
    name: 'a full queue: an empty Close',
    play: untilQueueIsFull,
    verdict: { ...closedByMattermost, cause: 'server-queue-full', certainty: 'likely', witness: /Mattermost's log/ },
  },
  {
    name: 'JSON that cannot be decoded: a bare FIN',
    play: async (path) => {
      const client = await greeted(path);
      await client.text('{ this is no JSON');
      await client.ended;
    },
    verdict: { ...byMattermost, says: /one that the server cannot decode makes it close like this/ },
  },
  {
    name: 'a connection_id that nobody can resume',
    play: async (path) => {
      const client = await path.client({ path: `${SOCKET}?connection_id=nonsense&sequence_number=3`, ...withToken() });
      await client.until('the end', () => client.endings[0]);
    },
    verdict: { ...byMattermost, cause: 'server-resume-rejected', hop: expect.stringMatching(/^(mattermost|server)$/) },
  },
  {
    name: 'shutdown, and a new connection refused',
    play: async (path) => {
      const clients = [await greeted(path), await greeted(path), await greeted(path)];
      await path.standin.shutdown();
      await Promise.all(clients.map((client) => client.ended));
      expect(await path.refused({ path: SOCKET })).toBe(502);
    },
    count: 4,
    verdict: null,
    check: (verdicts) => {
      const ends = verdicts.filter((one) => one.cause !== 'upgrade-refused');
      expect(ends.map((one) => [one.closedBy, one.cause, one.certainty, one.hop, one.manner])).toEqual(
        Array.from({ length: 3 }, () => ['server', 'server-shutdown', 'likely', 'mattermost', 'fin']),
      );
      expect(ends[0]?.witness).toMatch(/Docker events/);
    },
  },
  {
    name: 'several at once and nobody refused: a shutdown is only possible',
    play: async (path) => {
      const clients = [await greeted(path), await greeted(path), await greeted(path)];
      path.standin.finAll();
      await Promise.all(clients.map((client) => client.ended));
    },
    count: 3,
    verdict: { ...byMattermost, cause: 'server-shutdown', certainty: 'possible', witness: /Docker events/ },
  },
  {
    name: 'reset',
    play: async (path) => {
      const client = await greeted(path);
      path.standin.resetAll();
      await client.ended;
    },
    verdict: { ...byMattermost, cause: 'server-reset', manner: 'rst', witness: /./ },
  },
  {
    name: "a write that blocks for 2 s: not Mattermost's 30 s, so not claimed",
    server: { standin: { writeMs: 2_000 } },
    play: async (path) => {
      const client = await greeted(path);
      client.pause();
      const connection = path.standin.connections[0];
      const ended = new Promise((resolve) => path.standin.events.once('ended', resolve));
      while (path.standin.connections.length > 0 && (connection?.waiting ?? 0) < 50) {
        path.standin.post('O', 'x'.repeat(200_000));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await ended;
      client.resume();
      await client.until('the end', () => client.endings[0], 20_000);
    },
    verdict: null,
    check: ([verdict]) => {
      expect(verdict?.closedBy).toBe('server');
      expect(verdict?.cause).not.toBe('server-write-timeout');
      expect(verdict?.certainty).not.toBe('certain');
    },
  },
  {
    name: "the client's ping went unanswered: it says so in its next URL",
    play: async (path) => {
      const client = await greeted(path);
      await client.closeFrame(null);
      await client.ended;
      const query = `connection_id=${connectionIdOf(client)}&sequence_number=1&disconnect_err_code=4000`;
      const next = await path.client({ path: `${SOCKET}?${query}`, ...withToken() });
      await next.closeFrame(1000);
      await next.ended;
    },
    count: 2,
    verdict: null,
    check: (verdicts) => {
      const first = verdicts.find((one) => !one.url.includes('disconnect_err_code'));
      expect(first).toMatchObject({
        closedBy: 'client',
        cause: 'client-ping-timeout',
        certainty: 'certain',
        witness: null,
      });
    },
  },
];

const scenes = (path: PathSpec): Scene[] =>
  rows.map(({ server, ...row }) => ({ ...row, path: { ...path, server: server ?? standin } }));

describe('Mattermost, straight beside its clients', () => playScenes(scenes({})));
describeWith('nginx', 'Mattermost, with nginx between it and its clients', () => playScenes(scenes({ nginx: {} })));

/** Seen from before nginx every bare end of Mattermost may be nginx's as well. */
const fromEdge: Scene[] = rows
  .filter(({ verdict }) => verdict !== null && verdict.manner !== 'close-frame')
  .map(({ server, name, play, count }) => ({
    name,
    play,
    path: { nginx: {}, edge: true, server: server ?? standin },
    ...(count === undefined ? {} : { count }),
    verdict: null,
    check: (verdicts) => {
      for (const one of verdicts) {
        expect(one.certainty, one.summary).not.toBe('certain');
        expect(one.witness).toMatch(/nginx|Mattermost's log/);
      }
    },
  }));

if (available('nginx')) describe('Mattermost behind nginx, seen from before both', () => playScenes(fromEdge));
