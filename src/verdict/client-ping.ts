import { WHOLE_SECOND_WINDOW, wholeSecond } from './known-timers.ts';
import type { Reading } from './reading.ts';

/** A client that waits for the answer to its own ping ends the connection by itself when none comes: it looks like a proxy's timer. */
export interface PendingPing {
  readonly at: number;
  readonly ageMs: number;
  /** `a ping` or Mattermost's own `{"action":"ping"}`. */
  readonly what: string;
  /** The age stands on a whole second: a pong timeout such as OpenClaw's 10 s (FIELD-NOTES §1, "Clients"). */
  readonly exact: boolean;
}

/** A pong on its way back is no unanswered ping: the longest round trip that is still ordinary, in ms. */
const IN_FLIGHT_MS = 1000;

/** The client's own ping that nobody had answered when the connection ended, or null. */
export function pendingClientPing(reading: Reading): PendingPing | null {
  const { unansweredPingAt, lastPingAt } = reading.legs.client.totals;
  if (unansweredPingAt !== null) {
    const last = lastPingAt ?? unansweredPingAt;
    const onLast = pending(reading, last, 'a ping');
    const onFirst = pending(reading, unansweredPingAt, 'a ping');
    return onLast?.exact === true ? onLast : (onFirst ?? onLast);
  }
  const asked = reading.before.findLastIndex((frame) => frame.name === 'action ping');
  const answered = reading.before.slice(asked + 1).some((frame) => frame.from === 'server' && frame.opcode <= 2);
  const ping = reading.before[asked];
  return ping === undefined || answered ? null : pending(reading, ping.at, 'an {"action":"ping"}');
}

function pending(reading: Reading, at: number, what: string): PendingPing | null {
  const ageMs = reading.at - at;
  if (ageMs < IN_FLIGHT_MS) return null;
  return { at, ageMs, what, exact: wholeSecond(ageMs, WHOLE_SECOND_WINDOW) !== null };
}
