import { expect, it, vi } from 'vitest';
import { openClient } from '../../kit/fault-peers.ts';
import { servePage, TOKEN } from './real-page.ts';

/** Collects the live feed of a real page. */
async function listen(url: string): Promise<{ readonly text: () => string; readonly stop: () => void }> {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/live`, {
    headers: { Authorization: `Bearer ${TOKEN}` },
    signal: stop.signal,
  });
  let text = '';
  const reading = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  };
  reading().catch(() => undefined);
  return { text: () => text, stop: () => stop.abort() };
}

it('a connection through a real gateway is seen to open and to die, and can be read at once', async () => {
  const page = await servePage();
  const feed = await listen(page.url);
  await vi.waitFor(() => expect(feed.text()).toContain('event: status'));

  const client = await openClient({ port: page.gateway.port });
  const server = await page.target.upgraded(0);
  await vi.waitFor(() => expect(feed.text()).toContain('event: opened'));
  for (let i = 0; i < 3; i++) await server.text(`{"event":"typing","seq":${i}}`);
  await client.until('three frames', () => client.frames.length >= 3 || null);

  // No wait here: a list shows what has just happened.
  const [open] = (await page.connections('?open=true')).connections;
  expect(open).toMatchObject({ state: 'open', tap: 'gateway', frames: { client: 0, server: 3 }, verdict: null });
  const id = open?.connection ?? '';
  const detail = await page.connection(id);
  expect(detail).toMatchObject({ connection: id, state: 'open', recordedFrames: 3, frames: { server: 3 } });
  expect(detail.lastFrames).toHaveLength(3);
  expect(detail.upgrade.answer?.status).toBe(101);
  expect((await page.summary()).open).toBe(1);

  client.closeFrame(1000, 'enough');
  await client.ended;
  await vi.waitFor(() => expect(feed.text()).toContain('event: closed'));
  const [closed] = (await page.connections()).connections;
  expect(closed).toMatchObject({
    connection: id,
    state: 'closed',
    verdict: { closedBy: 'client', cause: 'client-close', certainty: 'certain', closeReason: 'enough' },
  });
  const story = await page.connection(id);
  expect(story.facts.map(({ kind }) => kind)).toContain('close-frame');
  const frames = await (await page.get(`/api/connections/${id}/frames?control=false`)).json();
  expect(frames).toMatchObject({ total: 3, first: 0 });
  const all = await (await page.get(`/api/connections/${id}/frames?format=ndjson`)).text();
  expect(all.trimEnd().split('\n').length).toBe(story.recordedFrames);

  const summary = await page.summary();
  expect(summary).toMatchObject({ open: 0, closed: 1, byParty: { client: 1 } });
  expect(summary.says.length).toBeGreaterThan(10);
  expect(await (await page.get('/metrics')).text()).toContain(
    'hangup_closes_total{tap="gateway",closed_by="client",cause="client-close",hop="client",certainty="certain"} 1',
  );
  feed.stop();
});

it('its user is known by the hello, and its pings by their round trips', async () => {
  const page = await servePage({ keepalive: '100ms' });
  const feed = await listen(page.url);
  const client = await openClient({ port: page.gateway.port, polite: true });
  const server = await page.target.upgraded(0);
  const user = 'abcdefghijklmnopqrstuvwxyz';
  await server.text(
    `{"event":"hello","data":{"connection_id":"${user}","server_version":"10.5"},"broadcast":{"omit_users":null,"user_id":"${user}","channel_id":"","team_id":""},"seq":0}`,
  );
  await client.until('two pings', () => client.frames.filter(({ opcode }) => opcode === 9).length >= 2);
  const [row] = (await page.connections()).connections;
  expect(row).toMatchObject({ state: 'open', user: { id: user, name: null } });
  expect(row?.roundTripMs.client).toBeGreaterThan(0);
  expect(await (await page.get('/metrics')).text()).toMatch(
    /hangup_ping_round_trip_seconds_count\{tap="gateway",leg="client"\} [1-9]/,
  );
  client.closeFrame(1000);
  await client.ended;
  await vi.waitFor(() => expect(feed.text()).toMatch(/event: closed\ndata: .*"user":\{"id":"abcdefghij/));
  feed.stop();
});

it('exports the very lines that report --json prints', async () => {
  const page = await servePage();
  for (let i = 0; i < 3; i++) {
    const client = await openClient({ port: page.gateway.port });
    client.closeFrame(1000);
    await client.ended;
  }
  await vi.waitFor(async () => expect((await page.gateway.verdicts()).length).toBe(3));
  const lines = (await (await page.get('/api/verdicts')).text()).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(await page.gateway.verdicts());
});

it('survives the end of hangup as a clean end: the stream closes, and the exit code is right', async () => {
  const page = await servePage();
  const feed = await listen(page.url);
  await vi.waitFor(() => expect(feed.text()).toContain('event: status'));
  const client = await openClient({ port: page.gateway.port });
  const since = performance.now();
  const exit = page.gateway.stop('SIGTERM');
  await client.ended;
  expect(await exit).toEqual({ code: 143, signal: null });
  expect(performance.now() - since).toBeLessThan(5000);
  expect(feed.text()).toContain('"cause":"gateway-shutdown"');
  expect(page.gateway.stderr).not.toContain(TOKEN);
});

it('a cursor of somebody else’s is refused with a sentence', async () => {
  const page = await servePage();
  const answer = await page.get('/api/connections?cursor=nonsense');
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ error: expect.stringContaining('cursor') });
});
