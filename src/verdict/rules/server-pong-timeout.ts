import { abruptEnd, unansweredMs } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverHop, serverLog, serverName } from '../server-words.ts';
import type { Certainty } from '../verdict.ts';
import { duration, saw } from '../wording.ts';

/** Mattermost's read deadline, extended by pongs alone: 100 s, measured 99.998 s (FIELD-NOTES §1). In ms. */
const PONG_WAIT_MS = 100_000;
const EARLY_MS = 500;
const LATE_MS = 1500;
/** For other servers: a pong that is in flight is not missing, in ms. */
const LONG_OWED_MS = 2000;

/** GROUND-TRUTH §13.9: a FIN from the server after pings that had no pong is its dead-peer timer; the root is the client or the path to it. */
export const serverPongTimeout: Rule = {
  id: 'server-pong-timeout',
  summary: 'the server ended it after its ping had gone without a pong',
  causes: ['server-pong-timeout'],
  judge(reading) {
    const end = abruptEnd(reading, 'server');
    const owed = unansweredMs(reading, 'client');
    if (end === null || owed === null || owed < LONG_OWED_MS) return null;
    const { lastPongAt, lastOwnPongAt } = reading.legs.client.totals;
    const sincePong = reading.at - (lastPongAt ?? reading.upgradedAt);
    const punctual = sincePong >= PONG_WAIT_MS - EARLY_MS && sincePong <= PONG_WAIT_MS + LATE_MS;
    const silent = (reading.legs.client.sinceByteMs ?? sincePong) >= owed;
    const alive = lastOwnPongAt !== null && lastOwnPongAt > reading.at - owed;
    return {
      closedBy: 'server',
      hop: serverHop(reading),
      cause: 'server-pong-timeout',
      certainty: certaintyOf(reading.mattermost.known !== 'no', punctual, silent, reading.neighbours.server.proxied),
      summary: `${serverName(reading)} gave the client up: it had not answered a ping for ${duration(owed)}${punctual ? ' and no pong had come for 100 s' : ''}. The client, or the way to it, was gone.`,
      evidence: [
        saw(reading.at - owed, 'server', `the server sent a ping that had no pong: ${duration(owed)} until the end`),
        saw(
          reading.at - sincePong,
          'client',
          lastPongAt === null
            ? `the client never sent a pong in the ${duration(sincePong)} since the upgrade`
            : `the last pong of the client, ${duration(sincePong)} before the end`,
        ),
        ...(alive
          ? [saw(lastOwnPongAt, 'client', "the client did answer a later ping of hangup's own, so it was there")]
          : []),
      ],
      ruledOut: [{ who: 'client', because: 'the server leg acted first: a client that leaves ends its own leg' }],
      remedy: alive
        ? 'look at why the client answers some pings and not others: a broken pong handler'
        : 'look at the client and the way to it: a suspended laptop, a hung process, a forgotten NAT entry',
      witness: serverLog(reading),
    };
  },
};

/** Mattermost's deadline is known: off it, the unanswered ping is a coincidence as likely as not. */
function certaintyOf(mattermost: boolean, punctual: boolean, silent: boolean, proxied: boolean): Certainty {
  if (mattermost) return punctual ? 'likely' : 'possible';
  return silent && !proxied ? 'likely' : 'possible';
}
