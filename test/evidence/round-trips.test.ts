import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { prepareFolder } from '../../src/evidence/journal-folder.ts';
import type { RoundTripRow } from '../../src/evidence/recorder.ts';
import { RoundTripStore } from '../../src/evidence/store-round-trips.ts';
import { openForWriting } from '../../src/evidence/store-schema.ts';
import { newFolder, openJournal, openReader } from './journal-kit.ts';

const HOUR_MS = 3_600_000;
/** 2026-01-01. */
const NOW = 1_767_225_600_000;
const ALL = { from: 0, to: Number.MAX_VALUE };

const row = (at: number, changes: Partial<RoundTripRow> = {}): RoundTripRow => ({
  ...{ at, tap: 'inner', leg: 'client', count: 1, minMs: 1, p50Ms: 2, p95Ms: 3, maxMs: 4 },
  ...changes,
});

function openStore(rows: readonly RoundTripRow[]): { store: RoundTripStore; count: () => unknown } {
  const folder = newFolder();
  prepareFolder(folder);
  const db: DatabaseSync = openForWriting(folder, 1000);
  onTestFinished(() => db.close());
  const insert = db.prepare('INSERT INTO round_trip VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { at, tap, leg, count, minMs, p50Ms, p95Ms, maxMs } of rows) {
    insert.run(at, tap, leg, count, minMs, p50Ms, p95Ms, maxMs);
  }
  const count = db.prepare('SELECT count(*) AS n FROM round_trip');
  return { store: new RoundTripStore(db), count: () => count.get()?.n };
}

describe('round trips', () => {
  it('are summed up by time, tap and leg: extremes stay extremes, the median is weighted, the 95th percentile the worst', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    journal.roundTrips(row(NOW + 1, { count: 3, p50Ms: 2, minMs: 0.5 }));
    journal.roundTrips(row(NOW + 2, { count: 1, p50Ms: 10, p95Ms: 30, maxMs: 40 }));
    journal.roundTrips(row(NOW + 2, { leg: 'server' }));
    journal.roundTrips(row(NOW + 60_000, { tap: 'edge' }));
    // The same time, tap and leg once more: what was sent again replaces what was there.
    journal.roundTrips(row(NOW + 60_000, { tap: 'edge', count: 7 }));
    await journal.flushed();
    const reader = openReader(folder);
    expect(reader.roundTrips(ALL, 60_000)).toEqual([
      row(NOW, { count: 4, minMs: 0.5, p50Ms: 4, p95Ms: 30, maxMs: 40 }),
      row(NOW, { leg: 'server' }),
      row(NOW + 60_000, { tap: 'edge', count: 7 }),
    ]);
    expect(reader.roundTrips({ from: NOW + 2, to: NOW + 60_000 }, 1)).toHaveLength(2);
  });

  it('older than --keep leave', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder, { keepMs: HOUR_MS });
    const now = Date.now();
    for (let i = 0; i < 600; i++) journal.roundTrips(row(now - 2 * HOUR_MS + i));
    journal.roundTrips(row(now - 1000));
    await journal.flushed();
    const reader = openReader(folder);
    await vi.waitFor(() => expect(reader.roundTripTimes()?.from).toBe(now - 1000), { timeout: 10_000, interval: 20 });
  });

  it('of last week are kept in 5 minutes each, those of the last hours as they were', () => {
    const rows: RoundTripRow[] = [];
    for (let at = NOW - 12 * HOUR_MS + 5000; at < NOW; at += 10_000) rows.push(row(at), row(at, { leg: 'server' }));
    const { store, count } = openStore(rows);
    const before = store.read(ALL, 300_000);
    let steps = 0;
    while (store.thin(NOW)) steps++;
    expect(steps).toBeLessThanOrEqual(11);
    expect(store.read(ALL, 300_000)).toEqual(before);
    const fine = rows.filter(({ at }) => at >= NOW - 2 * HOUR_MS).length;
    expect(count()).toBe(10 * 12 * 2 + fine);
    expect(store.thin(NOW)).toBe(false);
    expect(store.thin(NOW + HOUR_MS)).toBe(true);
  });

  it('hours without any are passed over at once', () => {
    const { store } = openStore([row(NOW - 1000 * HOUR_MS), row(NOW - 10 * HOUR_MS), row(NOW)]);
    let steps = 0;
    while (store.thin(NOW)) steps++;
    expect(steps).toBeLessThan(10);
    expect(store.read(ALL, 1)).toHaveLength(3);
  });
});
