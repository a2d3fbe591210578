import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { JournalError, type JournalTrouble } from '../../src/evidence/journal-error.ts';
import { JournalReader } from '../../src/evidence/journal-reader.ts';
import { mountSmallDisk, newFolder, openJournal, openReader, runScript } from './journal-kit.ts';

/** The refusal's code and sentence. */
async function refusal(open: () => unknown): Promise<{ code: JournalTrouble; message: string }> {
  try {
    await open();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    return { code: error.code, message: error.message };
  }
  throw new Error('it was not refused');
}

function changeSchema(folder: string): void {
  const db = new DatabaseSync(join(folder, 'journal.db'));
  db.exec(`UPDATE meta SET value = 999 WHERE key = 'schema'`);
  db.close();
}

describe('hangup serve is refused, in a sentence that says what to do,', () => {
  it('when another hangup records in the folder, naming the folder and its process', async () => {
    const folder = newFolder();
    const script = runScript('write-steadily.ts', folder);
    await script.line('ready');
    const { code, message } = await refusal(() => openJournal(folder));
    expect(code).toBe('in-use');
    expect(message).toContain(folder);
    expect(message).toContain(`pid ${script.child.pid}`);
    await script.line('wrote');
    await script.kill();
    await openJournal(folder);
  });

  it('when this process records in it already; the first journal goes on', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    expect((await refusal(() => openJournal(folder))).code).toBe('in-use');
    const script = runScript('write-steadily.ts', folder);
    await expect(script.line('ready')).rejects.toThrow('ended before');
    await journal.close();
    await openJournal(folder);
  });

  it('when the folder is a file', async () => {
    const folder = newFolder();
    writeFileSync(folder, '');
    const { code, message } = await refusal(() => openJournal(folder));
    expect(code).toBe('not-a-folder');
    expect(message).toContain('--data');
    expect((await refusal(() => openJournal(join(folder, 'below')))).code).toBe('not-a-folder');
  });

  it('when nothing can be written there', async ({ skip }) => {
    const folder = newFolder();
    if (!mountSmallDisk(folder, 'ro')) return skip('needs root, to mount a read-only disk');
    const { code, message } = await refusal(() => openJournal(folder));
    expect(code).toBe('not-writable');
    expect(message).toContain(folder);
  });

  it('when the database is damaged', async () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'journal.db'), 'this is no database '.repeat(500));
    const { code, message } = await refusal(() => openJournal(folder));
    expect(code).toBe('corrupt');
    expect(message).toContain('move journal.db away');
  });

  it('when a newer hangup has written it, and the folder is free for that one afterwards', async () => {
    const folder = newFolder();
    await (await openJournal(folder)).journal.close();
    changeSchema(folder);
    expect((await refusal(() => openJournal(folder))).code).toBe('newer-schema');
    expect((await refusal(() => openJournal(folder))).code).toBe('newer-schema');
  });
});

describe('hangup report is refused', () => {
  it('when there is no folder or no journal in it, naming --data', async () => {
    const folder = newFolder();
    const expected = {
      code: 'no-journal',
      message: `no journal at ${folder}: run \`hangup serve\` there, or name its folder with --data`,
    };
    expect(await refusal(() => new JournalReader(folder))).toEqual(expected);
    mkdirSync(folder);
    expect(await refusal(() => new JournalReader(folder))).toEqual(expected);
    writeFileSync(join(folder, 'journal.db'), '');
    expect(await refusal(() => new JournalReader(folder))).toEqual(expected);
    expect(await refusal(() => new JournalReader(join(folder, 'journal.db')))).toMatchObject({ code: 'no-journal' });
  });

  it('when a newer hangup has written the journal, or it is damaged', async () => {
    const folder = newFolder();
    await (await openJournal(folder)).journal.close();
    changeSchema(folder);
    expect((await refusal(() => new JournalReader(folder))).code).toBe('newer-schema');
    writeFileSync(join(folder, 'journal.db'), 'this is no database '.repeat(500));
    expect((await refusal(() => new JournalReader(folder))).code).toBe('corrupt');
  });
});

it('an empty journal reads as empty', async () => {
  const folder = newFolder();
  await openJournal(folder);
  const reader = openReader(folder);
  expect([...reader.connections()]).toEqual([]);
  expect(reader.gaps()).toEqual([]);
  expect(reader.frames('none')).toEqual([]);
  expect(reader.frameCount('none')).toBe(0);
  expect(reader.payload('none', 0)).toBeNull();
  expect(reader.status()).toMatchObject({
    pid: process.pid,
    recording: true,
    why: null,
    alive: true,
    droppedFrames: 0,
  });
});
