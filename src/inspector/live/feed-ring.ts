import type { LiveEvent } from '../api.ts';

/** Events that a reader who was away can catch up with. */
const MAX_EVENTS = 4096;
/** … and what they may take, in bytes as sent. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The last events of the feed as they are sent, numbered from 1 on. */
export class FeedRing {
  readonly #events: Buffer[] = [];
  #bytes = 0;
  #newest = 0;

  /** Number of the newest event; 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** Number of the oldest event that is still there; one more than the newest when there is none. */
  get oldest(): number {
    return this.#newest - this.#events.length + 1;
  }

  /** @param encode writes the event that bears this number */
  push(encode: (number: number) => Buffer): void {
    const bytes = encode(++this.#newest);
    this.#events.push(bytes);
    this.#bytes += bytes.length;
    while (this.#events.length > MAX_EVENTS || this.#bytes > MAX_BYTES)
      this.#bytes -= this.#events.shift()?.length ?? 0;
  }

  /** @returns null when it is not there any more, or not yet */
  at(number: number): Buffer | null {
    return this.#events[number - this.oldest] ?? null;
  }
}

/** As https://html.spec.whatwg.org/#event-stream-interpretation has it; JSON holds no line end. */
export const encodeEvent = (id: string, { event, data }: LiveEvent): Buffer =>
  Buffer.from(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
