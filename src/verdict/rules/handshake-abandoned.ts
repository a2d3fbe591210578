import { CLIENT_LOG, whoActed } from '../ask.ts';
import { called } from '../neighbour.ts';
import type { Rule } from '../rule.ts';
import { duration, saw } from '../wording.ts';

/** The client leg ended before the server had answered the upgrade (nginx logs 499; GROUND-TRUTH §8, "client leaves during handshake"). */
export const handshakeAbandoned: Rule = {
  id: 'handshake-abandoned',
  summary: 'the client leg ended before the upgrade was answered',
  causes: ['client-abort', 'client-reset'],
  judge({ act, answer, upgraded, neighbours, timeline }) {
    if (
      upgraded ||
      answer !== null ||
      act === null ||
      (act.kind !== 'fin' && act.kind !== 'rst') ||
      act.from !== 'client'
    )
      return null;
    const neighbour = neighbours.client;
    const waited = act.at - timeline.openedAt;
    return {
      closedBy: 'client',
      hop: 'client',
      cause: act.kind === 'fin' || neighbour.proxied ? 'client-abort' : 'client-reset',
      certainty: neighbour.proxied ? 'possible' : 'likely',
      summary: `The client left before the upgrade was answered${neighbour.proxied ? `, or ${called(neighbour, 'client')} stopped waiting` : ''}.`,
      evidence: [saw(act.at, 'server', `no answer to the upgrade had come in ${duration(waited)}`)],
      ruledOut: [],
      remedy: 'look for why the server is slow to answer upgrades',
      witness: neighbour.proxied ? whoActed(neighbour) : CLIENT_LOG,
    };
  },
};
