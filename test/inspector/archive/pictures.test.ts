import { describe, expect, it } from 'vitest';
import { CLIENT, head, newFolder, openJournal, T0 } from '../../evidence/journal-kit.ts';
import { openArchive } from './archive-kit.ts';
import { end, inBuckets, sum, summaryOf } from './summary-kit.ts';

describe('the picture of idle times', () => {
  it('has the timers within its range as marks, those of one length in one', async () => {
    const { idle } = (
      await summaryOf([
        { at: T0, idleMs: 4500 },
        { at: T0 + 1, idleMs: 120_000 },
      ])
    ).pictures;
    expect(idle.timers.map(({ ms }) => ms)).toEqual([5000, 15_000, 30_000, 55_000, 60_000, 90_000, 100_000]);
    expect(idle.timers).toContainEqual({ ms: 60_000, label: 'nginx, AWS ALB, Apache default' });
    expect(idle.timers).toContainEqual({ ms: 100_000, label: 'Cloudflare, Mattermost pong deadline' });
    expect(idle.buckets.at(0)?.from).toBeLessThanOrEqual(4500);
    expect(idle.buckets.at(-1)?.to).toBeGreaterThan(120_000);
  });

  it('counts what stands on an edge in the bucket that begins there', async () => {
    const { idle } = (
      await summaryOf([
        { at: T0, idleMs: 999 },
        { at: T0, idleMs: 1000 },
      ])
    ).pictures;
    expect(idle.buckets.map(({ from, to, counts }) => [from, to, counts.proxy])).toEqual([
      [825, 1000, 1],
      [1000, 1212, 1],
    ]);
  });

  it('shows the very short and the very long', async () => {
    const { idle } = (
      await summaryOf([
        { at: T0, idleMs: 0 },
        { at: T0, idleMs: 9e9 },
      ])
    ).pictures;
    expect(idle.buckets[0]).toEqual({ from: 0, to: 100, counts: { proxy: 1 } });
    expect(inBuckets(idle.buckets)).toBe(2);
    expect((await summaryOf([{ at: T0, idleMs: null }])).pictures.idle).toEqual({ buckets: [], timers: [] });
  });
});

describe('the picture of closes', () => {
  it('spans the time that was asked for, without holes', async () => {
    const hour = 3_600_000;
    const since = T0 - hour;
    const { closes } = (await summaryOf([{ at: T0 }], { since, until: T0 + hour })).pictures;
    expect(closes.bucketMs).toBe(300_000);
    expect(closes.buckets[0]?.at).toBeLessThanOrEqual(since);
    expect((closes.buckets.at(-1)?.at ?? 0) + closes.bucketMs).toBeGreaterThanOrEqual(T0 + hour);
    expect((await summaryOf([{ at: T0 }, { at: T0 + 3000 }])).pictures.closes.buckets).toHaveLength(4);
    expect((await summaryOf([])).pictures.closes.buckets).toEqual([]);
    const empty = (await summaryOf([], { since: Date.now() - 60_000 })).pictures.closes;
    expect(empty.buckets.length).toBeGreaterThanOrEqual(60);
    expect(inBuckets(empty.buckets)).toBe(0);
  });

  it('marks mass closes: one mark for what one tap saw end within 250 ms', async () => {
    const reload = { cause: 'proxy-reload', together: 3 } as const;
    const { mass } = (
      await summaryOf([
        { ...reload, at: T0 },
        { ...reload, at: T0 + 200 },
        { ...reload, at: T0 + 400, cause: 'proxy-idle-timeout' },
        { ...reload, at: T0 + 651 },
        { ...reload, at: T0 + 660, keepaliveMs: 30_000 },
        { ...reload, at: T0 + 100, tap: 'edge', hop: 'haproxy' },
        { ...reload, at: T0 + 110, tap: 'edge', hop: 'haproxy' },
        { ...reload, at: T0 + 5000 },
        { at: T0 + 150, together: 1 },
        { at: T0 + 160, together: null },
      ])
    ).pictures.closes;
    const mark = { closedBy: 'proxy', hop: 'nginx', cause: 'proxy-reload' };
    const at = Math.floor(T0);
    expect(mass).toEqual([
      { ...mark, at, count: 3 },
      { ...mark, at: at + 100, count: 2, hop: 'haproxy' },
      { ...mark, at: at + 651, count: 2 },
    ]);
  });
});

describe('the picture of survival', () => {
  it('has a curve for each tap and keepalive, and open connections are censored', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    end(journal, { at: T0, lifetimeMs: 1000, keepaliveMs: null });
    end(journal, { at: T0, lifetimeMs: 2000, keepaliveMs: null });
    end(journal, { at: T0, lifetimeMs: 500, keepaliveMs: 30_000, cause: 'client-close', closedBy: 'client' });
    end(journal, { at: T0, lifetimeMs: 500, keepaliveMs: 30_000, tap: 'edge' });
    end(journal, { at: T0, lifetimeMs: 1, cause: 'upgrade-refused' });
    const now = Date.now();
    const own = { ...head('open', now - 60_000), keepaliveMs: { client: 30_000, server: 30_000 } };
    journal.opened(own, CLIENT);
    await journal.flushed();
    const { survival } = (await openArchive(folder).summary({})).pictures;
    const off = { client: null, server: null };
    const on = { client: 30_000, server: 30_000 };
    expect(survival).toContainEqual({
      ...{ tap: 'inner', keepaliveMs: off, connections: 2, ended: 2 },
      points: [
        { ms: 0, share: 1 },
        { ms: 1000, share: 0.5 },
        { ms: 2000, share: 0 },
      ],
    });
    const pinged = survival.find(({ tap, keepaliveMs }) => tap === 'inner' && keepaliveMs.client === 30_000);
    expect(pinged).toMatchObject({ keepaliveMs: on, connections: 2, ended: 0 });
    expect(pinged?.points.at(-1)?.share).toBe(1);
    expect(pinged?.points.at(-1)?.ms).toBeGreaterThanOrEqual(59_000);
    expect(survival.map(({ tap }) => tap).sort()).toEqual(['edge', 'inner', 'inner']);
  });
});

describe('the picture of round trips', () => {
  it('has a series for each tap and leg within the time, with 200 points at most', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    for (let i = 0; i < 1000; i++) {
      for (const tap of ['inner', 'edge']) {
        const row = {
          tap,
          leg: i % 2 === 0 ? 'client' : 'server',
          count: 2,
          minMs: 1,
          p50Ms: 2,
          p95Ms: 3,
          maxMs: 4,
        } as const;
        journal.roundTrips({ ...row, at: T0 + i * 10_000 });
      }
    }
    await journal.flushed();
    const archive = openArchive(folder);
    const { roundTrips } = (await archive.summary({})).pictures;
    expect(roundTrips.map(({ tap, leg }) => `${tap} ${leg}`).sort()).toEqual([
      ...['edge client', 'edge server', 'inner client', 'inner server'],
    ]);
    for (const { points } of roundTrips) {
      expect(points.length).toBeLessThanOrEqual(200);
      expect(sum(points.map(({ count }) => count))).toBe(1000);
      expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).toSorted((a, b) => a - b));
    }
    const narrowed = await archive.summary({ tap: 'edge', since: T0, until: T0 + 30_000 });
    expect(narrowed.pictures.roundTrips.map(({ points }) => sum(points.map(({ count }) => count)))).toEqual([4, 2]);
    expect((await archive.summary({ tap: 'none' })).pictures.roundTrips).toEqual([]);
  });
});
