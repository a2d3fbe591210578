import { whoActed } from '../ask.ts';
import { called } from '../neighbour.ts';
import { abruptEnd, unansweredMs } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { matchIdle } from '../timer-match.ts';
import { duration, plural, saw } from '../wording.ts';

/** A client that is there answers a ping in one round trip; nobody's takes this long, in ms. */
const LONG_OWED_MS = 5000;

/**
 * GROUND-TRUTH §7 f2, f4, f5: the client's host vanished, its proxy found out by TCP and closed. The tap sees a FIN after
 * pings that nobody answered; a client that closes by itself is alive and has answered them.
 */
export const peerSilentBehindProxy: Rule = {
  id: 'peer-silent-behind-proxy',
  summary: 'a proxy ended the client leg after pings that the client had long left unanswered',
  causes: ['peer-silent'],
  judge(reading) {
    const end = abruptEnd(reading, 'client');
    const neighbour = reading.neighbours.client;
    if (end === null || !neighbour.proxied) return null;
    const owed = unansweredMs(reading, 'client') ?? 0;
    const { missedPongs, lastOwnPongAt } = reading.legs.client.totals;
    const answeredSince = lastOwnPongAt !== null && lastOwnPongAt > reading.at - owed;
    if ((owed < LONG_OWED_MS || answeredSince) && missedPongs === 0) return null;
    if (matchIdle(reading, 'client') !== null) return null;
    return {
      closedBy: 'network',
      hop: null,
      cause: 'peer-silent',
      certainty: 'possible',
      summary: `The client had not answered pings any more: it probably vanished, and ${called(neighbour, 'client')} noticed and closed.`,
      evidence: [
        ...(owed >= LONG_OWED_MS
          ? [saw(reading.at - owed, 'client', `since here a ping of the server had no pong: ${duration(owed)}`)]
          : []),
        ...(missedPongs > 0
          ? [saw(reading.at, 'client', `${plural(missedPongs, 'ping')} of hangup's own in a row had no pong`)]
          : []),
      ],
      ruledOut: [{ who: 'server', because: 'the client leg acted first' }],
      remedy: null,
      witness: whoActed(neighbour),
    };
  },
};
