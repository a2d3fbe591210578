import type { ServerResponse } from 'node:http';
import type { LiveEvent, LiveStatus } from '../api.ts';
import { FeedReader } from './feed-reader.ts';
import { encodeEvent, FeedRing } from './feed-ring.ts';

/** Proxies and browsers give up on a stream that is silent for longer than their timers (FIELD-NOTES §3), in ms. */
const HEARTBEAT_MS = 15_000;
const STATUS_MS = 1000;

/**
 * What `/api/live` sends. Events are written once into a ring, for all readers; each reader is a place in it.
 *
 *   publish ──► ring of 4096 events, 4 MiB ──► reader: as far as its socket takes them, 256 KiB ahead at most
 *                         └─ fallen out before it was read ──► `snapshot`, and on from there
 */
export class Feed {
  readonly #ring = new FeedRing();
  /** Ids of another start must not be taken for ours. */
  readonly #start = Date.now().toString(36);
  readonly #status: () => Omit<LiveStatus, 'at'>;
  readonly #readers = new Set<FeedReader>();
  #timers: NodeJS.Timeout[] = [];

  /** @param status as it is now */
  constructor(status: () => Omit<LiveStatus, 'at'>) {
    this.#status = status;
  }

  publish(event: LiveEvent): void {
    this.#ring.push((number) => encodeEvent(this.#id(number), event));
    for (const reader of this.#readers) reader.pump();
  }

  /**
   * Begins to write the feed into an answer whose head has been sent.
   * @param lastEventId of the last event that this reader had, or null on its first visit
   */
  attach(response: ServerResponse, lastEventId: string | null): void {
    const reader = new FeedReader(response, this.#ring, () => this.#encoded('snapshot'), this.#nextFor(lastEventId));
    this.#readers.add(reader);
    if (this.#readers.size === 1) this.#startTimers();
    response.once('close', () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.#stopTimers();
    });
    reader.pump();
    this.#tellStatus(reader);
  }

  /** Ends all streams. */
  close(): void {
    for (const reader of this.#readers) reader.end();
    // What happens from now on is not written into answers that have ended.
    this.#readers.clear();
    this.#stopTimers();
  }

  /** Number of the event that this reader is to get next; one that is not there any more makes it a snapshot. */
  #nextFor(lastEventId: string | null): number {
    const { newest } = this.#ring;
    if (lastEventId === null) return newest + 1;
    const [, start, number] = /^([a-z0-9]+)-(\d{1,15})$/.exec(lastEventId) ?? [];
    return start === this.#start && Number(number) <= newest ? Number(number) + 1 : 0;
  }

  #startTimers(): void {
    const everySecond = (): void => {
      for (const reader of this.#readers) this.#tellStatus(reader);
    };
    const heartbeat = (): void => {
      for (const reader of this.#readers) reader.beat();
    };
    this.#timers = [setInterval(everySecond, STATUS_MS).unref(), setInterval(heartbeat, HEARTBEAT_MS).unref()];
  }

  #stopTimers(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  #tellStatus(reader: FeedReader): void {
    const { open, recording } = this.#status();
    reader.tellStatus(`${open} ${recording}`, () => this.#encoded('status'));
  }

  /** Bears the number of the newest event: whoever has read this has missed nothing. */
  #encoded(event: 'status' | 'snapshot'): Buffer {
    return encodeEvent(this.#id(this.#ring.newest), {
      event,
      data: { at: new Date().toISOString(), ...this.#status() },
    });
  }

  #id(number: number): string {
    return `${this.#start}-${number}`;
  }
}
