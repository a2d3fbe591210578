import type { FrameFault, NotWebSocket } from '../../evidence/fact.ts';
import { closeFrame } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverHop, serverLog, serverName } from '../server-words.ts';
import { saw } from '../wording.ts';

/** Close 1002: the server found the client's frames broken. The tap's own frame reader usually saw the fault as well. */
export const serverProtocolError: Rule = {
  id: 'server-protocol-error',
  summary: 'Close 1002 came first, from the server',
  causes: ['server-protocol-error'],
  judge(reading) {
    const close = closeFrame(reading);
    if (close?.from !== 'server' || close.code !== 1002 || close.echo) return null;
    const faults = reading.timeline.facts.filter(
      (fact): fact is FrameFault | NotWebSocket =>
        (fact.kind === 'frame-fault' || fact.kind === 'not-websocket') && fact.from === 'client' && fact.at <= close.at,
    );
    const sure = faults.length > 0 && reading.neighbours.server.transparent;
    const what = faults[0]?.faults.join('; ');
    return {
      closedBy: 'server',
      hop: serverHop(reading),
      cause: 'server-protocol-error',
      certainty: sure ? 'certain' : 'likely',
      summary: `${serverName(reading)} closed because the client broke the WebSocket protocol${what === undefined ? '' : `: ${what}`}.`,
      evidence: faults.map((fault) =>
        saw(fault.at, 'client', `the client's frames broke RFC 6455: ${fault.faults.join('; ')}`),
      ),
      ruledOut: [
        { who: 'network', because: 'TCP delivers bytes whole and in order; a lost path makes no Close frame' },
      ],
      remedy: 'mend the client (or whatever before this tap writes frames): see the fault above',
      witness: serverLog(reading),
    };
  },
};
