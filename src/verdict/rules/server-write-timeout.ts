import type { Resumed } from '../../evidence/fact.ts';
import { abruptEnd, type Reading, stalledMs } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverHop, serverLog, serverName } from '../server-words.ts';
import { duration, saw } from '../wording.ts';

/** Mattermost's write deadline is 30 s (FIELD-NOTES §1); the kernel's buffers fill after the pause begins, never before. In ms. */
const WRITE_WAIT_MS = 29_500;
/** A paused socket shows no FIN: it is found when reading goes on (FIELD-NOTES §4), behind what was still buffered. In ms. */
const FOUND_WITHIN_MS = 2000;

export const serverWriteTimeout: Rule = {
  id: 'server-write-timeout',
  summary: 'the server ended it after the client had taken nothing for 30 s',
  causes: ['server-write-timeout'],
  judge(reading) {
    const end = abruptEnd(reading, 'server');
    const pause = end === null ? null : longPause(reading);
    if (end === null || pause === null) return null;
    return {
      closedBy: 'server',
      hop: serverHop(reading),
      cause: 'server-write-timeout',
      certainty: reading.mattermost.known !== 'no' && !reading.neighbours.server.proxied ? 'likely' : 'possible',
      summary: `${serverName(reading)} gave up writing: the client had not read for ${duration(pause.ms)}, and the server's limit is 30 s.`,
      evidence: [
        saw(
          pause.since,
          'server',
          `from here on reading from the server was paused, because the client leg took no more bytes: ${duration(pause.ms)}; a paused socket does not show when the server closed`,
        ),
      ],
      ruledOut: [{ who: 'client', because: 'the server leg acted first' }],
      remedy: 'the client must keep reading (do its work outside the WebSocket callback); a suspended client cannot',
      witness: serverLog(reading),
    };
  },
};

function longPause(reading: Reading): { since: number; ms: number } | null {
  const now = stalledMs(reading, 'server');
  if (now >= WRITE_WAIT_MS) return { since: reading.at - now, ms: now };
  const over = reading.timeline.facts.findLast(
    (fact): fact is Resumed => fact.kind === 'resume' && fact.from === 'server' && fact.at <= reading.at,
  );
  if (over === undefined || over.pausedMs < WRITE_WAIT_MS || reading.at - over.at > FOUND_WITHIN_MS) return null;
  return { since: over.at - over.pausedMs, ms: over.pausedMs };
}
