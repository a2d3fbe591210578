import type { EndedTogether, Side } from '../../evidence/fact.ts';
import { whichLifecycle } from '../ask.ts';
import { TIMED_BY_CHANCE } from '../end-log.ts';
import { EQUAL_IDLE_MS, isCustomary } from '../known-timers.ts';
import { called } from '../neighbour.ts';
import { abruptEnd, type Reading } from '../reading.ts';
import { outliveReloads } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import { matchIdle } from '../timer-match.ts';
import type { Cause, Certainty, Evidence } from '../verdict.ts';
import { duration, plural, saw, spread } from '../wording.ts';

/** Measured spreads are 2 to 35 ms (FIELD-NOTES §2): two ends further apart than a busy machine explains may be chance. In ms. */
const DENSE_MS = 100;
const MANY = 4;

/**
 * GROUND-TRUTH §13.5: several connections that the same proxy ends within 250 ms, whatever their idle age, are a reload, a
 * stop or a crash. One client process with many sockets dying looks the same from behind the proxy; clients at different
 * addresses do not die together. Where no proxy reported addresses, one process is not excluded, however many sockets.
 */
export const proxyMassClose: Rule = {
  id: 'proxy-mass-close',
  summary: 'several connections were ended by the same proxy at once, without Close frames',
  causes: ['proxy-reload', 'proxy-stop'],
  judge(reading) {
    const { together } = reading;
    if (together === null || together.count < 2) return null;
    const side = together.from;
    const neighbour = reading.neighbours[side];
    const end = abruptEnd(reading, side);
    if (end === null || !neighbour.proxied) return null;
    // nginx says goodbye in TLS when it passes an end on, not when it stops (GROUND-TRUTH §12): then the server died.
    if (side === 'server' && end.kind === 'fin' && end.closeNotify === true && neighbour.family === 'nginx')
      return null;
    const manyClients = together.clients !== null && together.clients > 1;
    const dense = together.spreadMs <= DENSE_MS || together.count >= MANY;
    // On the server leg the server behind the proxy may have died: the proxy passes its FINs on at once (GROUND-TRUTH §1 j1).
    const stopped = side === 'server' && reading.targetRefused !== null;
    const cut = side === 'server' && end.kind === 'fin' && end.closeNotify === false && neighbour.family === 'nginx';
    const timer = timerOf(reading, side, together, stopped || cut);
    if (timer === 'known') return null;
    const sure = side === 'client' ? manyClients && dense && timer === 'none' : stopped || cut;
    const certainty: Certainty = sure ? 'likely' : 'possible';
    const cause: Cause = stopped ? 'proxy-stop' : 'proxy-reload';
    const who = called(neighbour, side);
    const otherwise = certainty === 'likely' ? '' : `, or ${otherCause(side, timer)}`;
    return {
      closedBy: 'proxy',
      hop: neighbour.name,
      cause,
      certainty,
      summary: `${plural(together.count, 'connection')} ended ${spread(together.spreadMs)}: ${who} ${stopped ? 'was stopped or crashed, and refuses new ones' : 'was reloaded, stopped or crashed (from one tap they look the same)'}${otherwise}.`,
      evidence: [
        saw(
          together.at,
          side,
          `${plural(together.count, 'connection')} of this tap ended on this leg ${spread(together.spreadMs)}, idle for ${duration(together.idleMs[0])} to ${duration(together.idleMs[1])}; ${together.survivors} stayed open`,
        ),
        saw(together.at, 'hangup', clientsSay(together.clients)),
        ...besideThem(together),
        ...(timer === 'possible'
          ? [saw(together.at, side, 'all had been silent for the same time: so ends an idle timer')]
          : []),
        ...(cut
          ? [saw(end.at, side, 'TLS ended without close_notify, as when nginx stops or a worker is killed')]
          : []),
      ],
      ruledOut: [
        ...(timer === 'none' ? [{ who: 'idle timeout', because: NO_TIMER }] : []),
        ...(manyClients && side === 'client'
          ? [{ who: 'client', because: `${together.clients} different clients do not leave in the same instant` }]
          : []),
        ...(cut ? [{ who: 'server', because: "nginx passes a server's end on with close_notify" }] : []),
      ],
      remedy: outliveReloads(neighbour),
      witness: whichLifecycle(neighbour),
    };
  },
};

const NO_TIMER =
  'an idle timer ends each connection after one and the same silence, and none that is known here explains these';

/**
 * Whether an idle timer explains the group as well. Connections that fell silent together, as after a restart when all come
 * back at once, are ended together by their timer.
 * @param gone the proxy is known to have gone: then a silence of some whole seconds is chance
 */
function timerOf(
  reading: Reading,
  side: Side,
  { idleMs, count }: EndedTogether,
  gone: boolean,
): 'known' | 'possible' | 'none' {
  const match = matchIdle(reading, side);
  if (match === null) return 'none';
  const equal = idleMs[1] - idleMs[0] <= EQUAL_IDLE_MS;
  if (match.by === 'operator' || match.by === 'table') {
    // Among so few none stands on a timer by chance.
    return equal || (!gone && count * TIMED_BY_CHANCE < 1) ? 'known' : 'none';
  }
  if (!equal || gone) return 'none';
  return isCustomary(match.timerMs) ? 'known' : 'possible';
}

function besideThem({ at, from, beside }: EndedTogether): Evidence[] {
  if (beside === undefined) return [];
  const who = `${plural(beside, 'more connection')} ended then after the silence that a timer allows`;
  return [saw(at, from, `${who}, and ${beside === 1 ? 'is' : 'are'} not counted here`)];
}

function otherCause(side: Side, timer: 'possible' | 'none'): string {
  if (timer === 'possible') return 'its idle timer ended them all';
  return side === 'client' ? 'one client process with all these sockets died' : 'the server behind it went away';
}

function clientsSay(clients: number | null): string {
  if (clients === null)
    return 'no client addresses were reported: one client process with many sockets that died would look the same';
  if (clients === 1)
    return 'all of them came from one client address: one client process that died would look the same';
  return `they belonged to clients at ${clients} different addresses`;
}
