import { newId } from './ids.ts';
import type { Message, ServerEvent } from './messages.ts';
import { DEAD_QUEUE, SEND_QUEUE, SLOW_QUEUE } from './options.ts';

/**
 * What waits for one client, and what was last sent to it. It outlives the socket: a client that comes back with
 * `connection_id` and `sequence_number` gets this outbox again (FIELD-NOTES §1, "resume"). No sockets, no clock.
 *
 *   offer ─► queue (256) ─► next ─► socket
 *                             └──► dead queue (128) ─► again, after a resume
 */
export class Outbox {
  connectionId = newId();
  readonly userId: string;
  #queue: Message[] = [];
  #dead: Sent[] = [];
  #sequence = 0;
  #full = false;

  constructor(userId: string) {
    this.userId = userId;
  }

  /** Whether a message had to be refused: what waits is still sent, then comes the empty Close frame. */
  get full(): boolean {
    return this.#full;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Takes a message, drops a typing or status event for a slow client, or declares the client lost. */
  offer(message: Message): 'queued' | 'dropped' | 'full' {
    if (this.#full) return 'full';
    if (this.#queue.length >= SLOW_QUEUE && message.kind === 'event' && DROPPED_WHEN_SLOW.has(message.event)) {
      return 'dropped';
    }
    if (this.#queue.length >= SEND_QUEUE) {
      this.#full = true;
      return 'full';
    }
    this.#queue.push(message);
    return 'queued';
  }

  /** The next message to write. An event gets its sequence number here, so that one that was dropped leaves no gap. */
  next(): Sent | Exclude<Message, ServerEvent> | null {
    const message = this.#queue.shift();
    if (message === undefined) return null;
    if (message.kind === 'reply') return message;
    const sent: Sent = { kind: 'sent', event: message, seq: this.#sequence++ };
    this.#dead.push(sent);
    if (this.#dead.length > DEAD_QUEUE) this.#dead.shift();
    return sent;
  }

  /**
   * The client is back and wants event `sequence` next.
   *
   * @returns the events to send again (none if nothing was lost), or null when they are no longer known: then the
   * outbox has a new id and starts at 0, and a `hello` must tell so
   */
  resume(sequence: number): readonly Sent[] | null {
    const from = this.#dead.findIndex((sent) => sent.seq === sequence);
    const last = this.#dead.at(-1);
    // A real server looks nothing up for 0: nothing is sent again and the count starts anew (web_conn.go, writePump).
    if (sequence === 0) this.#sequence = 0;
    if (sequence === 0) return [];
    if (from !== -1) return this.#dead.slice(from);
    if (last === undefined || last.seq === sequence - 1) {
      this.#sequence = sequence;
      return [];
    }
    this.#dead = [];
    this.#sequence = 0;
    this.connectionId = newId();
    return null;
  }

  /** The event that goes before all that waits: the `hello` of a resume that failed. */
  first(event: ServerEvent): void {
    this.#queue.unshift(event);
  }
}

/** An event with the number it has on its connection. */
export interface Sent {
  readonly kind: 'sent';
  readonly event: ServerEvent;
  readonly seq: number;
}

const DROPPED_WHEN_SLOW: ReadonlySet<string> = new Set(['typing', 'status_change', 'multiple_channels_viewed']);
