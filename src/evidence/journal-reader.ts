import type { DatabaseSync } from 'node:sqlite';
import type { FrameRecord } from './fact.ts';
import { frameRecord } from './frame-bits.ts';
import { toMicros, toMillis } from './journal-batch.ts';
import { errorOf, troubleOf } from './journal-error.ts';
import { requireJournal } from './journal-folder.ts';
import type { Gap } from './journal-protocol.ts';
import { type JournalStatus, readStatus } from './journal-status.ts';
import type { RoundTripRow } from './recorder.ts';
import { bytesIn, numberIn, textIn, textOrNullIn } from './store-columns.ts';
import { type ConnectionRow, ConnectionStore } from './store-connections.ts';
import type { ConnectionFilter, ConnectionPlace } from './store-filter.ts';
import { FrameStore, type IndexedFrameVisitor } from './store-frames.ts';
import { RoundTripStore, type TimeRange } from './store-round-trips.ts';
import { openForReading } from './store-schema.ts';
import { type Endings, type OpenOnes, SumStore } from './store-sums.ts';
import { readNames, TimelineStore } from './store-timeline.ts';
import { transaction } from './store-transaction.ts';
import type { Timeline } from './timeline.ts';

export type {
  ConnectionFilter,
  ConnectionPlace,
  ConnectionRow,
  Endings,
  Gap,
  IndexedFrameVisitor,
  OpenOnes,
  TimeRange,
};

/** How long a read waits where it must (recovery of the log after a kill), in ms. */
const BUSY_TIMEOUT_MS = 2000;
/** Frames in a window unless told otherwise. */
const WINDOW_FRAMES = 200;

/** A frame and its place in its connection, from 0. */
export interface IndexedFrame extends FrameRecord {
  readonly index: number;
}

/** Where a window of frames begins (`fromIndex` wins; without either: at the first frame), and how long it is. */
export interface FrameWindow {
  readonly fromIndex?: number;
  /** ms since the epoch. */
  readonly fromTime?: number;
  readonly limit?: number;
}

export interface ReaderStatus extends JournalStatus {
  /** Whether the process that wrote it still runs. */
  readonly alive: boolean;
  /** A running hangup writes every second. */
  readonly heartbeatAgeMs: number;
}

/** Reads a journal, from this process or another, also while `hangup serve` writes it. Each call sees one snapshot. */
export class JournalReader {
  readonly #folder: string;
  readonly #db: DatabaseSync;
  readonly #frames: FrameStore;
  readonly #timelines: TimelineStore;
  readonly #connections: ConnectionStore;
  readonly #sums: SumStore;
  readonly #roundTrips: RoundTripStore;
  #names: readonly string[] = [];

  /** @throws JournalError `no-journal`, `newer-schema`, `corrupt`, `not-writable` … */
  constructor(folder: string) {
    this.#folder = folder;
    requireJournal(folder);
    try {
      this.#db = openForReading(folder, BUSY_TIMEOUT_MS);
      this.#frames = new FrameStore(this.#db);
      this.#timelines = new TimelineStore(this.#db, this.#frames);
      this.#connections = new ConnectionStore(this.#db);
      this.#sums = new SumStore(this.#db);
      this.#roundTrips = new RoundTripStore(this.#db);
    } catch (error) {
      throw errorOf(troubleOf(error, folder));
    }
  }

  /**
   * Connections, open ones first (newest first), then closed ones (last closed first).
   * Reads a page at a time, so that a slow consumer does not hold a snapshot.
   */
  connections(filter: ConnectionFilter = {}): IterableIterator<ConnectionRow> {
    return this.#connections.list(filter);
  }

  /** The closed connections that have a verdict, by how they ended. Of the filter: ids, text, tap, times and idle times. */
  endings(filter: ConnectionFilter): Endings[] {
    return this.#sums.endings(filter);
  }

  openOnes(): OpenOnes[] {
    return this.#sums.openOnes();
  }

  /** When round trips of own pings were first and last recorded; null when never. */
  roundTripTimes(): TimeRange | null {
    return this.#roundTrips.times();
  }

  /** Round trips of own pings by tap and leg, oldest first, those of `bucketMs` summed up (store-round-trips.ts says how). */
  roundTrips(range: TimeRange, bucketMs: number): RoundTripRow[] {
    return this.#roundTrips.read(range, bucketMs);
  }

  /** The recorded verdict of a connection by its number, as JSON; null where there is none. */
  verdict(number: number): string | null {
    const row = this.#db.prepare('SELECT verdict FROM connection WHERE number = ?').get(number);
    return row === undefined ? null : textOrNullIn(row, 'verdict');
  }

  /** As `timeline`, without frames, and of a connection that has not ended without totals: it costs no look at any frame. */
  told(id: string): Timeline | null {
    return this.#snapshot(id, null, (number) => this.#timelines.told(number, this.#nameOf));
  }

  has(id: string): boolean {
    return this.#connections.number(id) !== null;
  }

  /** @returns null when there is no such connection */
  timeline(id: string): Timeline | null {
    return this.#snapshot(id, null, (number) => this.#timelines.timeline(number, this.#nameOf));
  }

  /** How many frames of a connection were recorded: one more than the highest index. */
  frameCount(id: string): number {
    return this.#snapshot(id, 0, (number) => this.#frames.count(number));
  }

  /** A window of frames; empty when there is no such connection. */
  frames(id: string, { fromIndex, fromTime, limit = WINDOW_FRAMES }: FrameWindow = {}): IndexedFrame[] {
    return this.#snapshot(id, [], (number) => {
      const window: IndexedFrame[] = [];
      if (limit <= 0) return window;
      const from = fromIndex ?? (fromTime === undefined ? 0 : this.#frames.indexAt(number, toMicros(fromTime)));
      this.#frames.visit(number, from, (atUs, bits, length, index) => {
        window.push(this.indexed(atUs, bits, length, index));
        return window.length < limit;
      });
      return window;
    });
  }

  /**
   * Visits frames from an index on, as the bits they are stored in: a million in about 50 ms.
   * @returns the index of the first frame that is still kept
   */
  visitFrames(id: string, fromIndex: number, visit: IndexedFrameVisitor): number {
    return this.#snapshot(id, 0, (number) => {
      this.#frames.visit(number, fromIndex, visit);
      return this.#frames.firstKept(number);
    });
  }

  /** A visited frame as a record. */
  indexed(...[atUs, bits, length, index]: Parameters<IndexedFrameVisitor>): IndexedFrame {
    return { index, ...frameRecord(toMillis(atUs), bits, length, this.#nameOf) };
  }

  /** The payload of a frame, as far as `--payload` allowed to keep it; null when nothing was kept. */
  payload(id: string, index: number): Uint8Array | null {
    return this.#snapshot(id, null, (number) => {
      const row = this.#db.prepare('SELECT bytes FROM payload WHERE connection = ? AND frame = ?').get(number, index);
      return row === undefined ? null : bytesIn(row, 'bytes');
    });
  }

  /** Times in which not everything was recorded, oldest first. */
  gaps(): Gap[] {
    const rows = this.#db.prepare('SELECT * FROM gap ORDER BY id').all();
    return rows.map((row) => ({
      since: numberIn(row, 'since'),
      until: numberIn(row, 'until'),
      code: textIn(row, 'code'),
      why: textIn(row, 'why'),
      droppedFrames: numberIn(row, 'dropped_frames'),
      droppedFacts: numberIn(row, 'dropped_facts'),
    }));
  }

  /** @returns null when there is none that can be read */
  status(): ReaderStatus | null {
    return journalStatus(this.#folder);
  }

  close(): void {
    this.#db.close();
  }

  readonly #nameOf = (id: number): string | null => (id === 0 ? null : (this.#names[id - 1] ?? null));

  /** Runs a read of several statements on one state of the database. */
  #snapshot<T>(id: string, absent: T, read: (number: number) => T): T {
    return transaction(
      this.#db,
      () => {
        const number = this.#connections.number(id);
        if (number === null) return absent;
        this.#names = readNames(this.#db);
        return read(number);
      },
      'DEFERRED',
    );
  }
}

/** What status.json of a folder says now; null when there is none. Needs no database: it works on a locked one. */
export function journalStatus(folder: string): ReaderStatus | null {
  const status = readStatus(folder);
  if (status === null) return null;
  return { ...status, alive: isAlive(status.pid), heartbeatAgeMs: Date.now() - status.heartbeatAt };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
