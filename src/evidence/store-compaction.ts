import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { RECORD_WORDS, recordBits, recordLength } from './journal-batch.ts';
import { type FrameRun, RunEncoder } from './store-chunks.ts';
import { type FrameStore, type HotRow, hotRow } from './store-frames.ts';
import { transaction } from './store-transaction.ts';

/** Most frames moved by one transaction (4 MiB of records): it bounds the worker's memory and its absence. */
const PASS_FRAMES = 256 * 1024;

interface Placed {
  readonly connection: number;
  readonly firstIndex: number;
  readonly run: FrameRun;
}

/**
 * Moves hot frames into chunks: sorts them by connection, keeping their order, and packs each connection's run.
 * A pass is one transaction, so that a frame is always in exactly one of the two places. Frames of connections that
 * retention has removed meanwhile are left behind.
 */
export class Compactor {
  readonly #db: DatabaseSync;
  readonly #frames: FrameStore;
  readonly #hot: StatementSync;
  readonly #forget: StatementSync;
  readonly #known: StatementSync;
  readonly #insert: StatementSync;
  readonly #encoder = new RunEncoder();

  constructor(db: DatabaseSync, frames: FrameStore) {
    this.#db = db;
    this.#frames = frames;
    this.#hot = db.prepare('SELECT id, start_us, frames FROM hot ORDER BY id');
    this.#forget = db.prepare('DELETE FROM hot WHERE id <= ?');
    this.#known = db.prepare('SELECT 1 FROM connection WHERE number = ?');
    this.#insert = db.prepare(
      'INSERT INTO chunk (connection, first_index, count, first_us, last_us, frames) VALUES (?, ?, ?, ?, ?, ?)',
    );
  }

  /** Empties the hot table. @throws what SQLite throws; then the pass at work is undone */
  compact(): void {
    while (transaction(this.#db, () => this.#pass()));
  }

  /** @returns false when there was nothing to move */
  #pass(): boolean {
    const rows = this.#oldest();
    const last = rows.at(-1);
    if (last === undefined) return false;
    const remainders: Placed[] = [];
    for (const [connection, places] of byConnection(rows)) {
      if (this.#known.get(connection) !== undefined) this.#pack(connection, rows, places, remainders);
    }
    // Full chunks fill a page each; the small ones come last, together, or each would leave the rest of a page empty.
    for (const remainder of remainders) this.#store(remainder);
    this.#forget.run(last.id);
    return true;
  }

  #oldest(): HotRow[] {
    const rows: HotRow[] = [];
    let frames = 0;
    for (const columns of this.#hot.iterate()) {
      const row = hotRow(columns);
      rows.push(row);
      frames += row.words.length / RECORD_WORDS;
      if (frames >= PASS_FRAMES) break;
    }
    return rows;
  }

  #pack(connection: number, rows: readonly HotRow[], places: readonly number[], remainders: Placed[]): void {
    let firstIndex = this.#frames.chunked(connection);
    const encoder = this.#encoder;
    const next = (into: (placed: Placed) => void): void => {
      const run = encoder.take();
      if (run === null) return;
      into({ connection, firstIndex, run });
      firstIndex += run.count;
    };
    for (let p = 0; p < places.length; p += 2) {
      const row = rows[places[p] ?? 0];
      const w = places[p + 1] ?? 0;
      if (row === undefined) continue;
      if (encoder.isFull) next((placed) => this.#store(placed));
      const word = row.words[w + 3] ?? 0;
      encoder.add(row.startUs + (row.words[w + 1] ?? 0), recordBits(word), recordLength(row.words[w + 2] ?? 0, word));
    }
    next((placed) => remainders.push(placed));
  }

  #store({ connection, firstIndex, run }: Placed): void {
    this.#insert.run(connection, firstIndex, run.count, run.firstUs, run.lastUs, run.bytes);
  }
}

/** Where each connection's frames are, in order: row and word, one after the other (numbers, not pairs: there are many). */
function byConnection(rows: readonly HotRow[]): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (const [r, { words }] of rows.entries()) {
    for (let w = 0; w < words.length; w += RECORD_WORDS) {
      const connection = words[w] ?? 0;
      const list = places.get(connection);
      if (list === undefined) places.set(connection, [r, w]);
      else list.push(r, w);
    }
  }
  return places;
}
