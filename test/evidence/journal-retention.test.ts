import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Journal } from '../../src/evidence/journal.ts';
import { emptyTotals } from '../../src/evidence/timeline.ts';
import { CLIENT, head, newFolder, openJournal, openReader, SERVER_TEXT, verdictRow } from './journal-kit.ts';

const WAIT = { timeout: 20_000, interval: 20 };

function record(
  journal: Journal,
  id: string,
  closedAt: number | null,
  frames: number,
  payload: Uint8Array | null,
): void {
  const openedAt = (closedAt ?? Date.now()) - 1000;
  const number = journal.opened(head(id, openedAt), CLIENT);
  for (let i = 0; i < frames; i++) journal.frame(number, openedAt + i / 10, SERVER_TEXT, (i * 7919) % 60_000, payload);
  if (closedAt === null) return;
  journal.fact(number, 0, { kind: 'ended', at: closedAt });
  journal.ended(number, closedAt, emptyTotals(openedAt));
  journal.verdict(number, verdictRow(closedAt));
}

it('closed connections older than --keep leave with all that belongs to them; open and younger ones stay', async () => {
  const folder = newFolder();
  const { journal } = await openJournal(folder, { keepMs: 3_600_000, limits: { compactFrames: 1000 } });
  const old = Date.now() - 7_200_000;
  for (let i = 0; i < 20; i++) record(journal, `old-${i}`, old + i, 600, Buffer.from('x'));
  record(journal, 'young', Date.now(), 600, null);
  record(journal, 'open', null, 600, null);
  const reader = openReader(folder);
  await vi.waitFor(() => expect([...reader.connections()].map(({ id }) => id)).toEqual(['open', 'young']), WAIT);
  expect(reader.frameCount('young')).toBe(600);
  expect(reader.frameCount('open')).toBe(600);
  expect(reader.timeline('old-3')).toBeNull();
  await journal.close();
});

it('the journal stays within its bound on disk: the oldest closed connections leave first', async () => {
  const folder = newFolder();
  const maxDiskBytes = 4 * 1024 * 1024;
  const { journal } = await openJournal(folder, { maxDiskBytes, limits: { compactFrames: 20_000 } });
  const start = Date.now() - 1_000_000;
  record(journal, 'open', null, 100, null);
  for (let i = 0; i < 1200; i++) {
    record(journal, `c${i}`, start + i, 1000, null);
    if (i % 50 === 0) await vi.waitFor(() => expect(journal.backlogBytes).toBe(0), WAIT);
  }
  const size = (): number =>
    readdirSync(folder).reduce(
      (sum, file) => sum + (file.startsWith('journal.db') ? statSync(join(folder, file)).size : 0),
      0,
    );
  await vi.waitFor(() => expect(size()).toBeLessThanOrEqual(maxDiskBytes + 64 * 1024), WAIT);
  const reader = openReader(folder);
  const left = [...reader.connections({ open: false })].map(({ id }) => id);
  expect(left[0]).toBe('c1199');
  expect(left.length).toBeGreaterThan(100);
  expect(left.length).toBeLessThan(1200);
  expect(left).toEqual(Array.from({ length: left.length }, (_, i) => `c${1199 - i}`));
  expect(reader.frameCount('c1199')).toBe(1000);
  expect(reader.frameCount('open')).toBe(100);
});
