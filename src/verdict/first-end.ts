import type { Side } from '../evidence/fact.ts';
import type { Timeline } from '../evidence/timeline.ts';
import { type Reading, read } from './reading.ts';
import { idleAges, matchIdle } from './timer-match.ts';

/** The first closing act of one connection, as the grouper needs it. */
export interface FirstEnd {
  readonly connection: string;
  readonly tap: string;
  readonly side: Side;
  readonly at: number;
  /** A FIN or an RST without a Close frame; a Close frame is grouped with other Close frames. */
  readonly abrupt: boolean;
  /** Silence on that leg at the act, as an idle timer at the neighbour counts it, in ms. */
  readonly idleMs: number;
  /** The same without what crossed with the end on its way, in ms. */
  readonly silenceMs: number;
  /** That silence stands on a timer which the neighbour is known to have. */
  readonly timed: boolean;
  /** The client's address as a proxy reported it or, without a proxy, as the socket shows it, port left out; null when unknown. */
  readonly client: string | null;
  /** Who the neighbour on that leg is, as far as a tap can tell them apart: the address of the socket on the client's side. */
  readonly neighbour: string;
}

/** @param peer `address:port` of the client leg's far end */
export const neighbourOf = (tap: string, side: Side, peer: string): string =>
  side === 'client' ? `${tap}/client/${peer.replace(/:\d+$/, '')}` : `${tap}/server`;

/** The first closing act of a timeline, or null if nobody's (none yet, a refusal, hangup's own, a lost path). */
export function firstEndOf(timeline: Timeline, client: string | null): FirstEnd | null {
  const reading = read(timeline);
  const { act, upgraded } = reading;
  if (act === null || !upgraded || (act.kind !== 'close-frame' && act.kind !== 'fin' && act.kind !== 'rst'))
    return null;
  return {
    connection: timeline.connection,
    tap: timeline.tap.name,
    side: act.from,
    at: act.at,
    abrupt: act.kind !== 'close-frame',
    ...silenceOf(reading, act.from),
    client,
    neighbour: neighbourOf(timeline.tap.name, act.from, reading.request?.peer ?? ''),
  };
}

function silenceOf(reading: Reading, side: Side): Pick<FirstEnd, 'idleMs' | 'silenceMs' | 'timed'> {
  const { armed, beforeCrossing } = idleAges(reading, side);
  const match = matchIdle(reading, side);
  // Whole seconds and idle times that recur are no knowledge of a timer.
  const timed = match?.by === 'operator' || match?.by === 'table';
  return { idleMs: armed, silenceMs: timed ? match.ageMs : (beforeCrossing ?? armed), timed };
}
