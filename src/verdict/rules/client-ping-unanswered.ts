import { CLIENT_LOG, whoActed } from '../ask.ts';
import { pendingClientPing } from '../client-ping.ts';
import { abruptEnd } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { matchIdle } from '../timer-match.ts';
import { duration, saw } from '../wording.ts';

/**
 * A client that pings and gets no pong ends the connection without a Close frame, a whole number of seconds after its ping:
 * OpenClaw pings every 30 s and calls terminate() after 10 s (FIELD-NOTES §1, "Clients").
 */
export const clientPingUnanswered: Rule = {
  id: 'client-ping-unanswered',
  summary: "no Close frame from the client leg, a whole number of seconds after the client's own unanswered ping",
  causes: ['client-ping-timeout'],
  judge(reading) {
    const end = abruptEnd(reading, 'client');
    const ping = end === null ? null : pendingClientPing(reading);
    if (end === null || ping === null || !ping.exact) return null;
    const neighbour = reading.neighbours.client;
    const match = matchIdle(reading, 'client');
    // A timer known to be the proxy's explains it better than one that the client might have.
    if (match?.by === 'operator' || match?.by === 'table') return null;
    return {
      closedBy: 'client',
      hop: 'client',
      cause: 'client-ping-timeout',
      certainty: neighbour.proxied ? 'possible' : 'likely',
      summary: `The client gave up ${duration(ping.ageMs)} after ${ping.what} of its own that nobody answered${neighbour.proxied ? ', or a proxy timer ran out at that very moment' : ''}.`,
      evidence: [
        saw(
          ping.at,
          'client',
          `the client sent ${ping.what}; no answer came in the ${duration(ping.ageMs)} until the end`,
        ),
      ],
      ruledOut: [{ who: 'server', because: 'the client leg acted first' }],
      remedy: 'look for why the server did not answer in time; the server leg shows whether it was silent altogether',
      witness: neighbour.proxied ? whoActed(neighbour) : CLIENT_LOG,
    };
  },
};
