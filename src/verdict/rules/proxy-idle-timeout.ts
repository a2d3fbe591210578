import { otherSide, type Side } from '../../evidence/fact.ts';
import { whoActed } from '../ask.ts';
import { pendingClientPing } from '../client-ping.ts';
import { CROSSING_MS, EQUAL_IDLE_MS, isCustomary, wholeSecond } from '../known-timers.ts';
import { called, type Neighbour } from '../neighbour.ts';
import { abruptEnd, type Reading, stalledMs, unansweredMs } from '../reading.ts';
import { raiseIdleTimer } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import { matchIdle, matchUndeclared, type TimerMatch } from '../timer-match.ts';
import type { Certainty, Evidence, RuledOut } from '../verdict.ts';
import { duration, plural, saw } from '../wording.ts';

/**
 * No Close frame, and the leg had been silent for as long as its neighbour's timer runs (GROUND-TRUTH §2, §13.4). Never
 * certain from one tap: the party beyond the proxy may have left at just that moment (§14).
 */

/** nginx, Apache and Caddy end an idle connection with a FIN, never with a reset (GROUND-TRUTH §2). */
const FIN_ONLY: ReadonlySet<string> = new Set(['nginx', 'apache', 'caddy']);

export const proxyIdleTimeout: Rule = {
  id: 'proxy-idle-timeout',
  summary: "no Close frame, after exactly the silence that the neighbour's idle timer allows",
  causes: ['proxy-idle-timeout'],
  judge(reading) {
    const side: Side | null =
      abruptEnd(reading, 'client') !== null ? 'client' : abruptEnd(reading, 'server') !== null ? 'server' : null;
    if (side === null) return null;
    const declared = matchIdle(reading, side);
    const match = declared ?? matchUndeclared(reading, side);
    if (match === null) return null;
    // A length that is known only from such ends is refuted by a connection that lived through it.
    const outlived = reading.idleOutlived?.from === side;
    if (outlived && (match.by === 'whole-second' || match.by === 'recurrence')) return null;
    const neighbour = reading.neighbours[side];
    const doubts = doubtsOf(reading, side, match);
    const certainty: Certainty = declared !== null && doubts.length === 0 ? 'likely' : 'possible';
    const who = neighbour.proxied ? called(neighbour, side) : 'a proxy that was not declared';
    return {
      closedBy: 'proxy',
      hop: neighbour.name,
      cause: 'proxy-idle-timeout',
      certainty,
      summary: `${certainty === 'likely' ? '' : 'Possibly: '}${who} closed the connection after ${seconds(match.timerMs)} without a byte ${neighbour.family === 'caddy' ? 'from the server' : 'in either direction'} (its idle timeout)${match.crossed ? ', while one was on its way' : ''}.`,
      evidence: [...evidence(reading, side, match), ...doubts.map((says) => saw(reading.at, 'hangup', says))],
      ruledOut: ruledOut(reading, side),
      remedy: raiseIdleTimer(neighbour),
      witness: whoActed(neighbour),
    };
  },
};

function evidence(reading: Reading, side: Side, match: TimerMatch): Evidence[] {
  const lines = [
    saw(
      reading.at - match.ageMs,
      side,
      `an idle timer on this leg was last armed here, ${duration(match.ageMs)} before the end: ${known(match)}`,
    ),
  ];
  const owed = side === 'client' ? unansweredMs(reading, 'client') : null;
  if (owed !== null && owed >= 1000) {
    lines.push(
      saw(
        reading.at - owed,
        'client',
        `a ping of the server went unanswered for ${duration(owed)}: the client may have been gone before the timer ran out`,
      ),
    );
  }
  const { idleRecurs } = reading;
  if (idleRecurs?.from === side) {
    lines.push(
      saw(
        idleRecurs.at,
        'hangup',
        `${plural(idleRecurs.times, 'separate end')} of this tap came at the same idle time, this one included`,
      ),
    );
  }
  if (side === 'client' && reading.nextUrl?.code === '1006') {
    lines.push(
      saw(
        reading.nextUrl.at,
        'client',
        'the client came back saying that it had seen an abnormal closure (1006): it did not close by itself',
      ),
    );
  }
  return lines;
}

function known(match: TimerMatch): string {
  switch (match.by) {
    case 'operator':
      return `the timer that was declared for this tap is ${seconds(match.timerMs)}`;
    case 'table':
      return `${match.timer?.component ?? 'a known timer'} is ${seconds(match.timerMs)}`;
    case 'whole-second':
      return 'a whole number of seconds, as timers are';
    case 'recurrence':
      return `it recurs at ${duration(match.timerMs)}`;
  }
}

/** What else explains this end as well. */
function doubtsOf(reading: Reading, side: Side, match: TimerMatch): string[] {
  const neighbour = reading.neighbours[side];
  const doubts: string[] = [];
  const recurs = (reading.idleRecurs?.from === side ? reading.idleRecurs.times : 1) >= 2;
  const end = abruptEnd(reading, side);
  if (end?.kind === 'rst' && neighbour.family !== null && FIN_ONLY.has(neighbour.family)) {
    doubts.push(`${neighbour.name} ends an idle connection with a FIN, but this was a reset`);
  }
  if (end?.kind === 'fin' && end.insideFrame !== null)
    doubts.push('it ended inside a frame, as a crash or a broken sender does');
  if (end?.kind === 'fin' && end.closeNotify === false && neighbour.family === 'nginx') {
    doubts.push(
      'TLS ended without close_notify: nginx sends one when its idle timer fires, not when it is stopped or killed',
    );
  }
  const ping = side === 'client' ? pendingClientPing(reading) : null;
  if (ping !== null)
    doubts.push(
      `the client had sent ${ping.what} ${duration(ping.ageMs)} before that nobody answered: it may have given up itself`,
    );
  if (side === 'client' && reading.nextUrl?.code === '4000')
    doubts.push('the client says that its own ping had timed out');
  if (reading.idleOutlived?.from === side) {
    const { otherMs } = reading.idleOutlived;
    doubts.push(`another connection through the same neighbour was silent for ${duration(otherMs)} and lived`);
  }
  if (stalledMs(reading, otherSide(side)) > 0)
    doubts.push('bytes were waiting for this leg: a send timeout looks the same');
  if (match.crossed) {
    doubts.push(
      `something was written to it less than ${CROSSING_MS} ms before the end: that and its timer may have crossed, or somebody beyond it left on reading it`,
    );
  }
  if (match.by === 'whole-second' && !recurs && !match.punctual)
    doubts.push('it is some way off the whole second, as one random end in thirteen is');
  if (match.by === 'whole-second' && !recurs && !isCustomary(match.timerMs)) {
    doubts.push('proxies are seldom given a timer of this length: a script or a watchdog of the client looks the same');
  }
  if (match.by === 'whole-second' && !recurs && timedFromOpening(reading, match)) {
    doubts.push(
      'the age of the connection is a whole number of seconds too, and more closely: a timer of the client since its opening looks the same',
    );
  }
  const group = reading.together?.from === side && reading.together.count > 1 ? reading.together : null;
  // A reload that comes at fixed times recurs, too: of a length that nobody told, only ends that come alone speak for a timer.
  const guessed = match.by === 'whole-second' || match.by === 'recurrence';
  if (group !== null && (group.idleMs[1] - group.idleMs[0] > EQUAL_IDLE_MS || guessed)) {
    doubts.push(
      `${plural(group.count - 1, 'other connection')} ended within ${duration(group.spreadMs)} of this one: a reload or a stop looks like that`,
    );
  }
  const beside = reading.together?.from === side ? (reading.together.beside ?? 0) : 0;
  if (beside > 0 && beside >= (group?.count ?? 1)) {
    doubts.push(
      `${plural(beside, 'other connection')} that had not been silent for as long ended with it: a reload or a stop looks like that`,
    );
  }
  if (unsureNeighbour(neighbour, match, recurs)) doubts.push('no proxy was declared on this leg');
  return doubts;
}

/** A client that leaves so long after its opening is silent for almost as long; the better fit tells, if they differ at all. */
function timedFromOpening(reading: Reading, match: TimerMatch): boolean {
  const lifetime = reading.at - reading.upgradedAt;
  if (lifetime - match.ageMs < 3 || wholeSecond(lifetime) !== match.timerMs) return false;
  return Math.abs(lifetime - match.timerMs) < Math.abs(match.ageMs - match.timerMs);
}

/** Undeclared, a proxy may be any: then only a well-known default to the point counts, or a timer that recurs. */
function unsureNeighbour(neighbour: Neighbour, match: TimerMatch, recurs: boolean): boolean {
  if (!neighbour.proxied) return true;
  if (neighbour.declared) return false;
  return match.by === 'table' ? wholeSecond(match.ageMs) === null : !recurs;
}

function ruledOut(reading: Reading, side: Side): RuledOut[] {
  const out: RuledOut[] = [{ who: otherSide(side), because: `the ${side} leg acted first` }];
  if (side === 'client') out.push({ who: 'an orderly close by the client', because: 'no Close frame came' });
  if (reading.together === null || reading.together.count < 2) {
    out.push({ who: 'a reload or a stop', because: 'no other connection of this tap was seen to end with it' });
  }
  return out;
}

const seconds = (ms: number): string => `${Math.round(ms) / 1000} s`;
