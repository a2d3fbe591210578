import { DOCKER_EVENTS, whichLifecycle } from '../ask.ts';
import { abruptEnd } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverHop, serverName } from '../server-words.ts';
import { plural, saw, spread } from '../wording.ts';

/** GROUND-TRUTH §13.6: many connections ended by the server within ms, and the next connect refused: its process died or was restarted. */
export const serverShutdown: Rule = {
  id: 'server-shutdown',
  summary: 'the server ended several connections at once, or refused new ones after it',
  causes: ['server-shutdown'],
  judge(reading) {
    const end = abruptEnd(reading, 'server');
    if (end === null) return null;
    const neighbour = reading.neighbours.server;
    const passedOn = end.kind === 'fin' && end.closeNotify === true && neighbour.family === 'nginx';
    if (neighbour.proxied && !passedOn) return null;
    const group = reading.together?.from === 'server' && reading.together.count > 1 ? reading.together : null;
    const refused = reading.targetRefused;
    if (group === null && refused === null) return null;
    return {
      closedBy: 'server',
      hop: serverHop(reading),
      cause: 'server-shutdown',
      certainty: refused !== null && !neighbour.proxied ? 'likely' : 'possible',
      summary: `${serverName(reading)} ${refused === null ? 'was probably stopped, restarted or killed' : 'was stopped, restarted or killed: it refused new connections right after'}${group === null ? '' : `; ${plural(group.count, 'connection')} ended ${spread(group.spreadMs)}`}.`,
      evidence: [
        ...(group === null
          ? []
          : [
              saw(
                group.at,
                'server',
                `${plural(group.count, 'connection')} of this tap ended on this leg ${spread(group.spreadMs)}; ${group.survivors} stayed open`,
              ),
            ]),
        ...(refused === null
          ? []
          : [saw(refused.at, 'server', `the target refused a new connection (${refused.code})`)]),
        ...(passedOn
          ? [saw(end.at, 'server', 'TLS ended with close_notify, as when nginx passes the end of its server on')]
          : []),
      ],
      ruledOut: [{ who: 'client', because: 'the server leg acted first' }],
      remedy: null,
      witness: neighbour.proxied ? whichLifecycle(neighbour) : DOCKER_EVENTS,
    };
  },
};
