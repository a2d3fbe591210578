import type { DatabaseSync } from 'node:sqlite';
import type { RoundTripRow } from './recorder.ts';
import { numberIn, numberOrNullIn, textIn } from './store-columns.ts';
import { transaction } from './store-transaction.ts';

/** From (included) and to (excluded), in ms since the epoch. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Rows older than this are thinned out, an hour of them at a time: a week of rows every 10 s would take 0.2 s to draw. */
const FINE_MS = 2 * 3_600_000;
const STEP_MS = 3_600_000;
const THIN_BUCKET_MS = 300_000;
/** In `meta`: rows before this time have been thinned out. */
const THINNED = 'round-trips-thinned';
/** Rows removed in one step. */
const STEP_ROWS = 256;

/** Round trips of hangup's own pings over time. */
export class RoundTripStore {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** When round trips were first and last recorded; null when never. */
  times(): TimeRange | null {
    // Two statements: SQLite looks only one extreme up in the index, for both it reads all rows.
    const first = this.#db.prepare('SELECT min(at) AS at FROM round_trip').get() ?? {};
    const last = this.#db.prepare('SELECT max(at) AS at FROM round_trip').get() ?? {};
    const from = numberOrNullIn(first, 'at');
    return from === null ? null : { from, to: numberIn(last, 'at') + 1 };
  }

  /**
   * By tap and leg, oldest first, those of `bucketMs` in one: then the median is the mean of medians, weighted by their counts, and
   * the 95th percentile the worst of them.
   */
  read({ from, to }: TimeRange, bucketMs: number): RoundTripRow[] {
    const statement = this.#db.prepare(
      `SELECT CAST(at / ?1 AS INTEGER) * ?1 AS bucket, tap, leg, sum(count) AS count, min(min_ms) AS min_ms,
         sum(p50_ms * count) / sum(count) AS p50_ms, max(p95_ms) AS p95_ms, max(max_ms) AS max_ms
       FROM round_trip WHERE at >= ?2 AND at < ?3 AND count > 0 GROUP BY bucket, tap, leg ORDER BY bucket, tap, leg`,
    );
    return statement.all(bucketMs, from, to).map((row) => ({
      at: numberIn(row, 'bucket'),
      tap: textIn(row, 'tap'),
      leg: textIn(row, 'leg') === 'client' ? 'client' : 'server',
      count: numberIn(row, 'count'),
      minMs: numberIn(row, 'min_ms'),
      p50Ms: numberIn(row, 'p50_ms'),
      p95Ms: numberIn(row, 'p95_ms'),
      maxMs: numberIn(row, 'max_ms'),
    }));
  }

  /** Removes some rows from before a time. @returns whether there may be more */
  forget(before: number): boolean {
    // Looked up before, so that an idle journal takes no write lock every second.
    if (!this.#isAny(before)) return false;
    const old = `SELECT at, tap, leg FROM round_trip WHERE at < ? LIMIT ${STEP_ROWS}`;
    return this.#db.prepare(`DELETE FROM round_trip WHERE (at, tap, leg) IN (${old})`).run(before).changes > 0;
  }

  /** Sums an hour of old rows up. @param now ms since the epoch @returns whether there may be more to do */
  thin(now: number): boolean {
    const done = this.#db.prepare('SELECT value FROM meta WHERE key = ?').get(THINNED);
    const from = done === undefined ? (this.times()?.from ?? null) : numberIn(done, 'value');
    if (from === null) return false;
    const begin = from - (from % THIN_BUCKET_MS);
    const end = begin + STEP_MS;
    if (end > now - FINE_MS) return false;
    transaction(this.#db, () => {
      const rows = this.read({ from: begin, to: end }, THIN_BUCKET_MS);
      this.#db.prepare('DELETE FROM round_trip WHERE at >= ? AND at < ?').run(begin, end);
      const insert = this.#db.prepare('INSERT INTO round_trip VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
      for (const { at, tap, leg, count, minMs, p50Ms, p95Ms, maxMs } of rows) {
        insert.run(at, tap, leg, count, minMs, p50Ms, p95Ms, maxMs);
      }
      // Hours without rows are passed over.
      const next = this.#db.prepare('SELECT min(at) AS at FROM round_trip WHERE at >= ?').get(end) ?? {};
      const until = Math.min(numberOrNullIn(next, 'at') ?? end, now - FINE_MS);
      this.#db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(THINNED, Math.max(end, Math.floor(until)));
    });
    return true;
  }

  #isAny(before: number): boolean {
    return this.#db.prepare('SELECT 1 FROM round_trip WHERE at < ? LIMIT 1').get(before) !== undefined;
  }
}
