import type { Side } from '../evidence/fact.ts';
import {
  ARMED_WINDOW,
  HAPROXY_DECLARED_WINDOW,
  HAPROXY_WINDOW,
  KNOWN_TIMERS,
  type KnownTimer,
  LAZY_WINDOW,
  WHOLE_SECOND_WINDOW,
  wholeSecond,
  within,
} from './known-timers.ts';
import type { Reading } from './reading.ts';

/** Whether a leg had been idle for as long as a timer of its neighbour runs. */

export interface TimerMatch {
  readonly timerMs: number;
  /** The age that stands on the timer. */
  readonly ageMs: number;
  /** How the timer is known: told by the operator, from the table, by being a whole second, by recurring. */
  readonly by: 'operator' | 'table' | 'whole-second' | 'recurrence';
  readonly timer: KnownTimer | null;
  /** Within the window that the armed age allows, not only within that of lazy re-arming. */
  readonly punctual: boolean;
  /** The age leaves out what was written to the neighbour in the last moment: both may have crossed on the way. */
  readonly crossed: boolean;
}

/** Ends of different incidents at the same odd idle time that make a timer of it. Two happen by chance (see grouping.ts). */
export const RECURRENCES = 3;

interface Ages {
  readonly armed: number;
  readonly any: number;
  readonly beforeCrossing: number | null;
}

/** The best match for the leg's neighbour, the surest way of knowing first; null when the idle time is nobody's. */
export function matchIdle(reading: Reading, side: Side): TimerMatch | null {
  const neighbour = reading.neighbours[side];
  if (!neighbour.proxied) return null;
  const ages = idleAges(reading, side);
  const { family } = neighbour;
  if (neighbour.idleMs !== null) {
    const match = matchOne(ages, neighbour.idleMs, family, 'operator', null);
    if (match !== null) return match;
  }
  for (const timer of KNOWN_TIMERS) {
    const its = family === null ? timer.neighbours.length > 0 : timer.neighbours.includes(family);
    if (timer.kind !== 'idle' || !its) continue;
    const match = matchOne(ages, timer.seconds * 1000, family, 'table', timer);
    if (match !== null) return match;
  }
  const recurs = reading.idleRecurs?.from === side ? reading.idleRecurs : null;
  const second = wholeSeconds(ages, reading, side);
  if (second !== null) return second;
  if (recurs !== null && recurs.times >= RECURRENCES) {
    return { timerMs: recurs.idleMs, ageMs: ages.any, by: 'recurrence', timer: null, punctual: false, crossed: false };
  }
  return null;
}

/** A timer of a length that nobody told, seen by its being a whole number of seconds. */
function wholeSeconds(
  { armed, beforeCrossing }: Ages,
  { neighbours, together }: Reading,
  side: Side,
): TimerMatch | null {
  const { family } = neighbours[side];
  // Docker's proxy and bridge have no idle timer at all (FIELD-NOTES §3).
  if (family === 'docker') return null;
  const window = family === 'haproxy' ? HAPROXY_WINDOW : ARMED_WINDOW;
  const match = { by: 'whole-second', timer: null } as const;
  const timerMs = wholeSecond(armed, window);
  if (timerMs !== null)
    return { ...match, timerMs, ageMs: armed, punctual: wholeSecond(armed) !== null, crossed: false };
  // One alone says nothing: pings themselves come after whole seconds of silence.
  if (beforeCrossing === null || together === null || together.from !== side || together.count < 2) return null;
  const crossed = wholeSecond(beforeCrossing, window);
  return crossed === null
    ? null
    : { ...match, timerMs: crossed, ageMs: beforeCrossing, punctual: false, crossed: true };
}

/** A timer of a proxy that nobody declared: only the well-known defaults, and only to the point. */
export function matchUndeclared(reading: Reading, side: Side): TimerMatch | null {
  if (reading.neighbours[side].proxied) return null;
  const ages = idleAges(reading, side);
  const timer = KNOWN_TIMERS.find(
    ({ kind, seconds, neighbours }) =>
      kind === 'idle' && neighbours.length > 0 && within(ages.armed, seconds * 1000, WHOLE_SECOND_WINDOW),
  );
  if (timer === undefined) return null;
  return { timerMs: timer.seconds * 1000, ageMs: ages.armed, by: 'table', timer, punctual: true, crossed: false };
}

/** A limit on the connection's age, whatever it carried. */
export function matchLifetime(reading: Reading, side: Side): TimerMatch | null {
  const { family } = reading.neighbours[side];
  if (family === null) return null;
  const ageMs = reading.at - reading.upgradedAt;
  const timer = KNOWN_TIMERS.find(
    ({ kind, neighbours, seconds }) =>
      kind === 'lifetime' && neighbours.includes(family) && within(ageMs, seconds * 1000, HAPROXY_WINDOW),
  );
  if (timer === undefined) return null;
  return { timerMs: timer.seconds * 1000, ageMs, by: 'table', timer, punctual: true, crossed: false };
}

/**
 * The idle times of a leg. A leg that never carried a byte has been idle since the 101. Caddy's transport `read_timeout` is
 * re-armed by the server's bytes alone (GROUND-TRUTH §2).
 */
export function idleAges(reading: Reading, side: Side): Ages {
  const leg = reading.legs[side];
  const lifetime = Math.max(0, reading.at - reading.upgradedAt);
  if (reading.neighbours[side].family === 'caddy') {
    const lastServerByte = side === 'client' ? leg.totals.lastWriteAt : leg.totals.lastByteAt;
    const age = lastServerByte === null ? lifetime : Math.max(0, reading.at - lastServerByte);
    return { armed: age, any: age, beforeCrossing: null };
  }
  const any = leg.sinceAnyMs ?? lifetime;
  // Only nginx is known to re-arm lazily; a proxy of unknown name may be nginx.
  const { family } = reading.neighbours[side];
  const armed = family === null || family === 'nginx' ? (leg.sinceArmedMs ?? lifetime) : any;
  return { armed, any, beforeCrossing: leg.beforeCrossingMs };
}

function matchOne(
  ages: Ages,
  timerMs: number,
  family: string | null,
  by: 'operator' | 'table',
  timer: KnownTimer | null,
): TimerMatch | null {
  const match = { timerMs, by, timer, punctual: true, crossed: false };
  const [armed, exact, loose] =
    family === 'haproxy'
      ? [ages.any, HAPROXY_DECLARED_WINDOW, HAPROXY_DECLARED_WINDOW]
      : [ages.armed, ARMED_WINDOW, LAZY_WINDOW];
  if (within(armed, timerMs, exact)) return { ...match, ageMs: armed };
  if (within(ages.any, timerMs, loose)) return { ...match, ageMs: ages.any, punctual: false };
  const { beforeCrossing } = ages;
  return beforeCrossing !== null && within(beforeCrossing, timerMs, loose)
    ? { ...match, ageMs: beforeCrossing, punctual: false, crossed: true }
    : null;
}
