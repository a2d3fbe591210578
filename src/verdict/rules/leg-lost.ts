import { CONNTRACK } from '../ask.ts';
import type { Rule } from '../rule.ts';
import { duration, saw } from '../wording.ts';

/** GROUND-TRUTH §7, §13.8: TCP gave up on a leg. It is the network's or the host's doing, never a decision of an application. */
export const legLost: Rule = {
  id: 'leg-lost',
  summary: 'ETIMEDOUT, EHOSTUNREACH and the like on one of the sockets',
  causes: ['peer-silent', 'unreachable'],
  judge(reading) {
    const { act } = reading;
    if (act?.kind !== 'lost') return null;
    const silent = act.errno === 'ETIMEDOUT';
    const leg = reading.legs[act.from];
    const who = reading.neighbours[act.from].name ?? `the ${act.from} side`;
    return {
      closedBy: 'network',
      hop: null,
      cause: silent ? 'peer-silent' : 'unreachable',
      certainty: 'certain',
      summary: silent
        ? `${capital(who)} stopped answering altogether, and TCP gave up: nobody decided to close this connection.`
        : `The network lost the way to ${who} (${act.errno}): nobody decided to close this connection.`,
      evidence:
        leg.sinceByteMs === null
          ? []
          : [
              saw(
                act.at,
                act.from,
                `the last byte from this leg came ${duration(leg.sinceByteMs)} before; retransmissions went unanswered until TCP gave up`,
              ),
            ],
      ruledOut: [
        {
          who: 'client and server',
          because: `${act.errno} is the kernel's: an application that closes sends a FIN or a reset`,
        },
        {
          who: 'proxy',
          because: 'a timer of a proxy ends a connection with a FIN or a reset, which would have arrived',
        },
      ],
      remedy: silent
        ? `look at the host and the link behind the ${act.from} leg; --dead-after 3 ends such connections sooner`
        : `look at the route and the link behind the ${act.from} leg (container detached, interface down, ARP unanswered)`,
      witness: CONNTRACK,
    };
  },
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
