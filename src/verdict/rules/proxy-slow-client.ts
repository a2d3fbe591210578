import { whoActed } from '../ask.ts';
import { called } from '../neighbour.ts';
import { abruptEnd, stalledMs } from '../reading.ts';
import { slowClient } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import type { Certainty } from '../verdict.ts';
import { duration, saw } from '../wording.ts';

/** A stall of this long is no hiccup of a busy client; nginx's send_timeout of 3 s showed as 3.68 s (GROUND-TRUTH §1 l), in ms. */
const STALL_MS = 2000;

/** nginx and Apache reset the leg whose bytes they could not deliver; HAProxy sends a FIN (GROUND-TRUTH §1 l, §6). */
const RESETS: ReadonlySet<string> = new Set(['nginx', 'apache']);

export const proxySlowClient: Rule = {
  id: 'proxy-slow-client',
  summary: 'a proxy reset the client leg while the client was not taking what the server sent',
  causes: ['proxy-slow-client'],
  judge(reading) {
    const end = abruptEnd(reading, 'client');
    const neighbour = reading.neighbours.client;
    const stalled = stalledMs(reading, 'server');
    if (end === null || !neighbour.proxied || stalled < STALL_MS) return null;
    const resets = neighbour.family !== null && RESETS.has(neighbour.family);
    if (resets && end.kind === 'fin') return null;
    const certainty: Certainty = resets && (reading.together?.count ?? 1) < 2 ? 'likely' : 'possible';
    return {
      closedBy: 'proxy',
      hop: neighbour.name,
      cause: 'proxy-slow-client',
      certainty,
      summary: `The client stopped reading, and ${called(neighbour, 'client')} gave up on it after its send timeout.`,
      evidence: [
        saw(
          end.at - stalled,
          'server',
          `from here on reading from the server was paused, because the client leg took no more bytes: ${duration(stalled)} until the end`,
        ),
      ],
      ruledOut: [
        { who: 'server', because: 'it was still sending, and the client leg acted first' },
        { who: 'idle timeout', because: 'bytes were waiting to be delivered, so the connection was not idle' },
      ],
      remedy: slowClient(neighbour),
      witness:
        neighbour.family === 'nginx'
          ? 'nginx\'s error_log at info: "client timed out (110)" is its send_timeout; "recv() failed (104)" or no line is the client leaving by itself'
          : whoActed(neighbour),
    };
  },
};
