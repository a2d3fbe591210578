import { CLIENT_LOG, whoActed } from '../ask.ts';
import { pendingClientPing } from '../client-ping.ts';
import { called } from '../neighbour.ts';
import { abruptEnd, type Reading } from '../reading.ts';
import { DECLARE } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import { matchUndeclared } from '../timer-match.ts';
import { duration, saw } from '../wording.ts';

/**
 * A FIN without a Close frame came first from the client leg. Without a proxy that is the client; behind one it may as well
 * be the proxy's own or what it made of a reset (GROUND-TRUTH §1 c, e1, §13.11, §14).
 */
export const clientAbort: Rule = {
  id: 'client-abort',
  summary: 'a FIN came first from the client leg, without a Close frame',
  causes: ['client-abort'],
  lastResort: true,
  judge(reading) {
    const end = abruptEnd(reading, 'client');
    if (end?.kind !== 'fin') return null;
    const neighbour = reading.neighbours.client;
    const timed = matchUndeclared(reading, 'client') !== null;
    const ping = pendingClientPing(reading);
    const alone = !neighbour.proxied && !timed;
    return {
      closedBy: 'client',
      hop: 'client',
      cause: 'client-abort',
      certainty: alone ? 'likely' : 'possible',
      summary: alone
        ? 'The client ended the connection without a Close frame: killed, crashed, or closed the bare socket.'
        : `The client possibly ended the connection without a Close frame (killed, crashed, terminate()), and ${called(neighbour, 'client')} passed it on.`,
      evidence: [
        ...(end.insideFrame === null
          ? []
          : [
              saw(
                end.at,
                'client',
                `it ended inside a frame: ${end.insideFrame.got} of ${end.insideFrame.of} bytes had come`,
              ),
            ]),
        ...(ping === null
          ? []
          : [saw(ping.at, 'client', `${ping.what} of the client had no answer for ${duration(ping.ageMs)}`)]),
      ],
      ruledOut: ruledOut(reading),
      remedy: neighbour.proxied && !neighbour.declared ? DECLARE : null,
      witness: neighbour.proxied ? whoActed(neighbour) : CLIENT_LOG,
    };
  },
};

function ruledOut(reading: Reading): { who: string; because: string }[] {
  const out = [{ who: 'server', because: 'the client leg acted first' }];
  const { proxied } = reading.neighbours.client;
  if (!proxied) out.push({ who: 'proxy', because: 'none was declared, and the request bears no trace of one' });
  return out;
}
