import { abruptEnd } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverLog } from '../server-words.ts';
import { duration, saw } from '../wording.ts';

/** "Right after the 101" (FIELD-NOTES §1), in ms. */
const RIGHT_AFTER_MS = 1000;

export const serverResumeRejected: Rule = {
  id: 'server-resume-rejected',
  summary: 'a FIN right after the 101 of a URL that asked to resume',
  causes: ['server-resume-rejected'],
  judge(reading) {
    const end = abruptEnd(reading, 'server');
    const age = reading.at - reading.upgradedAt;
    const { resumes, known, hello } = reading.mattermost;
    if (end === null || !resumes || known === 'no' || hello !== false || age > RIGHT_AFTER_MS) return null;
    return {
      closedBy: 'server',
      hop: known === 'spoke' ? 'mattermost' : 'server',
      cause: 'server-resume-rejected',
      certainty: reading.neighbours.server.proxied || (reading.together?.count ?? 1) > 1 ? 'possible' : 'likely',
      summary:
        'Mattermost refused to resume: the connection_id or sequence_number in the URL was not one that it could go on from.',
      evidence: [
        saw(
          end.at,
          'server',
          `it ended ${duration(age)} after the 101, without a hello; the URL carries connection_id and sequence_number`,
        ),
      ],
      ruledOut: [
        { who: 'client', because: 'the server leg acted first' },
        { who: 'authentication timeout', because: 'that comes 5 s after the upgrade' },
      ],
      remedy:
        'let the client connect afresh, without connection_id; Mattermost keeps 128 events for 5 min after an end',
      witness: serverLog(reading),
    };
  },
};
