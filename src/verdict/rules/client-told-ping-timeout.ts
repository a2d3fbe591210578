import { CLIENT_LOG } from '../ask.ts';
import { actor, closeFrame } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { saw } from '../wording.ts';

/** Mattermost's webapp never sends 4000: it tells the server in its next URL that its ping went unanswered (FIELD-NOTES §1). */
const PING_TIMED_OUT = '4000';

export const clientToldPingTimeout: Rule = {
  id: 'client-told-ping-timeout',
  summary: "the same client's next URL said disconnect_err_code=4000",
  causes: ['client-ping-timeout'],
  judge(reading) {
    const { nextUrl } = reading;
    if (nextUrl?.code !== PING_TIMED_OUT || actor(reading) !== 'client' || !reading.upgraded) return null;
    const close = closeFrame(reading);
    if (close !== null && !close.masked) return null;
    const sure = close !== null && reading.neighbours.client.transparent;
    return {
      closedBy: 'client',
      hop: 'client',
      cause: 'client-ping-timeout',
      certainty: sure ? 'certain' : 'likely',
      summary:
        'The client gave up: its ping was not answered in time, and it said so in its next URL (disconnect_err_code=4000).',
      evidence: [
        saw(nextUrl.at, 'client', 'the same client came back saying disconnect_err_code=4000: its ping had timed out'),
      ],
      ruledOut: [{ who: 'server', because: 'the client leg acted first' }],
      remedy: 'look for why the answer was late: a stalled server, a slow link, a proxy that holds frames back',
      witness: CLIENT_LOG,
    };
  },
};
