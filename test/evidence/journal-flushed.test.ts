import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyTotals } from '../../src/evidence/timeline.ts';
import {
  CLIENT,
  head,
  newFolder,
  openJournal,
  openReader,
  runScript,
  SERVER_TEXT,
  T0,
  verdictRow,
} from './journal-kit.ts';

/** How long `flushed` may take at most (journal.ts), and what a busy machine adds to it, in ms. */
const MOST_MS = 250;
const BUSY_MS = 500;

describe('after flushed(), a reader in the same process', () => {
  it('sees what was recorded just before: facts, frames, verdicts, users, round trips', async () => {
    const folder = newFolder();
    const { journal, names } = await openJournal(folder);
    const reader = openReader(folder);
    const name = names.id('posted');
    expect(name).toBe(1);
    const number = journal.opened(head('one'), CLIENT);
    journal.fact(number, 0, { kind: 'mattermost-hello', at: T0 + 1, connectionId: 'abc' });
    for (let i = 0; i < 300; i++) journal.frame(number, T0 + i, SERVER_TEXT | (name << 11), 10, null);
    journal.user(number, 'u1');
    journal.userName('u1', 'clawbot');
    journal.roundTrips({ at: T0, tap: 'inner', leg: 'client', count: 2, minMs: 1, p50Ms: 2, p95Ms: 3, maxMs: 4 });
    await journal.flushed();
    const [row] = reader.connections();
    expect(row).toMatchObject({ id: 'one', closedAt: null, user: { id: 'u1', name: 'clawbot' } });
    expect(reader.frameCount('one')).toBe(300);
    expect(reader.frames('one', { fromIndex: 299 })).toMatchObject([{ index: 299, name: 'posted' }]);
    expect(reader.told('one')?.facts).toHaveLength(1);
    expect(reader.roundTripTimes()).toEqual({ from: T0, to: T0 + 1 });

    for (let i = 0; i < 50; i++) {
      const n = journal.opened(head(`c${i}`, T0 + i), CLIENT);
      journal.ended(n, T0 + 100 + i, emptyTotals(T0));
      journal.verdict(n, verdictRow(T0 + 100 + i));
      await journal.flushed();
      expect([...reader.connections({ open: false, limit: 1 })][0]?.id).toBe(`c${i}`);
    }
  });

  it('sees it also under load, as soon as it is stored', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const reader = openReader(folder);
    const number = journal.opened(head('busy'), CLIENT);
    for (let i = 0; i < 20_000; i++) journal.frame(number, T0 + i / 100, SERVER_TEXT, 10, null);
    await Promise.all([journal.flushed(), journal.flushed(), journal.flushed()]);
    expect(journal.status.droppedFrames).toBe(0);
    expect(journal.backlogBytes).toBe(0);
    expect(reader.frameCount('busy')).toBe(20_000);
  });
});

it('flushed() does not wait for a locked disk, neither before recording has stopped for it nor after', async () => {
  const folder = newFolder();
  const { journal, log } = await openJournal(folder, { limits: { busyTimeoutMs: 1500, retryMs: 100 } });
  const script = runScript('lock-database.ts', join(folder, 'journal.db'));
  await script.line('locked');
  journal.opened(head('one'), CLIENT);
  const start = performance.now();
  await journal.flushed();
  expect(performance.now() - start).toBeGreaterThanOrEqual(MOST_MS - 10);
  expect(performance.now() - start).toBeLessThan(MOST_MS + BUSY_MS);
  await log.next(/recording stopped/);
  journal.opened(head('two'), CLIENT);
  const again = performance.now();
  await journal.flushed();
  expect(performance.now() - again).toBeLessThan(BUSY_MS);
  const resumed = log.next(/recording resumed/);
  script.child.stdin?.write('\n');
  await resumed;
  await journal.flushed();
  expect([...openReader(folder).connections()].map(({ id }) => id).sort()).toEqual(['one', 'two']);
});

it('flushed() of a journal that is closed resolves', async () => {
  const { journal } = await openJournal(newFolder());
  journal.opened(head('one'), CLIENT);
  const closed = journal.close();
  await journal.flushed();
  await closed;
  await journal.flushed();
});
