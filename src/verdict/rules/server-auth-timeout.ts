import { abruptEnd, header, type Reading } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverLog } from '../server-words.ts';
import { duration, saw } from '../wording.ts';

/** Mattermost's ticker gives a client 5 s after the upgrade; measured 4.8 s (FIELD-NOTES §1). In ms. */
const EARLIEST_MS = 4700;
const LATEST_MS = 5150;

export const serverAuthTimeout: Rule = {
  id: 'server-auth-timeout',
  summary: 'a FIN from Mattermost 5 s after the upgrade, without a hello',
  causes: ['server-auth-timeout'],
  judge(reading) {
    const end = abruptEnd(reading, 'server');
    const { known, hello, challengeAt } = reading.mattermost;
    const age = reading.at - reading.upgradedAt;
    if (end?.kind !== 'fin' || known === 'no' || hello !== false || age < EARLIEST_MS || age > LATEST_MS) return null;
    return {
      closedBy: 'server',
      hop: known === 'spoke' ? 'mattermost' : 'server',
      cause: 'server-auth-timeout',
      certainty: reading.together === null || reading.together.count < 2 ? 'likely' : 'possible',
      summary: `Mattermost closed because the client had not authenticated within 5 s of connecting.`,
      evidence: [
        saw(
          end.at,
          'server',
          `no hello had come in the ${duration(age)} since the upgrade; Mattermost sends one as soon as it accepts the token`,
        ),
        saw(end.at, 'client', tokenSays(reading, challengeAt !== null)),
      ],
      ruledOut: [{ who: 'client', because: 'the server leg acted first' }],
      remedy:
        'give the client a valid token: a cookie MMAUTHTOKEN, an Authorization: Bearer header that the proxy passes on, or an authentication_challenge at once',
      witness: serverLog(reading),
    };
  },
};

/** A wrong token in a header or a cookie still upgrades, and dies here (FIELD-NOTES §1, "Upgrade"). */
function tokenSays({ request }: Reading, challenged: boolean): string {
  if (challenged) return 'the client did send an authentication_challenge, in vain';
  const brought =
    header(request?.headers, 'authorization') !== null ||
    /\bMMAUTHTOKEN=/.test(header(request?.headers, 'cookie') ?? '');
  return brought
    ? 'the upgrade did bring a token in a header or cookie: it must have been a wrong or expired one'
    : 'the client brought no token in a header or cookie, and sent no authentication_challenge';
}
