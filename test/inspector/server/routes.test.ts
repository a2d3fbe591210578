import http from 'node:http';
import { describe, expect, it } from 'vitest';
import { now } from '../../../src/gateway/clock.ts';
import { CLOSE, judgeNow, open } from './connections.ts';
import { FRAME, row } from './fake-archive.ts';
import { startPage, TOKEN } from './page-stage.ts';

const ID = 'abcdefghijklmnop';
const NONE = 'zzzzzzzzzzzzzzzz';

describe('GET /api/connections', () => {
  it('is asked with every part of a query', async () => {
    const page = await startPage();
    const answer = await page.get(
      '/api/connections?open=false&closedBy=proxy&cause=proxy-idle-timeout&certainty=likely&hop=nginx&tap=inner&text=B%C3%B6t' +
        '&since=2026-01-01T00:00:00Z&until=1767312000000&idleFromMs=59000&idleToMs=61000.5&connection=a&connection=b&limit=500&cursor=7',
    );
    expect(answer.status).toBe(200);
    expect(page.archive.asked).toEqual({
      query: {
        open: false,
        closedBy: 'proxy',
        cause: 'proxy-idle-timeout',
        certainty: 'likely',
        hop: 'nginx',
        tap: 'inner',
        text: 'Böt',
        since: Date.UTC(2026, 0, 1),
        until: 1767312000000,
        idleFromMs: 59_000,
        idleToMs: 61_000.5,
        connection: ['a', 'b'],
      },
      limit: 500,
      cursor: '7',
    });
  });

  it('is asked for 50 of all without one, after what has just happened is stored', async () => {
    const page = await startPage();
    await page.get('/api/connections');
    expect(page.archive.asked).toEqual({ query: {}, limit: 50, cursor: null });
    expect(page.journal.flushes).toBe(1);
  });

  it('takes a time as a duration back from now', async () => {
    const page = await startPage();
    await page.get('/api/connections?since=1.5h');
    expect(Date.now() - (page.archive.asked?.query.since ?? 0) - 5_400_000).toBeLessThan(5_000);
  });

  it.each([
    ['limit=0', 'limit: "0" is not a whole number from 1 to 500'],
    ['limit=501', 'limit: "501" is not a whole number from 1 to 500'],
    ['limit=ten', 'limit: "ten" is not a whole number from 1 to 500'],
    ['open=1', 'open: "1" is neither true nor false'],
    ['closedBy=nobody', 'closedBy: "nobody" is not one of client, proxy, server, network, gateway, unknown'],
    ['cause=idle', expect.stringMatching(/^cause: "idle" is not one of client-close, /)],
    ['certainty=sure', 'certainty: "sure" is not one of certain, likely, possible'],
    ['since=yesterday', expect.stringMatching(/^since: "yesterday" is neither a time .* nor a duration/)],
    ['since=2026-13-45', expect.stringMatching(/^since: /)],
    ['idleFromMs=-1', 'idleFromMs: "-1" is not a number of milliseconds'],
    ['text=', 'text: is empty'],
    [`text=${'x'.repeat(201)}`, 'text: is longer than 200 characters'],
    ['tap=a&tap=b', 'tap: is given more than once'],
    ['limti=5', 'there is no parameter "limti" here; did you mean limit?'],
    ['__proto__=5', expect.stringMatching(/^there is no parameter "__proto__" here; there are open, closedBy, /)],
  ])('says what is wrong with %s', async (query, sentence) => {
    const page = await startPage();
    const answer = await page.get(`/api/connections?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error: sentence });
  });

  it('fills in what an open connection has carried, which the journal does not know', async () => {
    const page = await startPage();
    const log = open(page.inspector);
    const { connection } = log.timeline.head;
    log.timeline.totals.server.bytes = 2048;
    log.timeline.totals.server.frames = 7;
    log.timeline.totals.client.roundTripMs = 1.25;
    page.archive.rows = [row(connection, { state: 'open', closedAt: null, frames: { client: 0, server: 0 } }), row(ID)];
    const { body } = await page.get('/api/connections');
    expect(body.connections).toHaveLength(2);
    expect(body.connections[0]).toMatchObject({
      connection,
      state: 'open',
      frames: { client: 0, server: 7 },
      bytes: { client: 0, server: 2048 },
      roundTripMs: { client: 1.25, server: null },
      user: { name: 'bot' },
      verdict: null,
    });
    expect(body.connections[1]).toEqual(row(ID));
  });

  it('shows its idle time as of now, and what has no verdict yet as closing', async () => {
    const page = await startPage();
    const log = open(page.inspector);
    const { connection, openedAt } = log.timeline.head;
    page.archive.rows = [row(connection, { state: 'open' })];
    await new Promise((resolve) => setTimeout(resolve, 60));
    const { idle, lifetimeMs } = (await page.get('/api/connections')).body.connections[0];
    const age = now() - openedAt;
    for (const ms of [idle.clientMs, idle.serverMs, idle.anyMs, idle.longestNaturalGapMs, lifetimeMs]) {
      expect(ms).toBeGreaterThan(50);
      expect(ms).toBeLessThanOrEqual(age + 1);
    }
    log.add({ ...CLOSE, at: now() });
    const closing = async () => (await page.get('/api/connections')).body.connections[0];
    const first = await closing();
    expect(first).toMatchObject({ state: 'closing', verdict: null, closedAt: null });
    expect((await closing()).lifetimeMs).toBe(first.lifetimeMs);
    judgeNow(page.inspector, log, true);
    expect(await closing()).toMatchObject({ state: 'closed', verdict: { cause: 'client-close' } });
  });

  it('has pages', async () => {
    const page = await startPage();
    page.archive.rows = [row('a'), row('b'), row('c')];
    const first = (await page.get('/api/connections?limit=2')).body;
    expect(first.connections).toHaveLength(2);
    const second = (await page.get(`/api/connections?limit=2&cursor=${first.next}`)).body;
    expect(second).toMatchObject({ connections: [{ connection: 'c' }], next: null });
  });
});

describe('GET /api/connections/:id', () => {
  it('answers all of one, and as a file to keep', async () => {
    const page = await startPage();
    page.archive.rows = [row(ID)];
    const answer = await page.get(`/api/connections/${ID}`);
    expect(answer.body).toMatchObject({ connection: ID, facts: [], upgrade: { request: null } });
    expect(answer.headers['content-disposition']).toBeUndefined();
    const file = await page.get(`/api/connections/${ID}?download=true`);
    expect(file.headers['content-disposition']).toBe(`attachment; filename="hangup-${ID}.json"`);
    expect(file.body).toEqual(answer.body);
  });

  it.each([
    `/api/connections/${NONE}`,
    '/api/connections/..%2f..%2fetc',
    '/api/connections/ABCDEFGHIJKLMNOP',
    `/api/connections/${NONE}/frames`,
    `/api/connections/${NONE}/frames?format=ndjson`,
    `/api/connections/${NONE}/gaps`,
    `/api/connections/${ID}/frames/99/payload`,
    `/api/connections/${ID}/frames/first/payload`,
  ])('is a sentence where there is nothing: %s', async (path) => {
    const page = await startPage();
    page.archive.rows = [row(ID)];
    const answer = await page.get(path);
    expect(answer.status).toBe(404);
    expect(answer.body.error).toMatch(/^(there is no such connection|nothing was kept)/);
  });
});

describe('the frames of a connection', () => {
  it('come as the window that was asked for', async () => {
    const page = await startPage();
    page.archive.rows = [row(ID)];
    const answer = await page.get(`/api/connections/${ID}/frames?from=1&limit=1&control=false`);
    expect(answer.body).toEqual({ total: 3, first: 1, frames: [{ ...FRAME, index: 1 }] });
    await page.get(`/api/connections/${ID}/frames?at=2026-01-01T00:00:00Z`);
    expect(page.archive.framesAsked).toEqual({ at: Date.UTC(2026, 0, 1), limit: 200 });
  });

  it('come all as lines, to be kept', async () => {
    const page = await startPage();
    page.archive.rows = [row(ID)];
    page.archive.frameCount = 2500;
    const answer = await page.get(`/api/connections/${ID}/frames?format=ndjson&control=false`).buffer(true);
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(answer.headers['content-disposition']).toBe(`attachment; filename="hangup-${ID}-frames.ndjson"`);
    const lines = answer.text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).index)).toEqual(Array.from({ length: 2500 }, (_, i) => i));
    expect(page.archive.framesAsked).toEqual({ control: false, from: 2000, limit: 1000 });
  });

  it('have silences and payloads', async () => {
    const page = await startPage();
    page.archive.rows = [row(ID)];
    expect((await page.get(`/api/connections/${ID}/gaps`)).body.gaps[0].ms).toBe(10_000);
    expect((await page.get(`/api/connections/${ID}/gaps?minMs=500`)).body.gaps[0].ms).toBe(500);
    const payload = await page.get(`/api/connections/${ID}/frames/1/payload?limit=2`);
    expect(payload.body).toEqual({ kept: 5, length: 5, text: 'he', base64: null, cut: true });
  });
});

describe('GET /api/verdicts', () => {
  it('answers the stored lines, page after page', async () => {
    const page = await startPage();
    page.archive.lines = Array.from({ length: 1234 }, (_, i) => JSON.stringify({ connection: i }));
    const answer = await page.get('/api/verdicts?since=1h').buffer(true);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="hangup-verdicts.ndjson"');
    expect(answer.text).toBe(`${page.archive.lines.join('\n')}\n`);
  });

  it('is empty without any', async () => {
    const page = await startPage();
    expect((await page.get('/api/verdicts').buffer(true)).text).toBe('');
  });

  it('reads no further than its reader', async () => {
    const page = await startPage();
    let read = 0;
    const line = JSON.stringify({ filler: 'x'.repeat(2000) });
    page.archive.verdicts = async (_query, limit) => {
      read += limit;
      return { lines: Array.from({ length: limit }, () => line), next: 'more' };
    };
    const request = http.get({ port: page.port, path: '/api/verdicts', headers: { Authorization: `Bearer ${TOKEN}` } });
    const response = await new Promise<http.IncomingMessage>((resolve) => request.once('response', resolve));
    response.pause();
    // It stands still as soon as the kernel's buffers are full: two looks a moment apart see the same.
    let before = -1;
    while (read !== before) {
      before = read;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(read).toBeLessThan(20_000);
    request.destroy();
  });

  it('breaks off where the journal does, so that nobody takes a part for the whole', async () => {
    const page = await startPage();
    page.archive.verdicts = async (_query, _limit, cursor) => {
      if (cursor !== null) throw new Error('the disk is gone');
      return { lines: ['{}'], next: 'more' };
    };
    await expect(page.get('/api/verdicts').buffer(true)).rejects.toThrow(/aborted|hang up/);
  });
});

describe('GET /api/summary', () => {
  it('puts together what the journal and the process know', async () => {
    const page = await startPage({ gateway: '172.17.0.1' });
    open(page.inspector);
    open(page.inspector, { tap: 'edge' });
    page.journal.status = { recording: false, why: 'the disk is full', since: Date.now(), droppedFrames: 1234 };
    const { body } = await page.get('/api/summary');
    expect(body).toMatchObject({
      open: 2,
      closed: 0,
      taps: [
        { name: 'inner', behind: 'nginx', listen: 'http://127.0.0.1:8066', target: 'http://127.0.0.1:8065', open: 1 },
      ],
      keepaliveMs: { client: 30_000, server: null },
      recording: { on: false, why: 'the disk is full', droppedFrames: 1234 },
    });
    expect(body.notes).toContain('a note of the archive');
    expect(body.notes.join()).toMatch(/Nothing is recorded since \d\d:\d\d:\d\d: the disk is full\. .* 1,234 frames/);
    expect((await page.get('/api/summary?tap=edge')).body.open).toBe(1);
    expect((await page.get('/api/summary?tap=none')).body.open).toBe(0);
  });

  it('says that Docker hides the clients, when all of them seem to be its gateway', async () => {
    const page = await startPage({ gateway: '172.17.0.1' });
    const notes = async (): Promise<string> => (await page.get('/api/summary')).body.notes.join();
    for (let i = 0; i < 2; i++) open(page.inspector, { peer: '172.17.0.1:4000' });
    expect(await notes()).not.toContain('Docker');
    open(page.inspector, { peer: '[::ffff:172.17.0.1]:4000' });
    expect(await notes()).toContain('Every client of tap inner seems to come from 172.17.0.1, which is Docker itself');
    open(page.inspector, { peer: '172.17.0.1:4000', forwardedFor: '203.0.113.9' });
    expect(await notes()).not.toContain('Docker');
  });
});

it('every question of the journal that fails is a 503 with its reason', async () => {
  const page = await startPage();
  page.archive.broken = new Error('database disk image is malformed');
  for (const path of ['connections', `connections/${ID}`, `connections/${ID}/frames`, 'summary', 'verdicts']) {
    const answer = await page.get(`/api/${path}`);
    expect(answer.status).toBe(503);
    expect(answer.body).toEqual({ error: 'the journal cannot be read now: database disk image is malformed' });
  }
  expect((await page.ask.get('/healthz')).status).toBe(200);
});

it('/healthz says what is recorded and how many sockets are open', async () => {
  const page = await startPage();
  open(page.inspector);
  page.journal.status = { recording: false, why: 'the disk is full', since: 0, droppedFrames: 0 };
  const { body } = await page.ask.get('/healthz');
  expect(body).toEqual({ status: 'ok', recording: false, why: 'the disk is full', open: 1 });
});
