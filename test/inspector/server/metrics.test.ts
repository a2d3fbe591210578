import { expect, it, vi } from 'vitest';
import { close, open } from './connections.ts';
import { readMetrics } from './metrics-text.ts';
import { type PageStage, startPage } from './page-stage.ts';

async function scrape(page: PageStage) {
  const answer = await page.get('/metrics');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const metrics = readMetrics(answer.text);
  return {
    metrics,
    /** The value of the sample with these labels, and no others. */
    value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
      const samples = metrics.get(name.replace(/_(bucket|sum|count)$/, '')) ?? metrics.get(name);
      return samples?.samples.find(
        (sample) => sample.name === name && JSON.stringify(sample.labels) === JSON.stringify(labels),
      )?.value;
    },
  };
}

it('Prometheus can read them, each with what it means', async () => {
  const page = await startPage();
  close(page.inspector, open(page.inspector));
  open(page.inspector).roundTrip('client', 3);
  const { metrics } = await scrape(page);
  const own = [...metrics.values()].filter(({ name }) => name.startsWith('hangup_'));
  expect(own.map(({ name, type }) => `${name} ${type}`).sort()).toEqual([
    'hangup_build_info gauge',
    'hangup_bytes_total counter',
    'hangup_closes_total counter',
    'hangup_connections_total counter',
    'hangup_frames_total counter',
    'hangup_journal_backlog_bytes gauge',
    'hangup_journal_dropped_facts_total counter',
    'hangup_journal_dropped_frames_total counter',
    'hangup_journal_recording gauge',
    'hangup_natural_gaps_total counter',
    'hangup_open_connections gauge',
    'hangup_ping_round_trip_seconds histogram',
  ]);
  for (const { help, samples } of own) {
    expect(help).toMatch(/^[A-Z0-9].{10,}\.$/);
    expect(samples.length).toBeGreaterThan(0);
  }
  expect(metrics.has('process_cpu_seconds_total')).toBe(true);
});

it('count connections, and what they have carried, open or not, never less than before', async () => {
  const page = await startPage();
  const log = open(page.inspector);
  log.timeline.totals.client.bytes = 100;
  log.timeline.totals.server.bytes = 1000;
  log.timeline.totals.server.frames = 5;
  log.timeline.totals.gaps[2] = 3;
  const alive = await scrape(page);
  const look = ({ value }: Awaited<ReturnType<typeof scrape>>) => ({
    open: value('hangup_open_connections', { tap: 'inner' }),
    connections: value('hangup_connections_total', { tap: 'inner' }),
    fromClient: value('hangup_bytes_total', { tap: 'inner', from: 'client' }),
    fromServer: value('hangup_bytes_total', { tap: 'inner', from: 'server' }),
    frames: value('hangup_frames_total', { tap: 'inner', from: 'server' }),
    gaps: value('hangup_natural_gaps_total', { tap: 'inner', at_least_seconds: '60' }),
  });
  const carried = { connections: 1, fromClient: 100, fromServer: 1000, frames: 5, gaps: 3 };
  expect(look(alive)).toEqual({ open: 1, ...carried });
  close(page.inspector, log);
  expect(look(await scrape(page))).toEqual({ open: 0, ...carried });
  const next = open(page.inspector);
  next.timeline.totals.server.bytes = 24;
  expect(look(await scrape(page))).toEqual({ ...carried, open: 1, connections: 2, fromServer: 1024 });
  // A tap that nobody has used yet is there, with nothing.
  expect((await scrape(page)).value('hangup_connections_total', { tap: 'edge' })).toBe(0);
});

it('count each close once, as its first verdict has it', async () => {
  const page = await startPage();
  for (let i = 0; i < 3; i++) close(page.inspector, open(page.inspector));
  const { metrics, value } = await scrape(page);
  const labels = { tap: 'inner', closed_by: 'client', cause: 'client-close', hop: 'client', certainty: 'certain' };
  const [sample] = metrics.get('hangup_closes_total')?.samples ?? [];
  expect(metrics.get('hangup_closes_total')?.samples).toHaveLength(1);
  expect(sample).toMatchObject({ value: 3, labels: { tap: 'inner', closed_by: 'client', cause: 'client-close' } });
  expect(Object.keys(sample?.labels ?? {})).toEqual(Object.keys(labels));
  expect(value('hangup_journal_recording')).toBe(1);
});

it('tell of the journal', async () => {
  const page = await startPage();
  page.journal.status = { recording: false, why: 'full', since: 0, droppedFrames: 7 };
  page.journal.backlogBytes = 4096;
  page.journal.droppedFacts = 2;
  const { value } = await scrape(page);
  expect(value('hangup_journal_recording')).toBe(0);
  expect(value('hangup_journal_backlog_bytes')).toBe(4096);
  expect(value('hangup_journal_dropped_frames_total')).toBe(7);
  expect(value('hangup_journal_dropped_facts_total')).toBe(2);
});

it('hold round trips in seconds, and hand them to the journal every 10 s, for the page', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 1_700_000_000_000 });
  const page = await startPage();
  const log = open(page.inspector);
  for (let i = 1; i <= 100; i++) log.roundTrip('client', i);
  log.roundTrip('server', 0.25);
  vi.advanceTimersByTime(10_000);
  vi.useRealTimers();
  expect(page.journal.roundTripRows).toEqual([
    { tap: 'inner', leg: 'client', at: 1_700_000_000_000, count: 100, minMs: 1, p50Ms: 50, p95Ms: 95, maxMs: 100 },
    {
      tap: 'inner',
      leg: 'server',
      at: 1_700_000_000_000,
      count: 1,
      minMs: 0.25,
      p50Ms: 0.25,
      p95Ms: 0.25,
      maxMs: 0.25,
    },
  ]);
  const { value } = await scrape(page);
  expect(value('hangup_ping_round_trip_seconds_count', { tap: 'inner', leg: 'client' })).toBe(100);
  expect(value('hangup_ping_round_trip_seconds_sum', { tap: 'inner', leg: 'client' })).toBeCloseTo(5.05);
  expect(value('hangup_ping_round_trip_seconds_bucket', { le: '0.05', tap: 'inner', leg: 'client' })).toBe(50);
});

it('lose no round trip at the end', async () => {
  const page = await startPage();
  open(page.inspector, { tap: 'edge' }).roundTrip('server', 2);
  await page.inspector.close();
  expect(page.journal.roundTripRows).toMatchObject([{ tap: 'edge', leg: 'server', count: 1, p95Ms: 2 }]);
});
