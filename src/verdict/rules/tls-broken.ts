import { whoActed } from '../ask.ts';
import type { Rule } from '../rule.ts';

/** A bad record or an alert in mid-stream: the connection died of a fault, so who decided cannot be told from one tap. */
export const tlsBroken: Rule = {
  id: 'tls-broken',
  summary: 'TLS broke on one of the legs in mid-stream',
  causes: ['client-abort', 'server-abort'],
  judge(reading) {
    const { act } = reading;
    if (act?.kind !== 'tls-fault') return null;
    const neighbour = reading.neighbours[act.from];
    const client = act.from === 'client';
    return {
      closedBy: client ? 'client' : 'server',
      hop: client ? 'client' : reading.mattermost.known === 'spoke' ? 'mattermost' : 'server',
      cause: client ? 'client-abort' : 'server-abort',
      certainty: 'possible',
      summary: `TLS broke on the ${act.from} leg (${act.code}), which ended the connection; a bad record can come from that end or from anything on the way.`,
      evidence: [],
      ruledOut: [{ who: 'idle timers', because: 'a timer closes TLS in order or drops it; it does not corrupt it' }],
      remedy: null,
      witness: neighbour.proxied
        ? whoActed(neighbour)
        : `a packet capture of the ${act.from} leg, or that end's own TLS log`,
      manner: 'rst',
    };
  },
};
