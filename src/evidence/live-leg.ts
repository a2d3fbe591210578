import type { LegTotals } from './leg-totals.ts';

/** nginx does not re-arm a timer whose deadline would move by less (NGX_TIMER_LAZY_DELAY; GROUND-TRUTH §2). */
const LAZY_REARM_MS = 300;

/** NaN inside, null outside: among doubles a null would make objects of all of them. */
const NEVER = Number.NaN;
const orNull = (time: number): number | null => (Number.isNaN(time) ? null : time);

/** Where a leg's times stand in the row of doubles that it is given, from its first place on. */
const LAST_BYTE = 0;
const LAST_WRITE = 1;
const SILENT_BEFORE_WRITE = 2;
const ARMED = 3;
/** A leg's places before anything has happened. */
export const NO_TIMES: readonly number[] = [NEVER, NEVER, NEVER, NEVER];

/**
 * The totals of a leg that is alive. What changes with every read and write stands in a row of doubles that the whole
 * timeline shares: a double in a field of its own is an object of its own to V8, and with some hundred connections each
 * one is a cache miss a frame.
 */
export class LiveLeg implements LegTotals {
  // First, and the counts of every frame behind it: one cache line.
  readonly #times: number[];
  readonly #first: number;
  bytes = 0;
  frames = 0;
  largestMessage = 0;
  pings = 0;
  lastPingAt: number | null = null;
  unansweredPingAt: number | null = null;
  pongs = 0;
  lastPongAt: number | null = null;
  largestMessageAt: number | null = null;
  ownPings = 0;
  ownPongs = 0;
  lastOwnPongAt: number | null = null;
  roundTripMs: number | null = null;
  missedPongs = 0;
  pauses = 0;
  pausedMs = 0;
  pausedSince: number | null = null;

  /** @param first where in `times` this leg's places begin, NO_TIMES as yet */
  constructor(times: number[], first: number) {
    this.#times = times;
    this.#first = first;
  }

  get lastByteAt(): number | null {
    return this.#time(LAST_BYTE);
  }

  get lastWriteAt(): number | null {
    return this.#time(LAST_WRITE);
  }

  get silentBeforeWriteMs(): number | null {
    return this.#time(SILENT_BEFORE_WRITE);
  }

  get armedAt(): number | null {
    return this.#time(ARMED);
  }

  arrived(at: number, bytes: number): void {
    this.bytes += bytes;
    this.#times[this.#first + LAST_BYTE] = at;
    this.rearm(at);
  }

  /** @param openedAt when the connection began, in ms: since then the peer has been silent if it has never sent */
  wrote(at: number, openedAt: number): void {
    const times = this.#times;
    const first = this.#first;
    const silentSince = times[first + LAST_BYTE] ?? NEVER;
    times[first + SILENT_BEFORE_WRITE] = at - (Number.isNaN(silentSince) ? openedAt : silentSince);
    times[first + LAST_WRITE] = at;
    this.rearm(at);
  }

  /** As it stands, as plain data. */
  toJSON(): LegTotals {
    const { lastByteAt, lastWriteAt, silentBeforeWriteMs, armedAt } = this;
    return { ...this, lastByteAt, lastWriteAt, silentBeforeWriteMs, armedAt };
  }

  /** Something that an idle timer at this leg counts from. */
  rearm(at: number): void {
    const place = this.#first + ARMED;
    // Also true while it has never been armed.
    if (!(at - (this.#times[place] ?? NEVER) < LAZY_REARM_MS)) this.#times[place] = at;
  }

  #time(which: number): number | null {
    return orNull(this.#times[this.#first + which] ?? NEVER);
  }
}
