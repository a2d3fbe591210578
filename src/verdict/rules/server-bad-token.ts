import { abruptEnd } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverLog } from '../server-words.ts';
import { duration, saw } from '../wording.ts';

/** Mattermost looks the token up in its cache or database and closes at once; a slow database takes a while. In ms. */
const AT_ONCE_MS = 2000;

export const serverBadToken: Rule = {
  id: 'server-bad-token',
  summary: 'a FIN from Mattermost right after an authentication_challenge, without a hello',
  causes: ['server-bad-token'],
  judge(reading) {
    const end = abruptEnd(reading, 'server');
    const { hello, challengeAt, failReplyAt } = reading.mattermost;
    if (end === null || challengeAt === null || hello === true) return null;
    const after = end.at - challengeAt;
    if (after < 0 || after > AT_ONCE_MS) return null;
    const told = failReplyAt !== null && failReplyAt >= challengeAt;
    return {
      closedBy: 'server',
      hop: reading.mattermost.known === 'spoke' ? 'mattermost' : 'server',
      cause: 'server-bad-token',
      certainty: hello === false && (told || !reading.neighbours.server.proxied) ? 'likely' : 'possible',
      summary: "Mattermost did not accept the client's token and closed.",
      evidence: [
        saw(
          challengeAt,
          'client',
          `the client sent its token in an authentication_challenge, ${duration(after)} before the end; no hello followed`,
        ),
        ...(told && failReplyAt !== null ? [saw(failReplyAt, 'server', 'the server answered with status FAIL')] : []),
      ],
      ruledOut: [{ who: 'client', because: 'the server leg acted first' }],
      remedy:
        "give the client a fresh token: a revoked session, a disabled bot and another server's token look the same",
      witness: serverLog(reading),
    };
  },
};
