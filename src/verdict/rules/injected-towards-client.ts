import { MATTERMOST_LOG, whoActed } from '../ask.ts';
import { NEVER_MATTERMOST } from '../mattermost-signs.ts';
import { called } from '../neighbour.ts';
import { closeFrame } from '../reading.ts';
import { outliveReloads } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import type { Certainty } from '../verdict.ts';

/** A Close frame from the server direction that the server would not make: a middlebox on that side wrote it. */
export const injectedTowardsClient: Rule = {
  id: 'injected-towards-client',
  summary: 'a Close frame came first, from the server direction, with a code that the server never sends',
  causes: ['proxy-injected-close'],
  judge(reading) {
    const close = closeFrame(reading);
    if (close?.from !== 'server' || close.code === null || close.echo) return null;
    const neighbour = reading.neighbours.server;
    const caddy = neighbour.family === 'caddy' && close.code === 1001;
    const impossible = NEVER_MATTERMOST.has(close.code) && reading.mattermost.known === 'spoke';
    if (!caddy && !impossible) return null;
    // Many at once say nothing: a server that shuts down politely sends 1001 to all, and Caddy passes it on.
    const certainty: Certainty = impossible ? 'likely' : 'possible';
    const who = neighbour.proxied ? called(neighbour, 'server') : 'something between hangup and Mattermost';
    return {
      closedBy: 'proxy',
      hop: neighbour.name,
      cause: 'proxy-injected-close',
      certainty,
      summary: caddy
        ? `Caddy, before the server, was ${impossible ? 'reloaded or stopped' : 'possibly reloaded or stopped'}: it writes Close 1001 itself when that happens${impossible ? '' : ', as servers that shut down do'}.`
        : `Close ${close.code} came from the server side, but Mattermost never sends that code: ${who} made it.`,
      evidence: [],
      ruledOut: [
        ...(impossible
          ? [
              {
                who: 'mattermost',
                because: `it closes with 1002, 1009 or an empty Close frame, and sends ${close.code} only as an echo; the client had sent none`,
              },
            ]
          : []),
        { who: 'client', because: 'no act of the client leg came before it' },
      ],
      remedy: caddy
        ? outliveReloads(neighbour)
        : 'find what terminates WebSockets between hangup and Mattermost, and name it (before=…)',
      witness: neighbour.proxied ? whoActed(neighbour) : MATTERMOST_LOG,
    };
  },
};
