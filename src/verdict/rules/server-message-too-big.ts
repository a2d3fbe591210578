import { abruptEnd, closeFrame, type Reading } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverHop, serverLog, serverName } from '../server-words.ts';
import type { Evidence } from '../verdict.ts';
import { duration, saw } from '../wording.ts';

/** Mattermost takes messages of at most 8192 bytes from a client (FIELD-NOTES §1). */
const MATTERMOST_LIMIT_BYTES = 8192;

/** The TCP close that follows the Close frame is often an RST, which can destroy the frame on its way; in ms. */
const LOST_CLOSE_MS = 1000;

export const serverMessageTooBig: Rule = {
  id: 'server-message-too-big',
  summary: 'Close 1009 came first, from the server; or it ended at once after a message over 8192 bytes',
  causes: ['server-message-too-big'],
  judge(reading) {
    const { largestMessage, largestMessageAt } = reading.legs.client.totals;
    const tooBig = largestMessage > MATTERMOST_LIMIT_BYTES;
    const close = closeFrame(reading);
    const told = close?.from === 'server' && close.code === 1009 && !close.echo;
    const end = abruptEnd(reading, 'server');
    const lost =
      end !== null &&
      reading.mattermost.known === 'spoke' &&
      !reading.neighbours.server.proxied &&
      tooBig &&
      largestMessageAt !== null &&
      end.at - largestMessageAt <= LOST_CLOSE_MS;
    if (!told && !lost) return null;
    const sure = told && tooBig && reading.neighbours.server.transparent;
    return {
      closedBy: 'server',
      hop: serverHop(reading),
      cause: 'server-message-too-big',
      certainty: sure ? 'certain' : 'likely',
      summary: `${serverName(reading)} closed because the client sent a message that was too big${tooBig ? ` (${largestMessage} bytes)` : ''}.`,
      evidence: evidence(reading, tooBig),
      ruledOut: [{ who: 'client', because: 'the server leg acted first' }],
      remedy:
        'send smaller messages over the WebSocket: Mattermost takes at most 8192 bytes; post long texts and files over REST',
      witness: serverLog(reading),
    };
  },
};

function evidence(reading: Reading, tooBig: boolean): Evidence[] {
  const { largestMessage, largestMessageAt } = reading.legs.client.totals;
  if (!tooBig || largestMessageAt === null) {
    return [
      saw(reading.at, 'client', `the largest message of the client that the tap followed had ${largestMessage} bytes`),
    ];
  }
  const before = duration(reading.at - largestMessageAt);
  return [
    saw(
      largestMessageAt,
      'client',
      `the client sent a message of ${largestMessage} bytes, ${before} before the end; Mattermost's limit is 8192`,
    ),
  ];
}
