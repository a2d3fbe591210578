import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { JournalReader } from '../../src/evidence/journal-reader.ts';
import { emptyTotals } from '../../src/evidence/timeline.ts';
import { type OldConnection, writeVersion1 } from './fixtures/version-1.ts';
import { head, newFolder, openJournal, openReader, T0 } from './journal-kit.ts';

const VERDICT = {
  closedBy: 'proxy',
  cause: 'proxy-reload',
  certainty: 'likely',
  hop: 'nginx',
  refusal: null,
  lifetimeMs: 4000,
  idle: { clientMs: 1, serverMs: 2, anyMs: 1234, longestNaturalGapMs: 3 },
};

const OLD: readonly OldConnection[] = [
  {
    head: head('reloaded'),
    facts: [
      { kind: 'fin', at: T0 + 4000, from: 'client', closeNotify: null, insideFrame: null },
      together(2),
      together(7),
      { kind: 'ended', at: T0 + 4001 },
    ],
    closed: { at: T0 + 4001, totals: emptyTotals(T0), verdict: VERDICT },
  },
  {
    head: head('alone', T0 + 10),
    facts: [{ kind: 'ended', at: T0 + 20 }],
    closed: {
      at: T0 + 20,
      totals: emptyTotals(T0 + 10),
      verdict: { ...VERDICT, closedBy: 'client', cause: 'client-close' },
    },
  },
  { head: head('open', T0 + 30), facts: [], closed: null },
];

function together(count: number): OldConnection['facts'][number] {
  const rest = { spreadMs: 3, idleMs: [1, 59_999], clients: 2, survivors: 0 } as const;
  return { kind: 'together', at: T0 + 4000, from: 'client', count, ...rest };
}

/** What the new columns are asked about. */
function expectAllRead(reader: JournalReader): void {
  const ids = (filter: Parameters<JournalReader['connections']>[0]): string[] =>
    [...reader.connections(filter)].map(({ id }) => id);
  expect(ids({})).toEqual(['open', 'reloaded', 'alone']);
  expect(ids({ hop: 'nginx', closedBy: 'proxy' })).toEqual(['reloaded']);
  expect(ids({ idleFromMs: 1234, idleToMs: 1235 })).toEqual(['reloaded', 'alone']);
  expect(ids({ text: 'FIREFOX' })).toEqual(['open', 'reloaded', 'alone']);
  const [reloaded] = reader.endings({}).filter(({ cause }) => cause === 'proxy-reload');
  expect(reloaded).toEqual({
    tap: 'inner',
    keepaliveMs: { client: 30_000, server: null },
    closedBy: 'proxy',
    hop: 'nginx',
    cause: 'proxy-reload',
    certainty: 'likely',
    refusal: null,
    newest: 1,
    closedAt: [Math.floor(T0 + 4001)],
    idleMs: [1234],
    lifetimeMs: [4000],
    togetherAt: [Math.floor(T0 + 4001)],
  });
  expect(reader.endings({}).flatMap(({ togetherAt }) => togetherAt)).toHaveLength(1);
  expect(reader.roundTripTimes()).toBeNull();
}

it('a journal of version 1 is brought up to date when hangup serve opens it, and nothing in it is lost', async () => {
  const folder = newFolder();
  const path = writeVersion1(folder, OLD);
  const before = openReader(folder).timeline('reloaded');
  const { journal, orphans } = await openJournal(folder);
  expect(orphans.map(({ timeline }) => timeline.connection)).toEqual(['open']);
  const reader = openReader(folder);
  expectAllRead(reader);
  expect(reader.timeline('reloaded')).toEqual(before);
  const number = journal.opened(head('new', T0 + 40), { peer: '10.0.0.8:1', forwardedFor: null, userAgent: null });
  journal.user(number, 'u1');
  journal.userName('u1', 'clawbot');
  await journal.flushed();
  expect([...reader.connections({ text: 'clawbot' })].map(({ id }) => id)).toEqual(['new']);
  await journal.close();
  const db = new DatabaseSync(path, { readOnly: true });
  expect(db.prepare(`SELECT value FROM meta WHERE key = 'schema'`).get()).toEqual({ value: 2 });
  // The latest of its two facts.
  expect(db.prepare(`SELECT together FROM connection WHERE id = 'reloaded'`).get()).toEqual({ together: 7 });
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  db.close();
});

it('hangup report reads a journal of version 1 as it is, and leaves it so', () => {
  const folder = newFolder();
  const path = writeVersion1(folder, OLD);
  expectAllRead(openReader(folder));
  const db = new DatabaseSync(path, { readOnly: true });
  expect(db.prepare(`SELECT value FROM meta WHERE key = 'schema'`).get()).toEqual({ value: 1 });
  db.close();
});
