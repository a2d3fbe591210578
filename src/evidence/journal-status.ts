import { readFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { statusFile } from './journal-folder.ts';

/** What `status.json` says, for another process to read even when the disk is full or the database locked. */
export interface JournalStatus {
  readonly pid: number;
  /** ms since the epoch, as all times here. */
  readonly startedAt: number;
  readonly recording: boolean;
  /** Why not, in one sentence; null while recording. */
  readonly why: string | null;
  /** Since when it has been recording, or not. */
  readonly since: number;
  /** Frame records dropped since the start. */
  readonly droppedFrames: number;
  readonly heartbeatAt: number;
}

/** The file never changes its size, so that writing it needs no new disk block. */
const STATUS_BYTES = 1024;
/** Longest `why` in characters: with six bytes for the worst of them (JSON's \uXXXX) and the numbers, it still fits. */
const WHY_CHARACTERS = 120;

function page(status: JournalStatus): Buffer {
  const why = status.why === null ? null : status.why.slice(0, WHY_CHARACTERS);
  const bytes = Buffer.alloc(STATUS_BYTES, ' ');
  bytes.write(JSON.stringify({ ...status, why }));
  bytes.write('\n', STATUS_BYTES - 1);
  return bytes;
}

/** @returns null when there is no status, or none that can be read */
export function readStatus(folder: string): JournalStatus | null {
  try {
    const status: JournalStatus = JSON.parse(readFileSync(statusFile(folder), 'utf8'));
    return status;
  } catch {
    // A journal that was never started, or a file from elsewhere: either way nothing is known.
    return null;
  }
}

/** Overwrites `status.json` in place, one write at a time; a newer status waits, older ones that wait are skipped. */
export class StatusWriter {
  readonly #file: FileHandle;
  #next: JournalStatus | null = null;
  #writing: Promise<void> | null = null;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(folder: string): Promise<StatusWriter> {
    return new StatusWriter(await open(statusFile(folder), 'r+'));
  }

  /** Resolves when it is written, or a newer one. Never rejects. */
  write(status: JournalStatus): Promise<void> {
    this.#next = status;
    this.#writing ??= this.#drain();
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #drain(): Promise<void> {
    while (this.#next !== null) {
      const bytes = page(this.#next);
      this.#next = null;
      try {
        await this.#file.write(bytes, 0, bytes.length, 0);
      } catch {
        // The disk may be what has failed; the heartbeat's age tells a reader that this file is old.
      }
    }
    this.#writing = null;
  }
}
