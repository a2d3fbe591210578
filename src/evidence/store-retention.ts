import { statSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { databaseFile } from './journal-folder.ts';
import type { WorkerSettings } from './journal-protocol.ts';
import { numberIn } from './store-columns.ts';
import { RoundTripStore } from './store-round-trips.ts';
import { transaction } from './store-transaction.ts';

/** Rows removed in one step, some MiB at most: the writer is away for a few ms. */
const STEP_ROWS = 256;
/** Pages given back to the disk in one step (1 MiB). */
const STEP_PAGES = 256;
/** Free pages left in the file (8 MiB): compaction frees and takes about as many at every pass. */
const SLACK_PAGES = 2048;
/** Of a bound on the disk, the write-ahead log gets a quarter, at most 4 MiB (SQLite's own default: 1000 pages). */
const WAL_SHARE = 4;
const WAL_BYTES = 4 * 1024 * 1024;

export type RetentionSettings = Pick<WorkerSettings, 'folder' | 'keepMs' | 'maxDiskBytes' | 'busyTimeoutMs'>;

/** Bounds the journal by age and by size: oldest closed connections first, in small steps. */
export class Retention {
  readonly #db: DatabaseSync;
  readonly #walFile: string;
  readonly #keepMs: number | null;
  readonly #maxDiskBytes: number;
  /** What the rows may take, in bytes: the log's share is set aside. */
  readonly #maxLiveBytes: number;
  readonly #busyTimeoutMs: number;
  readonly #oldest: StatementSync;
  /** Rows of a connection, dependants first, the connection itself at last. */
  readonly #parts: readonly StatementSync[];
  readonly #oldestChunks: StatementSync;
  readonly #roundTrips: RoundTripStore;
  readonly #pageBytes: number;

  constructor(db: DatabaseSync, settings: RetentionSettings) {
    this.#db = db;
    this.#walFile = `${databaseFile(settings.folder)}-wal`;
    this.#keepMs = settings.keepMs;
    this.#busyTimeoutMs = settings.busyTimeoutMs;
    this.#pageBytes = this.#pragma('page_size');
    this.#maxDiskBytes = settings.maxDiskBytes ?? Number.POSITIVE_INFINITY;
    const walBytes = Math.min(WAL_BYTES, this.#maxDiskBytes / WAL_SHARE);
    this.#maxLiveBytes = this.#maxDiskBytes - walBytes;
    db.exec(`PRAGMA wal_autocheckpoint = ${Math.max(1, Math.floor(walBytes / this.#pageBytes))}`);
    db.exec(`PRAGMA journal_size_limit = ${Math.floor(walBytes)}`);
    this.#oldest = db.prepare(
      `SELECT number FROM connection
       WHERE closed_at IS NOT NULL AND closed_at < ? AND ended_at IS NOT NULL ORDER BY closed_at, number LIMIT 1`,
    );
    this.#parts = [
      `DELETE FROM payload WHERE id IN (SELECT id FROM payload WHERE connection = ? LIMIT ${STEP_ROWS})`,
      `DELETE FROM chunk WHERE id IN (SELECT id FROM chunk WHERE connection = ? LIMIT ${STEP_ROWS})`,
      `DELETE FROM fact WHERE (connection, n) IN (SELECT connection, n FROM fact WHERE connection = ? LIMIT ${STEP_ROWS})`,
      'DELETE FROM connection WHERE number = ?',
    ].map((sql) => db.prepare(sql));
    this.#oldestChunks = db.prepare(
      `DELETE FROM chunk WHERE id IN (SELECT id FROM chunk ORDER BY id LIMIT ${STEP_ROWS})`,
    );
    this.#roundTrips = new RoundTripStore(db);
  }

  /** What the journal takes on disk now, in bytes: database and write-ahead log. */
  diskBytes(): number {
    const wal = statSync(this.#walFile, { throwIfNoEntry: false })?.size ?? 0;
    return this.#pragma('page_count') * this.#pageBytes + wal;
  }

  /**
   * Does one small thing that is due.
   * @param now ms since the epoch
   * @returns whether there may be more to do
   * @throws what SQLite throws
   */
  step(now: number): boolean {
    const free = this.#pragma('freelist_count');
    if (free > SLACK_PAGES || (free > 0 && this.diskBytes() > this.#maxDiskBytes)) {
      this.#giveBack();
      return true;
    }
    if (this.#keepMs !== null) {
      if (this.#removeOldest(now - this.#keepMs)) return true;
      if (this.#roundTrips.forget(now - this.#keepMs)) return true;
    }
    if (this.#roundTrips.thin(now)) return true;
    // Rows are measured without the log: a slow reader makes that grow for a while, and no removal would shorten it.
    const liveBytes = (this.#pragma('page_count') - free) * this.#pageBytes;
    if (liveBytes <= this.#maxLiveBytes) return false;
    return this.#removeOldest(Number.MAX_VALUE) || this.#oldestChunks.run().changes > 0;
  }

  /** Pages leave the file, and the log gets short, when a checkpoint has brought them home; readers are not waited for. */
  #giveBack(): void {
    this.#db.exec(`PRAGMA incremental_vacuum(${STEP_PAGES})`);
    this.#db.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
    this.#db.exec(`PRAGMA busy_timeout = ${this.#busyTimeoutMs}`);
  }

  /** Removes about STEP_ROWS rows of connections closed before a time. @returns false when there were none */
  #removeOldest(closedBefore: number): boolean {
    // Looked up before, so that an idle journal takes no write lock every second.
    if (this.#oldest.get(closedBefore) === undefined) return false;
    return transaction(this.#db, () => {
      let removed = 0;
      while (removed < STEP_ROWS) {
        const oldest = this.#oldest.get(closedBefore);
        if (oldest === undefined) break;
        removed += this.#remove(numberIn(oldest, 'number'));
      }
      return removed > 0;
    });
  }

  /** Removes a connection, or of a large one as much as a step may. @returns rows removed */
  #remove(connection: number): number {
    let removed = 0;
    for (const part of this.#parts) {
      const changes = Number(part.run(connection).changes);
      removed += changes;
      if (changes === STEP_ROWS) break;
    }
    return removed;
  }

  #pragma(name: 'page_count' | 'freelist_count' | 'page_size'): number {
    return numberIn(this.#db.prepare(`PRAGMA ${name}`).get() ?? {}, name);
  }
}
