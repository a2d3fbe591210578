import { describe, expect, it } from 'vitest';
import { now } from '../../../src/gateway/clock.ts';
import { CLOSE, close, judgeNow, open } from './connections.ts';
import { EventStream } from './event-stream.ts';
import { startPage } from './page-stage.ts';

const names = ({ events }: EventStream): string[] => events.map(({ event }) => event);

describe('a page that listens', () => {
  it('sees a connection open, end, and be judged again', async () => {
    const page = await startPage();
    const stream = new EventStream(page);
    expect((await stream.event('status')).data).toMatchObject({ open: 0, recording: true });
    const log = open(page.inspector, { forwardedFor: '203.0.113.9' });
    const { connection } = log.timeline.head;
    expect((await stream.event('opened')).data).toMatchObject({
      connection,
      state: 'open',
      tap: 'inner',
      behind: 'nginx',
      client: { peer: '10.0.0.5:40000', forwardedFor: '203.0.113.9', userAgent: 'bot/1.0' },
      verdict: null,
      closedAt: null,
    });
    log.add({ ...CLOSE, at: now() });
    judgeNow(page.inspector, log, true);
    expect((await stream.event('closed')).data).toMatchObject({
      connection,
      state: 'closed',
      verdict: { closedBy: 'client', cause: 'client-close' },
    });
    log.end();
    judgeNow(page.inspector, log, false);
    expect((await stream.event('judged')).data).toMatchObject({ connection, state: 'closed' });
  });

  it('is asked to come back soon, and nothing on the way may hold the events back', async () => {
    const page = await startPage();
    const stream = new EventStream(page);
    await stream.event('status');
    expect(stream.head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(stream.head).toContain('Content-Type: text/event-stream; charset=utf-8');
    expect(stream.head).toContain('Cache-Control: no-store, no-transform');
    expect(stream.head).toContain('X-Accel-Buffering: no');
  });

  it('is told the status again when it has changed, and not more often', async () => {
    const page = await startPage();
    const stream = new EventStream(page);
    await stream.event('status');
    page.journal.status = { ...page.journal.status, recording: false };
    expect((await stream.event('status', 1)).data).toMatchObject({ recording: false });
    await new Promise((resolve) => setTimeout(resolve, 2200));
    expect(names(stream)).toEqual(['status', 'status']);
  });

  it('is released when hangup ends', async () => {
    const page = await startPage();
    const stream = new EventStream(page);
    await stream.event('status');
    const since = performance.now();
    await page.inspector.close();
    await stream.until('the end', () => stream.ended);
    expect(performance.now() - since).toBeLessThan(1000);
    // That is no failure, and nor is a reader who leaves: nothing of it is worth more than a line at level debug.
    expect(page.logged.filter((line) => !line.includes('"level":20'))).toEqual([]);
  });
});

it('a user is known by name in the feed and the lists as soon as a frame has told', async () => {
  const page = await startPage();
  const stream = new EventStream(page);
  await stream.event('status');
  const log = open(page.inspector);
  log.userName('aaaaaaaaaaaaaaaaaaaaaaaaaa', 'deploy-bot');
  log.user('aaaaaaaaaaaaaaaaaaaaaaaaaa');
  close(page.inspector, log);
  expect((await stream.event('opened')).data.user).toBeNull();
  expect((await stream.event('closed')).data.user).toEqual({ id: 'aaaaaaaaaaaaaaaaaaaaaaaaaa', name: 'deploy-bot' });
});

describe('a page that lost the line', () => {
  it('gets exactly what it missed', async () => {
    const page = await startPage();
    const first = new EventStream(page);
    await first.event('status');
    open(page.inspector);
    const { id } = await first.event('opened');
    first.socket.destroy();
    const missed = [open(page.inspector), open(page.inspector, { tap: 'edge' })];
    const [ended] = missed;
    if (ended !== undefined) close(page.inspector, ended);
    const again = new EventStream(page, { 'Last-Event-ID': id });
    await again.event('status');
    expect(names(again)).toEqual(['opened', 'opened', 'closed', 'judged', 'status']);
    expect(again.events.slice(0, 2).map(({ data }) => data.connection)).toEqual(
      missed.map((log) => log.timeline.head.connection),
    );
  });

  it('misses nothing either if all it ever had was a status', async () => {
    const page = await startPage();
    open(page.inspector);
    const first = new EventStream(page);
    const { id } = await first.event('status');
    first.socket.destroy();
    open(page.inspector);
    const again = new EventStream(page, {}, `/api/live?lastEventId=${id}`);
    await again.event('status');
    expect(names(again)).toEqual(['opened', 'status']);
  });

  it('is told to load everything again when that is no longer there', async () => {
    const page = await startPage();
    const first = new EventStream(page);
    const { id } = await first.event('status');
    first.socket.destroy();
    for (let i = 0; i < 5000; i++) open(page.inspector);
    const again = new EventStream(page, { 'Last-Event-ID': id });
    const snapshot = await again.event('snapshot');
    expect(snapshot.data).toMatchObject({ open: 5000, recording: true });
    open(page.inspector);
    await again.event('opened');
    expect(names(again)[0]).toBe('snapshot');
    expect(names(again).filter((name) => name === 'opened')).toHaveLength(1);
  });

  it.each(['zzz-1', 'nonsense', '-1', `${Date.now().toString(36)}-999999`])(
    'is told the same when the id is of another start: %s',
    async (id) => {
      const page = await startPage();
      const stream = new EventStream(page, { 'Last-Event-ID': id });
      await stream.event('snapshot');
      expect(names(stream)[0]).toBe('snapshot');
    },
  );
});
