import { closeFrame } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { serverLog } from '../server-words.ts';
import { duration, plural, saw } from '../wording.ts';

/** Mattermost's send queue holds 256 messages; when it is full, the Close frame is empty (FIELD-NOTES §1). */
export const serverQueueFull: Rule = {
  id: 'server-queue-full',
  summary: 'an empty Close frame came first, from Mattermost',
  causes: ['server-queue-full'],
  judge(reading) {
    const close = closeFrame(reading);
    if (close?.from !== 'server' || close.code !== null || close.echo || reading.mattermost.known !== 'spoke')
      return null;
    const { pauses, pausedMs } = reading.legs.server.totals;
    return {
      closedBy: 'server',
      hop: 'mattermost',
      cause: 'server-queue-full',
      certainty: reading.neighbours.server.transparent ? 'likely' : 'possible',
      summary:
        "Mattermost's send queue for this client was full (256 messages), so it closed with an empty Close frame.",
      evidence:
        pauses > 0
          ? [
              saw(
                close.at,
                'client',
                `the client was slow: reading from the server had to be paused ${plural(pauses, 'time')}, ${duration(pausedMs)} in all`,
              ),
            ]
          : [],
      ruledOut: [
        { who: 'client', because: 'it had sent no Close frame that this could echo' },
        {
          who: 'other reasons of Mattermost',
          because: 'it sends an empty Close frame only as an echo or when its queue is full',
        },
      ],
      remedy: 'the client must read faster (do its work outside the WebSocket callback), or be in fewer busy channels',
      witness: serverLog(reading),
    };
  },
};
