import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JournalError } from './journal-error.ts';

/** The files of a journal. SQLite adds `journal.db-wal` and `journal.db-shm` with the mode of the database. */
export const databaseFile = (folder: string): string => join(folder, 'journal.db');
export const lockFile = (folder: string): string => join(folder, 'lock.db');
export const statusFile = (folder: string): string => join(folder, 'status.json');

/** Private traffic: for its owner alone. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/**
 * Makes an empty file of the right mode, unless there is one.
 * An existing file is not opened: closing any descriptor of a file drops this process's fcntl locks on it.
 */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', FILE_MODE));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** `mkdirSync` with `recursive` never returns where a folder cannot be made although its parent exists (in /proc, Node 24). */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: FOLDER_MODE });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || statSync(parent, { throwIfNoEntry: false }) !== undefined) throw error;
    makeFolder(parent);
    mkdirSync(path, { mode: FOLDER_MODE });
  }
}

/**
 * Creates the folder (0700) and its files (0600) where they are missing.
 * @throws JournalError `not-a-folder` or `not-writable`
 */
export function prepareFolder(folder: string): void {
  try {
    makeFolder(folder);
    for (const path of [databaseFile(folder), lockFile(folder), statusFile(folder)]) makeFile(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new JournalError('not-a-folder', `${folder} is not a folder: name another one with --data`, {
        cause: error,
      });
    }
    throw new JournalError(
      'not-writable',
      `cannot write the journal in ${folder} (${code}): check its owner and mode, or name another folder with --data`,
      { cause: error },
    );
  }
}

/** @throws JournalError `no-journal` when there is nothing to read in the folder */
export function requireJournal(folder: string): void {
  const found = statSync(databaseFile(folder), { throwIfNoEntry: false });
  if (found === undefined || found.size === 0) throw noJournal(folder);
}

export const noJournal = (folder: string): JournalError =>
  new JournalError('no-journal', `no journal at ${folder}: run \`hangup serve\` there, or name its folder with --data`);
