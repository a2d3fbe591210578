import type { ServerResponse } from 'node:http';
import type { FeedRing } from './feed-ring.ts';

/** What may wait in one answer, in bytes; beyond it nothing more is written until the reader has taken it all. */
const MAX_WAITING_BYTES = 256 * 1024;
/** How soon a reader that lost the line is to come back, in ms. */
const RETRY_MS = 2000;

/** One reader of the feed: a place in the ring, and an answer that is written to as far as its socket takes it. */
export class FeedReader {
  readonly #response: ServerResponse;
  readonly #ring: FeedRing;
  readonly #snapshot: () => Buffer;
  /** Number of the event to be written next. */
  #next: number;
  #full = false;
  #statusTold = '';

  /** @param snapshot the event that stands for all that was missed */
  constructor(response: ServerResponse, ring: FeedRing, snapshot: () => Buffer, next: number) {
    this.#response = response;
    this.#ring = ring;
    this.#snapshot = snapshot;
    this.#next = next;
    response.on('drain', () => {
      this.#full = false;
      this.pump();
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  /** Writes what there is to write, as far as it goes. */
  pump(): void {
    const ring = this.#ring;
    while (!this.#full && this.#next <= ring.newest) {
      const event = ring.at(this.#next);
      this.#write(event ?? this.#snapshot());
      this.#next = event === null ? ring.newest + 1 : this.#next + 1;
    }
  }

  /** @param status in short: the same as the last one told is not told again */
  tellStatus(status: string, encode: () => Buffer): void {
    // A status bears the newest event's number, so it must not overtake one.
    if (this.#full || status === this.#statusTold || this.#next <= this.#ring.newest) return;
    this.#statusTold = status;
    this.#write(encode());
  }

  beat(): void {
    if (!this.#full) this.#write(':\n\n');
  }

  end(): void {
    this.#response.end();
  }

  #write(bytes: Buffer | string): void {
    this.#response.write(bytes);
    this.#full = this.#response.writableLength > MAX_WAITING_BYTES;
  }
}
