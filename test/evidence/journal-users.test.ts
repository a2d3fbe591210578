import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, vi } from 'vitest';
import { emptyTotals } from '../../src/evidence/timeline.ts';
import { CLIENT, head, newFolder, openJournal, openReader, verdictRow } from './journal-kit.ts';

const HOUR_MS = 3_600_000;

it('a connection has its user, and the name once it is heard, whenever that is', async () => {
  const folder = newFolder();
  const { journal } = await openJournal(folder);
  const number = journal.opened(head('one'), CLIENT);
  journal.opened(head('two'), CLIENT);
  journal.user(number, 'u1');
  await journal.flushed();
  const reader = openReader(folder);
  const users = (): unknown[] => [...reader.connections({ ids: ['one', 'two'] })].map(({ user }) => user);
  expect(users()).toEqual([null, { id: 'u1', name: null }]);
  journal.userName('u1', 'claw');
  journal.userName('u1', 'clawbot');
  await journal.flushed();
  expect(users()).toEqual([null, { id: 'u1', name: 'clawbot' }]);
});

it('a name does not stay in the journal longer than the last connection of its user', async () => {
  const folder = newFolder();
  const { journal } = await openJournal(folder, { keepMs: HOUR_MS });
  const old = Date.now() - 2 * HOUR_MS;
  for (const [id, user, at] of [
    ['old-1', 'leaves', old],
    ['old-2', 'stays', old],
    ['new', 'stays', Date.now()],
  ] as const) {
    const number = journal.opened(head(id, at - 1000), CLIENT);
    journal.user(number, user);
    journal.userName(user, `name of ${user}`);
    journal.ended(number, at, emptyTotals(at));
    journal.verdict(number, verdictRow(at));
  }
  await journal.flushed();
  const reader = openReader(folder);
  await vi.waitFor(() => expect([...reader.connections()].map(({ id }) => id)).toEqual(['new']), 10_000);
  const db = new DatabaseSync(join(folder, 'journal.db'), { readOnly: true });
  expect(db.prepare('SELECT name FROM user').all()).toEqual([{ name: 'name of stays' }]);
  db.close();
});
