import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` in one transaction.
 * @param mode IMMEDIATE takes the write lock at once; DEFERRED is for reads of several statements on one snapshot
 * @throws what `work` or SQLite throws, after rolling back
 */
export function transaction<T>(db: DatabaseSync, work: () => T, mode: 'IMMEDIATE' | 'DEFERRED' = 'IMMEDIATE'): T {
  db.exec(`BEGIN ${mode}`);
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite rolls back by itself on some errors (SQLITE_FULL, SQLITE_IOERR: sqlite.org/lang_transaction.html §3).
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
