import type { DatabaseSync } from 'node:sqlite';
import { type TroubleReport, troubleOf } from './journal-error.ts';
import type { Batch, Orphan, WorkerSettings } from './journal-protocol.ts';
import { numberIn } from './store-columns.ts';
import { Compactor } from './store-compaction.ts';
import { FrameStore } from './store-frames.ts';
import { lockFolder } from './store-lock.ts';
import { Retention } from './store-retention.ts';
import { openForWriting } from './store-schema.ts';
import { readNames, TimelineStore } from './store-timeline.ts';
import { BatchWriter } from './store-writer.ts';

/** Hot rows that start a compaction, however few frames they hold: a reader looks through all of them. */
const COMPACT_ROWS = 4096;
/** How often age and size are looked at, in ms. */
const RETENTION_MS = 1000;
/** Pause between two steps of retention, in ms: batches go in between. */
const STEP_PAUSE_MS = 10;
/** Pause after a failed compaction or retention step, in ms. */
const HOUSEKEEPING_RETRY_MS = 5000;

export type Note = (level: 'info' | 'warn', message: string) => void;

/** What was in the journal when it was opened. */
export interface Found {
  readonly nextConnection: number;
  readonly names: readonly string[];
  readonly orphans: readonly Orphan[];
}

/**
 * The one writer's side of the database, in the worker thread.
 *
 *   batch ─► one transaction: entries, and its frames as they came into `hot`
 *                │ every COMPACT_ROWS rows or `compactFrames` frames
 *                ▼
 *            compaction: `hot` → `chunk`            retention: oldest closed connections leave, a step at a time
 */
export class JournalStore {
  readonly found: Found;
  readonly #settings: WorkerSettings;
  readonly #note: Note;
  readonly #lock: DatabaseSync;
  readonly #db: DatabaseSync;
  readonly #writer: BatchWriter;
  readonly #compactor: Compactor;
  readonly #retention: Retention;
  #hotFrames = 0;
  #hotRows = 0;
  /** Set after a refusal, until a batch comes that retries. */
  #trouble: TroubleReport | null = null;
  #housekeepingFailed = false;
  #noHousekeepingBefore = 0;
  #timer: NodeJS.Timeout;

  /** @throws JournalError, or what SQLite throws */
  constructor(settings: WorkerSettings, note: Note) {
    this.#settings = settings;
    this.#note = note;
    this.#lock = lockFolder(settings.folder);
    try {
      this.#db = openForWriting(settings.folder, settings.busyTimeoutMs);
    } catch (error) {
      this.#lock.close();
      throw error;
    }
    const frames = new FrameStore(this.#db);
    this.#writer = new BatchWriter(this.#db, frames);
    this.#compactor = new Compactor(this.#db, frames);
    this.#retention = new Retention(this.#db, settings);
    this.#compactor.compact();
    this.found = this.#find(frames);
    this.#timer = setTimeout(() => this.#retain(), RETENTION_MS);
  }

  /** @returns what is wrong when the batch was not stored; then nothing of it was */
  store(batch: Batch): TroubleReport | null {
    if (this.#trouble !== null && !batch.retry) return this.#trouble;
    try {
      this.#writer.store(batch);
      this.#trouble = null;
    } catch (error) {
      this.#trouble = troubleOf(error, this.#settings.folder);
      return this.#trouble;
    }
    if (batch.frames !== null) {
      this.#hotFrames += batch.frames.count;
      this.#hotRows++;
    }
    if (this.#hotFrames >= this.#settings.compactFrames || this.#hotRows >= COMPACT_ROWS) this.#compact();
    return null;
  }

  /** Leaves one tidy file behind where it can. @returns what went wrong with that; nothing is lost by it */
  close(): TroubleReport | null {
    clearTimeout(this.#timer);
    try {
      this.#compactor.compact();
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return null;
    } catch (error) {
      return troubleOf(error, this.#settings.folder);
    } finally {
      this.#db.close();
      this.#lock.close();
    }
  }

  #find(frames: FrameStore): Found {
    const highest = this.#db.prepare('SELECT coalesce(max(number), 0) AS number FROM connection').get() ?? {};
    const names = readNames(this.#db);
    const nameOf = (id: number): string | null => names[id - 1] ?? null;
    const orphans = this.#settings.wantOrphans ? new TimelineStore(this.#db, frames).orphans(nameOf) : [];
    return { nextConnection: numberIn(highest, 'number') + 1, names, orphans };
  }

  #compact(): void {
    this.#housekeeping('sort the recorded frames', () => {
      this.#compactor.compact();
      this.#hotFrames = 0;
      this.#hotRows = 0;
      return false;
    });
  }

  #retain(): void {
    const more = this.#housekeeping('remove old connections', () => this.#retention.step(Date.now()));
    this.#timer = setTimeout(() => this.#retain(), more ? STEP_PAUSE_MS : RETENTION_MS);
  }

  /** Work that can wait: a failure is told once, and tried again later. */
  #housekeeping(what: string, work: () => boolean): boolean {
    if (this.#trouble !== null || Date.now() < this.#noHousekeepingBefore) return false;
    try {
      const more = work();
      this.#housekeepingFailed = false;
      return more;
    } catch (error) {
      this.#noHousekeepingBefore = Date.now() + HOUSEKEEPING_RETRY_MS;
      if (!this.#housekeepingFailed) {
        this.#note('warn', `the journal could not ${what}: ${troubleOf(error, this.#settings.folder).says}`);
      }
      this.#housekeepingFailed = true;
      return false;
    }
  }
}
