import { whoActed } from '../ask.ts';
import { abruptEnd, lastNaturalFrame, type Reading } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverHop, serverLog, serverName } from '../server-words.ts';
import { matchUndeclared } from '../timer-match.ts';
import type { Evidence } from '../verdict.ts';
import { duration, saw } from '../wording.ts';

/** A server that cannot make sense of a message closes at once (undecodable JSON, FIELD-NOTES §1), in ms. */
const AT_ONCE_MS = 100;

/** A FIN without a Close frame came first from the server leg (GROUND-TRUTH §1 h1, j1). */
export const serverAbort: Rule = {
  id: 'server-abort',
  summary: 'a FIN came first from the server leg, without a Close frame',
  causes: ['server-abort'],
  lastResort: true,
  judge(reading) {
    const end = abruptEnd(reading, 'server');
    if (end?.kind !== 'fin') return null;
    const neighbour = reading.neighbours.server;
    const sure = !neighbour.proxied && matchUndeclared(reading, 'server') === null;
    return {
      closedBy: 'server',
      hop: serverHop(reading),
      cause: 'server-abort',
      certainty: sure ? 'likely' : 'possible',
      summary: neighbour.proxied
        ? `The server possibly ended the connection without a Close frame, and ${neighbour.name ?? 'a proxy before it'} passed it on.`
        : `${serverName(reading)} ended the connection without a Close frame; the reason does not show on the wire.`,
      evidence: [
        ...lastMessage(reading),
        ...(end.insideFrame === null
          ? []
          : [
              saw(
                end.at,
                'server',
                `it ended inside a frame: ${end.insideFrame.got} of ${end.insideFrame.of} bytes had come`,
              ),
            ]),
      ],
      ruledOut: [
        { who: 'client', because: 'no act of the client leg came before it' },
        ...(neighbour.proxied
          ? []
          : [{ who: 'proxy', because: 'none was declared before the server, and its answer bears no trace of one' }]),
      ],
      remedy: null,
      witness: neighbour.proxied ? whoActed(neighbour) : serverLog(reading),
    };
  },
};

function lastMessage(reading: Reading): Evidence[] {
  const last = lastNaturalFrame(reading);
  if (last === null || last.from !== 'client' || last.opcode > 2 || reading.at - last.at > AT_ONCE_MS) return [];
  return [
    saw(
      last.at,
      'client',
      `a message of the client (${last.length} bytes) came ${duration(reading.at - last.at)} before: one that the server cannot decode makes it close like this`,
    ),
  ];
}
