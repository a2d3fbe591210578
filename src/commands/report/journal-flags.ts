import type { Gap, ReaderStatus } from '../../evidence/journal-reader.ts';
import { harmless } from '../../words/harmless.ts';
import { clock, grouped, span } from '../../words/times.ts';
import type { Tone } from './paint.ts';

/** What a reader must know about the journal before trusting what it does not say. */
export interface Flag {
  readonly tone: Tone;
  readonly says: string;
}

/** A running hangup writes its heartbeat every second; this many missed are no accident of scheduling. */
const SILENT_MS = 5000;

/**
 * @param since from when on gaps matter, in ms since the epoch; null for all
 * @param now ms since the epoch
 */
export function journalFlags(
  status: ReaderStatus | null,
  gaps: readonly Gap[],
  since: number | null,
  now: number,
): Flag[] {
  return [
    ...statusFlags(status, now),
    ...gapFlags(
      gaps.filter(({ until }) => since === null || until >= since),
      now,
    ),
  ];
}

function statusFlags(status: ReaderStatus | null, now: number): Flag[] {
  if (status === null) return [{ tone: 'warn', says: 'No gateway has said that it writes here.' }];
  // A fresh heartbeat counts even where its process is not to be seen: it may live in another container.
  if (status.heartbeatAgeMs > SILENT_MS) {
    const last = `${clock(status.heartbeatAt, now)} (${span(status.heartbeatAgeMs)} ago)`;
    return [
      status.alive
        ? { tone: 'bad', says: `The gateway that writes here (pid ${status.pid}) has been stuck since ${last}.` }
        : { tone: 'warn', says: `No gateway is writing here now; the last sign of one was at ${last}.` },
    ];
  }
  if (status.recording) return [];
  const why = status.why === null ? '' : `: ${harmless(status.why)}`;
  if (!status.alive) {
    return [{ tone: 'warn', says: `No gateway is writing here now, since ${clock(status.since, now)}${why}.` }];
  }
  return [{ tone: 'bad', says: `RECORDING STOPPED at ${clock(status.since, now)}${why}. Traffic is still relayed.` }];
}

function gapFlags(gaps: readonly Gap[], now: number): Flag[] {
  const last = gaps.at(-1);
  if (last === undefined) return [];
  const frames = gaps.reduce((sum, gap) => sum + gap.droppedFrames, 0);
  const facts = gaps.reduce((sum, gap) => sum + gap.droppedFacts, 0);
  const times = gaps.length === 1 ? '' : ` ${grouped(gaps.length)} times, last`;
  return [
    {
      tone: 'warn',
      says:
        `Not everything was recorded${times} from ${clock(last.since, now)} to ${clock(last.until, now)} ` +
        `(${harmless(last.why)}): ${grouped(frames)} frame records and ${grouped(facts)} facts were dropped.`,
    },
  ];
}
