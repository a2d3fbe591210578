import { DatabaseSync } from 'node:sqlite';
import { JournalError } from './journal-error.ts';
import { databaseFile, noJournal } from './journal-folder.ts';
import { numberIn } from './store-columns.ts';
import { ADDED_IN_2, bringUpToDate, readAsNewest, SCHEMA_VERSION } from './store-migration.ts';

/** Bytes of a database page; a chunk of frames is cut to fill one (store-chunks.ts). */
export const PAGE_BYTES = 4096;

/**
 * Where a frame is: appended in `hot` as it came (one row a batch), later sorted by connection into `chunk`.
 * All hot frames of a connection come after all its chunks, because compaction takes the oldest hot rows and moves
 * them in one transaction (store-compaction.ts).
 *
 * A connection is open while `closed_at` is null. Times of frames are whole µs since the epoch, all others ms.
 */
const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

  CREATE TABLE name (id INTEGER PRIMARY KEY, name TEXT NOT NULL);

  CREATE TABLE connection (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tap TEXT NOT NULL,
    url TEXT NOT NULL,
    trace TEXT,
    opened_at REAL NOT NULL,
    peer TEXT NOT NULL,
    forwarded_for TEXT,
    user_agent TEXT,
    head TEXT NOT NULL,
    ended_at REAL,
    totals TEXT,
    closed_by TEXT,
    cause TEXT,
    certainty TEXT,
    closed_at REAL,
    verdict TEXT,
    hop TEXT,
    refusal TEXT,
    idle_ms INTEGER,
    lifetime_ms INTEGER,
    together INTEGER,
    keepalive_client REAL,
    keepalive_server REAL,
    user_id TEXT
  );
  CREATE INDEX connection_unfinished ON connection (number) WHERE ended_at IS NULL OR verdict IS NULL;

  CREATE TABLE fact (
    connection INTEGER NOT NULL, n INTEGER NOT NULL, json TEXT NOT NULL,
    PRIMARY KEY (connection, n)
  ) WITHOUT ROWID;

  CREATE TABLE hot (id INTEGER PRIMARY KEY, start_us INTEGER NOT NULL, frames BLOB NOT NULL);

  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL,
    first_index INTEGER NOT NULL,
    count INTEGER NOT NULL,
    first_us INTEGER NOT NULL,
    last_us INTEGER NOT NULL,
    frames BLOB NOT NULL
  );
  CREATE UNIQUE INDEX chunk_by_index ON chunk (connection, first_index);
  CREATE INDEX chunk_by_time ON chunk (connection, last_us);

  CREATE TABLE payload (
    id INTEGER PRIMARY KEY, connection INTEGER NOT NULL, frame INTEGER NOT NULL, bytes BLOB NOT NULL
  );
  CREATE UNIQUE INDEX payload_by_frame ON payload (connection, frame);

  CREATE TABLE gap (
    id INTEGER PRIMARY KEY, since REAL NOT NULL, until REAL NOT NULL, code TEXT NOT NULL, why TEXT NOT NULL,
    dropped_frames INTEGER NOT NULL, dropped_facts INTEGER NOT NULL
  );
`;

function schemaVersion(db: DatabaseSync): number | null {
  const table = db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'meta'`).get();
  if (table === undefined) return null;
  const row = db.prepare(`SELECT value FROM meta WHERE key = 'schema'`).get();
  return row === undefined ? null : numberIn(row, 'value');
}

function refuseNewer(version: number, folder: string): void {
  if (version <= SCHEMA_VERSION) return;
  throw new JournalError(
    'newer-schema',
    `the journal in ${folder} was written by a newer hangup (schema ${version}, this one knows ${SCHEMA_VERSION}): ` +
      'upgrade hangup, or name another folder with --data',
  );
}

/**
 * Opens the database for the one writer, creating its tables in a new one, and bringing those of an older hangup up to date.
 * @param busyTimeoutMs how long a statement waits for a lock that another program holds
 * @throws JournalError `newer-schema`, or what SQLite throws
 */
export function openForWriting(folder: string, busyTimeoutMs: number): DatabaseSync {
  const db = new DatabaseSync(databaseFile(folder), { timeout: busyTimeoutMs });
  try {
    // Both must come before the first table: SQLite fixes them when it writes page 1.
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`);
    const version = schemaVersion(db);
    if (version !== null) refuseNewer(version, folder);
    // NORMAL in WAL mode: a commit survives kill -9 without an fsync; a power cut may lose the last checkpoint interval.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    if (version === null) {
      db.exec(`BEGIN IMMEDIATE; ${TABLES} ${ADDED_IN_2} INSERT INTO meta VALUES ('schema', ${SCHEMA_VERSION}); COMMIT`);
    } else {
      bringUpToDate(db, version);
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens the database read-only; a writer may be at work.
 * @throws JournalError `no-journal` (no tables yet), `newer-schema`, or what SQLite throws
 */
export function openForReading(folder: string, busyTimeoutMs: number): DatabaseSync {
  const db = new DatabaseSync(databaseFile(folder), { readOnly: true, timeout: busyTimeoutMs });
  try {
    const version = schemaVersion(db);
    if (version === null) throw noJournal(folder);
    refuseNewer(version, folder);
    readAsNewest(db, version);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
