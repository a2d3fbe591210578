import { harmless } from '../words/harmless.ts';
import { clock, grouped } from '../words/times.ts';
import type { LiveJournal } from './desk.ts';

/** What an operator must know while nothing is recorded; null while it is. The journal itself tells of earlier times. @param now in ms since the epoch */
export function recordingNote(
  { recording, why, since, droppedFrames }: LiveJournal['status'],
  now: number,
): string | null {
  if (recording) return null;
  return (
    `Nothing is recorded since ${clock(since, now)}: ${harmless(why ?? 'the reason is not known')}. Traffic goes on, and verdicts are ` +
    `kept in memory until the disk takes them; ${grouped(droppedFrames)} frames were relayed without a record so far.`
  );
}
