import type { Side } from '../../evidence/fact.ts';
import { whichLifecycle } from '../ask.ts';
import { EQUAL_IDLE_MS } from '../known-timers.ts';
import { called } from '../neighbour.ts';
import { abruptEnd } from '../reading.ts';
import { outliveReloads } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import { matchIdle } from '../timer-match.ts';
import type { Cause, Certainty } from '../verdict.ts';
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
    const match = matchIdle(reading, side);
    const equal = together.idleMs[1] - together.idleMs[0] <= EQUAL_IDLE_MS;
    if (equal && (match?.by === 'operator' || match?.by === 'table')) return null;
    const manyClients = together.clients !== null && together.clients > 1;
    const dense = together.spreadMs <= DENSE_MS || together.count >= MANY;
    // On the server leg the server behind the proxy may have died: the proxy passes its FINs on at once (GROUND-TRUTH §1 j1).
    const stopped = side === 'server' && reading.targetRefused !== null;
    const cut = side === 'server' && end.kind === 'fin' && end.closeNotify === false && neighbour.family === 'nginx';
    const certainty: Certainty = (side === 'client' ? manyClients && dense : stopped || cut) ? 'likely' : 'possible';
    const cause: Cause = stopped ? 'proxy-stop' : 'proxy-reload';
    const who = called(neighbour, side);
    return {
      closedBy: 'proxy',
      hop: neighbour.name,
      cause,
      certainty,
      summary: `${plural(together.count, 'connection')} ended ${spread(together.spreadMs)}: ${who} ${stopped ? 'was stopped or crashed, and refuses new ones' : 'was reloaded, stopped or crashed (from one tap they look the same)'}${certainty === 'possible' ? `, or ${otherwise(side)}` : ''}.`,
      evidence: [
        saw(
          together.at,
          side,
          `${plural(together.count, 'connection')} of this tap ended on this leg ${spread(together.spreadMs)}, idle for ${duration(together.idleMs[0])} to ${duration(together.idleMs[1])}; ${together.survivors} stayed open`,
        ),
        saw(together.at, 'hangup', clientsSay(together.clients)),
        ...(cut
          ? [saw(end.at, side, 'TLS ended without close_notify, as when nginx stops or a worker is killed')]
          : []),
      ],
      ruledOut: [
        { who: 'idle timeout', because: 'an idle timer ends each connection at its own time' },
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

const otherwise = (side: Side): string =>
  side === 'client' ? 'one client process with all these sockets died' : 'the server behind it went away';

function clientsSay(clients: number | null): string {
  if (clients === null)
    return 'no client addresses were reported: one client process with many sockets that died would look the same';
  if (clients === 1)
    return 'all of them came from one client address: one client process that died would look the same';
  return `they belonged to clients at ${clients} different addresses`;
}
