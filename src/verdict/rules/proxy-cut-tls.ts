import { whichLifecycle } from '../ask.ts';
import { abruptEnd } from '../reading.ts';
import { outliveReloads } from '../remedy.ts';
import type { Rule } from '../rule.ts';

/**
 * GROUND-TRUTH §12, seen from a tap before a TLS-terminating nginx: idle timeouts and ends that nginx passes on carry
 * close_notify; a killed worker, the shutdown timeout and TERM do not.
 */
export const proxyCutTls: Rule = {
  id: 'proxy-cut-tls',
  summary: 'nginx, before the server, ended TLS without close_notify',
  causes: ['proxy-reload'],
  judge(reading) {
    const end = abruptEnd(reading, 'server');
    const neighbour = reading.neighbours.server;
    if (end?.kind !== 'fin' || end.closeNotify !== false || neighbour.family !== 'nginx') return null;
    if (reading.together !== null && reading.together.count > 1) return null;
    return {
      closedBy: 'proxy',
      hop: neighbour.name,
      cause: 'proxy-reload',
      certainty: 'likely',
      summary: `${neighbour.name} dropped the connection without saying goodbye in TLS: it was reloaded, stopped, or its worker was killed.`,
      evidence: [],
      ruledOut: [
        { who: 'idle timeout', because: 'nginx sends close_notify when its idle timer fires' },
        { who: 'server', because: "nginx passes a server's FIN or Close frame on with close_notify" },
      ],
      remedy: outliveReloads(neighbour),
      witness: whichLifecycle(neighbour),
    };
  },
};
