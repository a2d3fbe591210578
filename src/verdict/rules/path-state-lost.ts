import type { ResetSeen } from '../../evidence/fact.ts';
import { CONNTRACK } from '../ask.ts';
import { KNOWN_TIMERS } from '../known-timers.ts';
import { actor, type Reading } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { duration, saw } from '../wording.ts';

/** Without a measured round trip: longer than one on any link that a chat is used over, in ms. */
const ROUND_TRIP_MS = 250;
/** Measured round trips vary: two of them, and 10 ms for the machine (GROUND-TRUTH §11 saw 1–2 ms). */
const ROUND_TRIPS = 2;
const MACHINE_MS = 10;
/** Shorter silences forget nothing; GROUND-TRUTH §11 used entries of 4 s. */
const SHORTEST_SILENCE_MS = 3000;
/** After this much silence not even an application that answers a message with a reset is a better explanation. */
const LONG_SILENCE_MS = 30_000;

/**
 * GROUND-TRUTH §11, §13.7: a reset within one round trip of one's own write that follows silence, the other end silent. A NAT
 * or a firewall forgot the connection, or the host behind it is a new one.
 */
export const pathStateLost: Rule = {
  id: 'path-state-lost',
  summary: "a reset answered hangup's own write after a long silence",
  causes: ['path-state-lost'],
  judge(reading) {
    const { act } = reading;
    if (act?.kind !== 'rst' || !reading.upgraded || actor(reading) === null) return null;
    const { sinceWriteMs, silentBeforeWriteMs } = act;
    if (sinceWriteMs === null || silentBeforeWriteMs === null) return null;
    if (sinceWriteMs > limit(reading, act) || silentBeforeWriteMs < SHORTEST_SILENCE_MS) return null;
    const unseen = writeWasControl(reading, act) || silentBeforeWriteMs >= LONG_SILENCE_MS;
    const together = reading.together?.from === act.from && reading.together.count > 1;
    const timer = memoryOf(silentBeforeWriteMs);
    return {
      closedBy: 'network',
      hop: null,
      cause: 'path-state-lost',
      certainty: unseen && !together ? 'likely' : 'possible',
      summary: `After ${duration(silentBeforeWriteMs)} of silence the path to the ${act.from} side no longer knew this connection: the next bytes sent there were answered with a reset.`,
      evidence: [
        saw(
          act.at,
          act.from,
          `the reset came ${duration(sinceWriteMs)} after hangup's own write, and that write followed ${duration(silentBeforeWriteMs)} without a byte from this leg`,
        ),
        ...(timer === null ? [] : [saw(act.at, 'hangup', `${timer} forgets silent connections sooner than that`)]),
      ],
      ruledOut: [
        {
          who: `the application on the ${act.from} side`,
          because: 'one that ends a connection resets it when it ends, not when the next bytes arrive',
        },
        { who: 'the other side', because: 'it had not acted: it learns of this only when it writes itself' },
      ],
      remedy:
        'keep the path awake: --keepalive 30s on both legs, or TCP keepalive below the timer of the NAT or firewall',
      witness: CONNTRACK,
    };
  },
};

function limit(reading: Reading, act: ResetSeen): number {
  const { roundTripMs } = reading.legs[act.from].totals;
  return roundTripMs === null ? ROUND_TRIP_MS : Math.max(MACHINE_MS, ROUND_TRIPS * roundTripMs) + MACHINE_MS;
}

/** A ping or a pong is answered below the application: a crash on reading it is out of the question. */
function writeWasControl(reading: Reading, act: ResetSeen): boolean {
  const last = reading.before.findLast((frame) => frame.from !== act.from);
  return last !== undefined && last.opcode >= 9;
}

/** The longest known memory that this silence outlived. */
function memoryOf(silentMs: number): string | null {
  const outlived = KNOWN_TIMERS.filter(({ kind, seconds }) => kind === 'memory' && seconds * 1000 <= silentMs);
  return outlived.at(-1)?.component ?? null;
}
