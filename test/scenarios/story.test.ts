/** The stories that the product is for, with clients that were not written here. */

import { once } from 'node:events';
import mattermost, { type WebSocketMessage } from '@mattermost/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Standin, startStandin } from '../../examples/mattermost-standin/standin.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../kit/gateway-process.ts';
import { describeWith, type Nginx, type NginxSettings, startNginx } from '../kit/proxies.ts';
import { SOCKET, TOKEN } from './mattermost-peers.ts';
import { pass } from './path.ts';
import { expectVerdict, withWitness } from './scenes.ts';

const VERDICT_WITHIN_MS = 1_000;

interface House {
  readonly standin: Standin;
  readonly gateway: Gateway;
  readonly nginx: Nginx;
  readonly url: string;
}

/** client → nginx → hangup → Mattermost's stand-in */
async function house(settings: NginxSettings = {}, options: Partial<GatewayOptions> = {}): Promise<House> {
  const standin = await startStandin();
  onTestFinished(() => standin.shutdown());
  const taps = [`inner,listen=127.0.0.1:0,target=${standin.url},behind=nginx`];
  const gateway = await startGateway({ taps, ...options });
  onTestFinished(() => gateway.close());
  const nginx = await startNginx({ target: gateway.port, ...settings });
  onTestFinished(() => nginx.close());
  return { standin, gateway, nginx, url: `ws://127.0.0.1:${nginx.port}${SOCKET}` };
}

// The library tells the console about every step, some of them after its test.
vi.spyOn(console, 'log').mockImplementation(() => {});

describeWith('nginx', 'the story it started from', () => {
  test('a bot behind nginx closes by itself, and neither nginx nor Mattermost is blamed for it', async () => {
    const { standin, gateway, url } = await house();
    const bot = new WebSocket(url, { headers: { Authorization: `Bearer ${TOKEN}` } });
    const direct = new Promise<string>((resolve) => {
      bot.on('message', (data) => {
        const text = data.toString();
        if (text.includes('"posted"')) resolve(text);
      });
    });
    await once(bot, 'open');
    standin.post('D', 'are you there?', { from: 'bob', to: 'alice' });
    expect(await direct).toContain('are you there?');
    bot.close(1000, 'aborted');
    await once(bot, 'close');
    await pass(VERDICT_WITHIN_MS);
    const [verdict] = (await gateway.verdicts()).map(withWitness);
    if (verdict === undefined) throw new Error('no verdict within 1 s');
    expectVerdict(verdict, {
      closedBy: 'client',
      cause: 'client-close',
      certainty: 'certain',
      manner: 'close-frame',
      hop: 'client',
      closeCode: 1000,
      witness: null,
    });
    expect(verdict.ruledOut.map((one) => one.who)).toEqual(['server', 'network', 'nginx']);
  });
});

/** Mattermost's own client, with a socket of this Node. */
function mattermostClient(url: string) {
  const client = new mattermost.WebSocketClient({
    clientPingInterval: 300,
    minWebSocketRetryTime: 100,
    reconnectJitterRange: 1,
  });
  onTestFinished(() => client.close());
  const messages: WebSocketMessage[] = [];
  client.addMessageListener((message) => messages.push(message));
  // Without one the library never resets its sequence number, and closes every new connection as out of step (4001).
  client.addMissedMessageListener(() => undefined);
  client.initialize(url, TOKEN);
  return { client, messages };
}

describeWith('nginx', "Mattermost's own client through nginx and hangup", () => {
  test('authenticates, gets posts, pings, and comes back after a reload of nginx', async () => {
    const { standin, gateway, nginx, url } = await house({ workerShutdownTimeout: '1s' }, { keepalive: 'off' });
    let pings = 0;
    standin.events.on('action', (_connection, action) => {
      if (action === 'ping') pings++;
    });
    const { client, messages } = mattermostClient(url);
    const count = (event: string): number => messages.filter((message) => message.event === event).length;
    const posts = (): number => count('posted');
    const hellos = (): number => count('hello');
    await expect.poll(() => messages.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    for (const type of ['O', 'P', 'G'] as const) standin.post(type, `in ${type}`, { from: 'bob' });
    await expect.poll(posts, { timeout: 10_000 }).toBe(3);
    await expect.poll(() => pings, { timeout: 10_000 }).toBeGreaterThanOrEqual(2);

    const back = new Promise<void>((resolve) => client.addReconnectListener(resolve));
    const cut = new Promise<unknown>((resolve) => standin.events.once('ended', (_connection, why) => resolve(why)));
    await nginx.reload();
    expect(await cut).toBe('peer-fin');
    await back;
    await expect.poll(hellos, { timeout: 10_000 }).toBe(2);
    standin.post('O', 'welcome back', { from: 'bob' });
    await expect.poll(posts, { timeout: 10_000 }).toBe(4);

    await pass(VERDICT_WITHIN_MS);
    const [verdict, ...more] = (await gateway.verdicts()).map(withWitness);
    expect(more).toEqual([]);
    if (verdict === undefined) throw new Error('no verdict within 1 s');
    // One connection of one client: it may have been anybody beyond the tap, nginx included.
    expect(verdict.manner).toBe('fin');
    expect(verdict.certainty).toBe('possible');
    expect(verdict.closedBy).not.toBe('server');
    expect(verdict.witness).toMatch(/nginx/);
    expect(await gateway.verdicts('--open')).toHaveLength(1);
  });
});
