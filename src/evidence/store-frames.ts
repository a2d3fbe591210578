import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { RECORD_WORDS, recordBits, recordLength } from './journal-batch.ts';
import { type FrameVisitor, visitRun } from './store-chunks.ts';
import { bytesIn, type Columns, numberIn } from './store-columns.ts';

/** A hot row: frames of all connections, in the order in which they were recorded. */
export interface HotRow {
  readonly id: number;
  readonly startUs: number;
  /** RECORD_WORDS numbers a frame (journal-batch.ts). */
  readonly words: Uint32Array;
}

export function hotRow(row: Columns): HotRow {
  const bytes = bytesIn(row, 'frames');
  // A view needs an offset that is a multiple of 4; node:sqlite gives each blob a buffer of its own, at offset 0.
  const whole = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return {
    id: numberIn(row, 'id'),
    startUs: numberIn(row, 'start_us'),
    words: new Uint32Array(whole.buffer, whole.byteOffset, Math.floor(whole.byteLength / 4)),
  };
}

/** Called once a frame; @returns false to stop. */
export type IndexedFrameVisitor = (...frame: [...Parameters<FrameVisitor>, index: number]) => boolean;

/** Reads the frames of a connection, whether they lie in chunks or still among the hot ones. */
export class FrameStore {
  readonly #chunksFrom: StatementSync;
  readonly #chunkAtIndex: StatementSync;
  readonly #chunkAtTime: StatementSync;
  readonly #firstChunk: StatementSync;
  readonly #lastChunk: StatementSync;
  readonly #hot: StatementSync;

  constructor(db: DatabaseSync) {
    this.#chunksFrom = db.prepare(
      'SELECT first_index, count, first_us, frames FROM chunk WHERE connection = ? AND first_index >= ? ORDER BY first_index',
    );
    this.#chunkAtIndex = db.prepare(
      'SELECT first_index FROM chunk WHERE connection = ? AND first_index <= ? ORDER BY first_index DESC LIMIT 1',
    );
    this.#chunkAtTime = db.prepare(
      'SELECT first_index FROM chunk WHERE connection = ? AND last_us >= ? ORDER BY last_us LIMIT 1',
    );
    this.#firstChunk = db.prepare('SELECT first_index FROM chunk WHERE connection = ? ORDER BY first_index LIMIT 1');
    this.#lastChunk = db.prepare(
      'SELECT first_index + count AS end FROM chunk WHERE connection = ? ORDER BY first_index DESC LIMIT 1',
    );
    this.#hot = db.prepare('SELECT id, start_us, frames FROM hot ORDER BY id');
  }

  /** Frames of a connection that lie in chunks, pruned ones included: the index of its first hot frame. */
  chunked(connection: number): number {
    const last = this.#lastChunk.get(connection);
    return last === undefined ? 0 : numberIn(last, 'end');
  }

  /** The index of the first frame that is still kept in chunks; 0 when none lies there. */
  firstKept(connection: number): number {
    const first = this.#firstChunk.get(connection);
    return first === undefined ? 0 : numberIn(first, 'first_index');
  }

  /** Frames of a connection ever recorded. Reads all hot rows. */
  count(connection: number): number {
    let count = this.chunked(connection);
    this.#visitHot(connection, () => {
      count++;
      return true;
    });
    return count;
  }

  /** The index of the first frame at or after a time (µs); the count when there is none. */
  indexAt(connection: number, atUs: number): number {
    const found = this.#chunkAtTime.get(connection, atUs);
    let index = found === undefined ? this.chunked(connection) : numberIn(found, 'first_index');
    this.visit(connection, index, (frameUs) => {
      if (frameUs >= atUs) return false;
      index++;
      return true;
    });
    return index;
  }

  /** Visits frames in order, from an index on (or from the first one that is still kept after it). */
  visit(connection: number, fromIndex: number, visit: IndexedFrameVisitor): void {
    let index = 0;
    const seen: FrameVisitor = (atUs, bits, length) => {
      const at = index++;
      return at < fromIndex || visit(atUs, bits, length, at);
    };
    const start = this.#chunkAtIndex.get(connection, fromIndex);
    const firstIndex = start === undefined ? 0 : numberIn(start, 'first_index');
    for (const row of this.#chunksFrom.iterate(connection, firstIndex)) {
      index = numberIn(row, 'first_index');
      const count = numberIn(row, 'count');
      if (index + count <= fromIndex) continue;
      const run = { count, firstUs: numberIn(row, 'first_us'), bytes: bytesIn(row, 'frames') };
      if (!visitRun(run, seen)) return;
    }
    index = this.chunked(connection);
    this.#visitHot(connection, seen);
  }

  #visitHot(connection: number, visit: FrameVisitor): void {
    for (const row of this.#hot.iterate()) {
      const { startUs, words } = hotRow(row);
      for (let w = 0; w < words.length; w += RECORD_WORDS) {
        if (words[w] !== connection) continue;
        const word = words[w + 3] ?? 0;
        if (!visit(startUs + (words[w + 1] ?? 0), recordBits(word), recordLength(words[w + 2] ?? 0, word))) return;
      }
    }
  }
}
