import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { journalStatus } from '../../src/evidence/journal-reader.ts';
import { emptyTotals } from '../../src/evidence/timeline.ts';
import {
  CLIENT,
  head,
  mountSmallDisk,
  newFolder,
  type OpenJournal,
  openJournal,
  openReader,
  runScript,
  SERVER_TEXT,
  T0,
  verdictRow,
} from './journal-kit.ts';

const QUICK = { retryMs: 50, busyTimeoutMs: 50 };
const STOPPED = /^warn recording stopped/;
const RESUMED = /^info recording resumed/;

/** Opens, ends and judges connections with a fact each, as traffic would while the disk is away. */
function closeConnections({ journal }: OpenJournal, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const number = journal.opened(head(`c${i}`), CLIENT);
    journal.fact(number, 0, { kind: 'fin', at: T0 + i, from: 'client', closeNotify: null, insideFrame: null });
    journal.frame(number, T0 + i, SERVER_TEXT, 10, null);
    journal.ended(number, T0 + i, emptyTotals(T0));
    journal.verdict(number, verdictRow(T0 + i));
  }
}

function expectAllJudged(folder: string, count: number): void {
  const reader = openReader(folder);
  const rows = [...reader.connections({ open: false })];
  expect(rows.length).toBe(count);
  expect(rows.every(({ verdict, endedAt }) => verdict !== null && endedAt !== null)).toBe(true);
  for (const { id } of rows) expect(reader.timeline(id)?.facts.length, id).toBe(1);
}

it('a full disk stops the recording, visibly and told once; with space again it goes on and no verdict is lost', async ({
  skip,
}) => {
  const folder = newFolder();
  if (!mountSmallDisk(folder)) return skip('needs root, to mount a small disk');
  const opened = await openJournal(folder, { limits: QUICK });
  closeConnections(opened, 0, 5);
  const ballast = join(folder, 'ballast');
  const stopped = opened.log.next(STOPPED);
  for (let size = 64 * 1024; size > 0; ) {
    try {
      writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' });
    } catch {
      size = size > 512 ? size / 2 : 0;
    }
  }
  // Until the rest of the last pages is used up, too.
  let judged = 5;
  const traffic = setInterval(() => {
    closeConnections(opened, judged, judged + 20);
    judged += 20;
  }, 20);
  expect(await stopped).toMatch(/no space left/);
  await vi.waitFor(() => expect(journalStatus(folder)).toMatchObject({ recording: false, alive: true }));
  expect(journalStatus(folder)?.why).toMatch(/free some disk space/);
  expect(statSync(join(folder, 'status.json')).size).toBe(1024);
  const more = judged;
  await vi.waitFor(() => expect(judged).toBeGreaterThan(more + 60), { timeout: 5000 });
  clearInterval(traffic);
  expect(opened.journal.status.droppedFrames).toBeGreaterThan(0);

  const resumed = opened.log.next(RESUMED);
  rmSync(ballast);
  await resumed;
  await opened.journal.close();
  expect(opened.log.matching(STOPPED).length).toBe(1);
  expect(opened.log.matching(RESUMED).length).toBe(1);
  expectAllJudged(folder, judged);
  expect(openReader(folder).gaps()).toMatchObject([
    { code: 'full', droppedFrames: opened.journal.status.droppedFrames, droppedFacts: 0 },
  ]);
});

it('a database that another program has locked stops the recording until it lets go', async () => {
  const folder = newFolder();
  const opened = await openJournal(folder, { limits: QUICK });
  closeConnections(opened, 0, 1);
  await vi.waitFor(() => expect([...openReader(folder).connections({ open: false })].length).toBe(1));
  const locker = runScript('lock-database.ts', join(folder, 'journal.db'));
  await locker.line('locked');
  const stopped = opened.log.next(STOPPED);
  closeConnections(opened, 1, 50);
  expect(await stopped).toMatch(/another program has locked/);
  closeConnections(opened, 50, 2500);
  expect(opened.journal.status.recording).toBe(false);
  const resumed = opened.log.next(RESUMED);
  locker.child.stdin?.write('\n');
  await resumed;
  closeConnections(opened, 2500, 2510);
  await opened.journal.close();
  expectAllJudged(folder, 2510);
  const reader = openReader(folder);
  expect(reader.gaps()).toMatchObject([{ code: 'busy' }]);
  expect(reader.frameCount('c2505')).toBe(1);
  expect(reader.frameCount('c60')).toBe(0);
  expect(journalStatus(folder)).toMatchObject({ recording: false, why: 'hangup has ended' });
});

it('a burst that the disk cannot follow costs frames, counted, but no fact and no verdict', async () => {
  const folder = newFolder();
  const opened = await openJournal(folder, { limits: { maxBacklogBytes: 1024 * 1024 } });
  const busy = opened.journal.opened(head('busy'), CLIENT);
  const frames = 500_000;
  for (let i = 0; i < frames; i++) opened.journal.frame(busy, T0 + i / 1000, SERVER_TEXT, 10, null);
  const dropped = opened.journal.status.droppedFrames;
  expect(dropped).toBeGreaterThan(0);
  expect(opened.journal.backlogBytes).toBeLessThan(2 * 1024 * 1024);
  closeConnections(opened, 0, 300);
  await opened.log.next(RESUMED);
  opened.journal.fact(busy, 0, { kind: 'fin', at: T0, from: 'client', closeNotify: null, insideFrame: null });
  opened.journal.ended(busy, T0, emptyTotals(T0));
  opened.journal.verdict(busy, verdictRow(T0));
  await opened.journal.close();
  expectAllJudged(folder, 301);
  const reader = openReader(folder);
  expect(reader.frameCount('busy')).toBe(frames - dropped);
  expect(reader.gaps()).toMatchObject([{ code: 'backlog', droppedFrames: dropped + 300, droppedFacts: 0 }]);
});

it('a worker thread that crashes is replaced; facts and verdicts on their way are kept', async () => {
  const folder = newFolder();
  const workerUrl = new URL('./fixtures/crashing-worker.ts', import.meta.url);
  const opened = await openJournal(folder, { limits: QUICK, workerUrl });
  writeFileSync(join(folder, 'crash'), '');
  const stopped = opened.log.next(STOPPED);
  const resumed = opened.log.next(RESUMED);
  closeConnections(opened, 0, 1000);
  expect(await stopped).toMatch(/told to crash/);
  closeConnections(opened, 1000, 1200);
  await resumed;
  closeConnections(opened, 1200, 1201);
  await opened.journal.close();
  expectAllJudged(folder, 1201);
  expect(openReader(folder).frameCount('c1200')).toBe(1);
});

it('facts are bounded, too, when nothing can be stored for long, and the lost ones are counted', async () => {
  const folder = newFolder();
  const opened = await openJournal(folder, { limits: { ...QUICK, maxEntryBytes: 100_000 } });
  closeConnections(opened, 0, 1000);
  const lost = opened.journal.droppedFacts;
  expect(lost).toBeGreaterThan(0);
  await opened.journal.close();
  expect(JSON.parse(readFileSync(join(folder, 'status.json'), 'utf8'))).toMatchObject({ recording: false });
});
