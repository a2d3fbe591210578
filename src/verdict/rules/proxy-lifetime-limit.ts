import { whoActed } from '../ask.ts';
import { abruptEnd } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { matchLifetime } from '../timer-match.ts';
import { duration } from '../wording.ts';

/** Some proxies limit the age of a connection, idle or not: GCP's 30 s backend timeout, Envoy's 15 s route timeout (FIELD-NOTES §3). */
export const proxyLifetimeLimit: Rule = {
  id: 'proxy-lifetime-limit',
  summary: 'no Close frame, at exactly the age that the neighbour allows a connection',
  causes: ['proxy-closed'],
  judge(reading) {
    for (const side of ['client', 'server'] as const) {
      if (abruptEnd(reading, side) === null) continue;
      const match = matchLifetime(reading, side);
      if (match === null) return null;
      const neighbour = reading.neighbours[side];
      return {
        closedBy: 'proxy',
        hop: neighbour.name,
        cause: 'proxy-closed',
        certainty: 'likely',
        summary: `${neighbour.name} closed the connection because it was ${duration(match.timerMs)} old, idle or not (${match.timer?.component}).`,
        evidence: [],
        ruledOut: [
          {
            who: 'idle timers',
            because: `the age of the connection, ${duration(match.ageMs)}, is the limit, not its silence`,
          },
        ],
        remedy: `raise ${match.timer?.setting} for the WebSocket path`,
        witness: whoActed(neighbour),
      };
    }
    return null;
  },
};
