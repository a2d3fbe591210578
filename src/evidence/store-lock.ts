import { DatabaseSync } from 'node:sqlite';
import { JournalError, troubleOf } from './journal-error.ts';
import { lockFile } from './journal-folder.ts';
import { readStatus } from './journal-status.ts';

/**
 * Holds the folder for this process by an exclusive transaction on an empty database, never committed.
 * The kernel drops the lock with the process, kill -9 included, so that no stale lock can be left behind.
 *
 * @returns the lock; closing it gives the folder free
 * @throws JournalError `in-use`, naming the folder and the process that has it
 */
export function lockFolder(folder: string): DatabaseSync {
  const lock = new DatabaseSync(lockFile(folder), { timeout: 0 });
  try {
    // Nothing is ever written, so no rollback journal is needed on disk.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    if (troubleOf(error, folder).code !== 'busy') throw error;
    const pid = readStatus(folder)?.pid;
    const holder = pid === undefined ? 'another hangup' : `another hangup (pid ${pid})`;
    throw new JournalError('in-use', `${holder} records in ${folder}: stop it, or name another folder with --data`, {
      cause: error,
    });
  }
}
