import type { Side } from '../evidence/fact.ts';
import { now } from './clock.ts';
import type { ConnectionLog } from './connection-log.ts';

/** hangup's own pings on one leg: when they are due, whether they are answered, when the peer counts as dead. */
export interface KeepaliveOptions {
  readonly log: ConnectionLog;
  readonly side: Side;
  readonly intervalMs: number;
  /** Pongs missed in a row after which the peer is taken for dead; null: never. */
  readonly deadAfter: number | null;
  readonly events: KeepaliveEvents;
}

/** What a keepalive asks of the tunnel it belongs to. */
export interface KeepaliveEvents {
  /** A ping is to go to this leg. */
  onPingDue(side: Side): void;
  /** So many pings in a row were not answered. */
  onDeadPeer(side: Side, missed: number): void;
}

export class Keepalive {
  readonly #options: KeepaliveOptions;
  #timer: NodeJS.Timeout | null;
  /** Number of the last ping that went out, and when. */
  #sent = 0;
  #sentAt = 0;
  #answered = 0;

  constructor(options: KeepaliveOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#due(), options.intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  onSent(number: number, at: number): void {
    this.#sent = number;
    this.#sentAt = at;
  }

  onAnswered(number: number, at: number): void {
    const { log, side } = this.#options;
    const totals = log.timeline.totals[side];
    totals.ownPongs++;
    totals.lastOwnPongAt = at;
    totals.missedPongs = 0;
    // A late answer to an earlier ping proves life, but only the last one's sending time is known.
    if (number === this.#sent) log.roundTrip(side, at - this.#sentAt);
    this.#answered = Math.max(this.#answered, number);
  }

  #due(): void {
    const { log, side, deadAfter, events } = this.#options;
    if (this.#sent > this.#answered) {
      const missed = ++log.timeline.totals[side].missedPongs;
      log.add({ kind: 'pong-missed', at: now(), from: side, missed });
      if (deadAfter !== null && missed >= deadAfter) {
        this.stop();
        events.onDeadPeer(side, missed);
        return;
      }
    }
    events.onPingDue(side);
  }
}
