import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { JournalError } from '../../../src/evidence/journal-error.ts';
import { CursorError } from '../../../src/inspector/archive/cursor.ts';
import { ArchiveThread } from '../../../src/inspector/archive/thread.ts';
import { CLIENT, head, newFolder, openJournal } from '../../evidence/journal-kit.ts';
import { openArchive } from './archive-kit.ts';

const CRASHING = new URL('./fixtures/crashing-worker.ts', import.meta.url);
const ASK_ONCE = fileURLToPath(new URL('./fixtures/ask-once.ts', import.meta.url));

/** What a question was refused with. */
async function refusal(question: Promise<unknown>): Promise<Error> {
  try {
    await question;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it was answered');
}

describe('a journal that cannot be read', () => {
  it('is an answer in one sentence with its code, and when it can be read the next question is answered', async () => {
    const folder = newFolder();
    const archive = openArchive(folder);
    const missing = await refusal(archive.connections({}, 10, null));
    expect(missing).toBeInstanceOf(JournalError);
    expect(missing).toMatchObject({ code: 'no-journal', message: expect.stringContaining(folder) });
    mkdirSync(folder);
    writeFileSync(join(folder, 'journal.db'), 'this is no database '.repeat(500));
    expect(await refusal(archive.summary({}))).toMatchObject({ code: 'corrupt' });
    writeFileSync(join(folder, 'journal.db'), '');
    const { journal } = await openJournal(folder);
    journal.opened(head('one'), CLIENT);
    await journal.flushed();
    expect((await archive.connections({}, 10, null)).connections).toMatchObject([{ connection: 'one', state: 'open' }]);
  });
});

describe('a thread that dies', () => {
  it('rejects what waits, and the next question has a new one', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    journal.opened(head('one'), CLIENT);
    await journal.flushed();
    const archive = openArchive(folder, CRASHING);
    expect((await archive.connections({}, 10, null)).connections).toHaveLength(1);
    const waiting = [archive.frames('deadly', {}), archive.connection('one'), archive.summary({})];
    for (const error of await Promise.all(waiting.map(refusal))) {
      expect(error).toBeInstanceOf(JournalError);
      expect(error.message).toContain('told to crash');
    }
    expect((await archive.connections({}, 10, null)).connections).toHaveLength(1);
    expect((await archive.connection('one'))?.connection).toBe('one');
  });

  it('as there is none to start: says why', async () => {
    const archive = openArchive(newFolder(), new URL('./fixtures/no-such-worker.ts', import.meta.url));
    expect(await refusal(archive.gaps('one', 0))).toMatchObject({ code: 'failed' });
  });
});

it('what was asked before it is closed is answered, and nothing after it', async () => {
  const folder = newFolder();
  await openJournal(folder);
  const archive = new ArchiveThread(folder);
  const asked = archive.connections({}, 10, null);
  const closed = archive.close();
  expect(await refusal(archive.connection('one'))).toBeInstanceOf(JournalError);
  expect(await asked).toEqual({ connections: [], next: null });
  await closed;
  await archive.close();
});

it('a cursor that is none of its own is refused as a fault of whoever asks', async () => {
  const folder = newFolder();
  await openJournal(folder);
  const archive = openArchive(folder);
  for (const cursor of [
    '',
    'x',
    '%%%',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('["a",1]').toString('base64url'),
  ]) {
    expect(await refusal(archive.connections({}, 10, cursor))).toBeInstanceOf(CursorError);
    expect(await refusal(archive.verdicts({}, 10, cursor))).toMatchObject({ status: 400 });
  }
});

it('a process that has nothing else to do ends although its archive is open, but not before its answer', async () => {
  const folder = newFolder();
  const { journal } = await openJournal(folder);
  await journal.close();
  const { status, stdout } = spawnSync(process.execPath, [ASK_ONCE, folder], { encoding: 'utf8', timeout: 20_000 });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '{"connections":[],"next":null}\n' });
});
