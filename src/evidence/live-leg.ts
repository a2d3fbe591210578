import type { LegTotals } from './leg-totals.ts';

/** nginx does not re-arm a timer whose deadline would move by less (NGX_TIMER_LAZY_DELAY; GROUND-TRUTH §2). */
const LAZY_REARM_MS = 300;

/** NaN inside, null outside: a field that never holds null is written in place, others cost an object each time. */
const NEVER = Number.NaN;
const orNull = (time: number): number | null => (Number.isNaN(time) ? null : time);

/** The totals of a leg that is alive. What changes with every read and write are plain doubles. */
export class LiveLeg implements LegTotals {
  bytes = 0;
  frames = 0;
  pings = 0;
  lastPingAt: number | null = null;
  unansweredPingAt: number | null = null;
  pongs = 0;
  lastPongAt: number | null = null;
  largestMessage = 0;
  largestMessageAt: number | null = null;
  ownPings = 0;
  ownPongs = 0;
  lastOwnPongAt: number | null = null;
  roundTripMs: number | null = null;
  missedPongs = 0;
  pauses = 0;
  pausedMs = 0;
  pausedSince: number | null = null;
  #lastByteAt = NEVER;
  #lastWriteAt = NEVER;
  #silentBeforeWriteMs = NEVER;
  #armedAt = NEVER;

  get lastByteAt(): number | null {
    return orNull(this.#lastByteAt);
  }

  get lastWriteAt(): number | null {
    return orNull(this.#lastWriteAt);
  }

  get silentBeforeWriteMs(): number | null {
    return orNull(this.#silentBeforeWriteMs);
  }

  get armedAt(): number | null {
    return orNull(this.#armedAt);
  }

  arrived(at: number, bytes: number): void {
    this.bytes += bytes;
    this.#lastByteAt = at;
    this.rearm(at);
  }

  /** @param openedAt when the connection began, in ms: since then the peer has been silent if it has never sent */
  wrote(at: number, openedAt: number): void {
    const silentSince = this.#lastByteAt;
    this.#silentBeforeWriteMs = at - (Number.isNaN(silentSince) ? openedAt : silentSince);
    this.#lastWriteAt = at;
    this.rearm(at);
  }

  /** As it stands, as plain data. */
  toJSON(): LegTotals {
    const { lastByteAt, lastWriteAt, silentBeforeWriteMs, armedAt } = this;
    return { ...this, lastByteAt, lastWriteAt, silentBeforeWriteMs, armedAt };
  }

  /** Something that an idle timer at this leg counts from. */
  rearm(at: number): void {
    // Also true while it has never been armed.
    if (!(at - this.#armedAt < LAZY_REARM_MS)) this.#armedAt = at;
  }
}
