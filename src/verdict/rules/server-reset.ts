import { DOCKER_EVENTS, whoActed } from '../ask.ts';
import { abruptEnd } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverHop, serverName } from '../server-words.ts';

/** A reset came first from the server leg (GROUND-TRUTH §1 i1, i2, j2): its process was killed with unread data, or the socket was cut. */
export const serverReset: Rule = {
  id: 'server-reset',
  summary: 'a reset came first from the server leg',
  causes: ['server-reset'],
  lastResort: true,
  judge(reading) {
    const end = abruptEnd(reading, 'server');
    if (end?.kind !== 'rst') return null;
    const neighbour = reading.neighbours.server;
    return {
      closedBy: 'server',
      hop: serverHop(reading),
      cause: 'server-reset',
      certainty: neighbour.proxied ? 'possible' : 'likely',
      summary: neighbour.proxied
        ? `A reset came from the server side; ${neighbour.name ?? 'a proxy before the server'} can make one of any end when bytes were left unread.`
        : `${serverName(reading)} reset the connection: killed or closed with data unread.`,
      evidence: [],
      ruledOut: [{ who: 'client', because: 'no act of the client leg came before it' }],
      remedy: null,
      witness: neighbour.proxied ? whoActed(neighbour) : DOCKER_EVENTS,
    };
  },
};
