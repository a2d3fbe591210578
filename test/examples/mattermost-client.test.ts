import { once } from 'node:events';
import mattermost, { type WebSocketMessage } from '@mattermost/client';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Dialect, Standin } from '../../examples/mattermost-standin/standin.ts';
import { BOB, standinForTest } from './standin-peers.ts';

/** A client of the real library, which collects its messages and lets a test wait for the n-th. */
function realClient(standin: Standin) {
  const client = new mattermost.WebSocketClient({
    clientPingInterval: 50,
    minWebSocketRetryTime: 20,
    reconnectJitterRange: 1,
  });
  const messages: WebSocketMessage[] = [];
  const waiting: (() => void)[] = [];
  client.addMessageListener((message) => {
    messages.push(message);
    for (const wake of waiting.splice(0)) wake();
  });
  let missed = 0;
  client.addMissedMessageListener(() => missed++);
  const closes: number[] = [];
  client.addCloseListener((failures) => closes.push(failures));
  onTestFinished(() => client.close());
  client.initialize(standin.socketUrl, BOB);
  return {
    client,
    messages,
    closes,
    missed: () => missed,
    async message(index: number): Promise<WebSocketMessage> {
      for (;;) {
        const message = messages[index];
        if (message !== undefined) return message;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
}

// The library tells the console about every step, some of them after its test.
vi.spyOn(console, 'log').mockImplementation(() => {});

describe.each<Dialect>(['5.37', '11'])("Mattermost's own client 11.9, with the stand-in speaking as %s", (dialect) => {
  it('authenticates by challenge and gets posts of all four kinds of channel', async () => {
    const standin = await standinForTest({ dialect });
    const bob = realClient(standin);
    expect((await bob.message(1)).event).toBe('status_change');
    for (const type of ['O', 'P', 'D', 'G'] as const)
      standin.post(type, `in ${type}`, { from: 'alice', ...(type === 'D' && { to: 'bob' }) });
    await bob.message(5);
    expect(bob.messages.map((message) => [message.event, message.seq])).toEqual([
      ['hello', 0],
      ['status_change', 1],
      ['posted', 2],
      ['posted', 3],
      ['posted', 4],
      ['posted', 5],
    ]);
    const kinds = bob.messages.map((message) => (message.event === 'posted' ? message.data.channel_type : null));
    expect(kinds.slice(2)).toEqual(['O', 'P', 'D', 'G']);
  });

  it('pings, and takes the answers for answers: it stays on one connection', async () => {
    const standin = await standinForTest({ dialect });
    const opened = vi.fn();
    standin.events.on('opened', opened);
    const bob = realClient(standin);
    await bob.message(1);
    let pings = 0;
    while (pings < 4) {
      const [, action] = await once(standin.events, 'action');
      if (action === 'ping') pings++;
    }
    const { promise, resolve } = Promise.withResolvers<unknown>();
    bob.client.sendMessage('get_statuses', null, resolve);
    expect(await promise).toMatchObject({ status: 'OK', data: { [standin.world.user('bob')?.id ?? '']: 'online' } });
    expect(opened).toHaveBeenCalledTimes(1);
    expect(bob.closes).toEqual([]);
  });

  it('reconnects after a FIN, and hears again', async () => {
    const standin = await standinForTest({ dialect });
    const bob = realClient(standin);
    await bob.message(1);
    const reconnected = new Promise<void>((resolve) => bob.client.addReconnectListener(resolve));
    standin.finAll();
    await reconnected;
    // The new hello: bob had gone offline, so the status follows again.
    await bob.message(3);
    standin.post('O', 'welcome back', { from: 'alice' });
    expect((await bob.message(4)).event).toBe('posted');
    expect(bob.messages.map((message) => message.seq)).toEqual([0, 1, 0, 1, 2]);
    // Told once, with the number of failures so far.
    expect(bob.closes).toEqual([1]);
    expect(bob.missed()).toBe(1);
  });
});
