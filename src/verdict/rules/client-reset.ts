import { CLIENT_LOG, whoActed } from '../ask.ts';
import { called } from '../neighbour.ts';
import { abruptEnd, type Reading } from '../reading.ts';
import { DECLARE } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import type { Certainty } from '../verdict.ts';
import { duration } from '../wording.ts';

/** No proxy is set to a shorter idle timeout than this, in ms: a reset sooner after a byte is not HAProxy's timer. */
const NO_TIMER_MS = 2000;

/**
 * A reset came first from the client leg. HAProxy passes a client's reset on (18 of 18) but uses one for its own idle timeout
 * too; behind nginx, Apache and Caddy a reset proves nothing of the client (GROUND-TRUTH §3, §13.11, §14).
 */
export const clientReset: Rule = {
  id: 'client-reset',
  summary: 'a reset came first from the client leg',
  causes: ['client-reset', 'client-abort'],
  lastResort: true,
  judge(reading) {
    const end = abruptEnd(reading, 'client');
    if (end?.kind !== 'rst') return null;
    const neighbour = reading.neighbours.client;
    const passedOn = neighbour.family === 'haproxy' || !neighbour.proxied;
    const who = called(neighbour, 'client');
    return {
      closedBy: 'client',
      hop: 'client',
      cause: passedOn ? 'client-reset' : 'client-abort',
      certainty: certaintyOf(reading),
      summary: neighbour.proxied
        ? `The client ${certaintyOf(reading) === 'likely' ? 'reset' : 'possibly ended'} the connection without a Close frame; ${who} ${passedOn ? 'passes a reset on, but also uses one for its own timeout' : 'can make a reset of it when bytes were left unread'}.`
        : 'The client reset the connection: killed with unread data, crashed, or told its socket to.',
      evidence: [],
      ruledOut: [
        { who: 'server', because: 'the client leg acted first' },
        ...(neighbour.family === 'haproxy' && idleMs(reading) < NO_TIMER_MS
          ? [
              {
                who: 'haproxy',
                because: `the last byte was only ${duration(idleMs(reading))} old, too young for an idle timeout`,
              },
            ]
          : []),
      ],
      remedy: neighbour.proxied && !neighbour.declared ? DECLARE : null,
      witness: neighbour.proxied ? whoActed(neighbour) : CLIENT_LOG,
    };
  },
};

function certaintyOf(reading: Reading): Certainty {
  const neighbour = reading.neighbours.client;
  if (!neighbour.proxied) return 'likely';
  const alone = (reading.together?.count ?? 1) < 2;
  return neighbour.family === 'haproxy' && alone && idleMs(reading) < NO_TIMER_MS ? 'likely' : 'possible';
}

const idleMs = (reading: Reading): number => reading.legs.client.sinceAnyMs ?? reading.at - reading.upgradedAt;
