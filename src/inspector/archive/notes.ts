import type { Gap } from '../../evidence/journal-reader.ts';
import { harmless } from '../../words/harmless.ts';
import { clock, grouped } from '../../words/times.ts';

/** What was not recorded, in words; null when everything was. @param now ms since the epoch */
export function gapNote(gaps: readonly Gap[], now: number): string | null {
  const last = gaps.at(-1);
  if (last === undefined) return null;
  const frames = gaps.reduce((sum, gap) => sum + gap.droppedFrames, 0);
  const facts = gaps.reduce((sum, gap) => sum + gap.droppedFacts, 0);
  const times = gaps.length === 1 ? '' : ` ${grouped(gaps.length)} times, last`;
  return (
    `Not everything was recorded${times} from ${clock(last.since, now)} to ${clock(last.until, now)} ` +
    `(${harmless(last.why)}): ${grouped(frames)} frame records and ${grouped(facts)} facts were dropped.`
  );
}
