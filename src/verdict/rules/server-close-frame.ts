import { TERMINATING_HOP } from '../ask.ts';
import { NEVER_MATTERMOST } from '../mattermost-signs.ts';
import { closeFrame } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverHop, serverLog, serverName } from '../server-words.ts';

/** Any other Close frame that came first from the server leg: the server's endpoint decided (GROUND-TRUTH §1 g1–g3). */
export const serverCloseFrame: Rule = {
  id: 'server-close-frame',
  summary: 'a Close frame came first, from the server leg',
  causes: ['server-close'],
  lastResort: true,
  judge(reading) {
    const close = closeFrame(reading);
    if (close?.from !== 'server') return null;
    const neighbour = reading.neighbours.server;
    // By its URL the server is Mattermost, which never sends these codes; by its words nobody knows.
    const odd = reading.mattermost.known === 'url' && close.code !== null && NEVER_MATTERMOST.has(close.code);
    // Caddy writes 1001 by itself; a server masks nothing, so a masked frame is some middlebox's (RFC 6455 §5.1).
    const sure =
      !odd &&
      neighbour.transparent &&
      !close.echo &&
      !close.masked &&
      !(neighbour.family === 'caddy' && close.code === 1001);
    const code = close.code === null ? 'no code' : `code ${close.code}`;
    const reason = close.reason === '' ? '' : ` (“${close.reason}”)`;
    return {
      closedBy: 'server',
      hop: serverHop(reading),
      cause: 'server-close',
      certainty: sure ? 'certain' : 'likely',
      summary: `${serverName(reading)} closed the connection itself: it sent a Close frame with ${code}${reason} first.`,
      evidence: [],
      ruledOut: [
        { who: 'client', because: 'no act of the client leg came before it' },
        { who: 'network', because: 'a lost path makes no Close frame' },
      ],
      remedy: null,
      witness: neighbour.proxied ? TERMINATING_HOP : serverLog(reading),
    };
  },
};
