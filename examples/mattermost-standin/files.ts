import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { newId } from './ids.ts';

/** Uploads, kept in memory so that a download can prove that every byte came through. */

export interface StoredFile {
  readonly id: string;
  readonly size: number;
  /** Hex, of the bytes that arrived. */
  readonly sha256: string;
  readonly chunks: readonly Buffer[];
}

/** All files together, in bytes: a stand-in must not eat the memory of the machine that tests with it. */
export const FILES_LIMIT_BYTES = 128 * 1024 * 1024;

export class Files {
  readonly #files = new Map<string, StoredFile>();
  #held = 0;

  get(id: string): StoredFile | null {
    return this.#files.get(id) ?? null;
  }

  /**
   * Takes a body as it streams in.
   *
   * @returns null when there is no room for it; the rest of the body is then left unread
   */
  async take(request: IncomingMessage): Promise<StoredFile | null> {
    const hash = createHash('sha256');
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (this.#held + size > FILES_LIMIT_BYTES) return null;
      hash.update(bytes);
      chunks.push(bytes);
    }
    const file = { id: newId(), size, sha256: hash.digest('hex'), chunks };
    this.#held += size;
    this.#files.set(file.id, file);
    return file;
  }
}
