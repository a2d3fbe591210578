import type { Verdict } from '../../verdict/verdict.ts';
import { howCell, whoCell } from '../../words/codes.ts';
import { harmless } from '../../words/harmless.ts';
import { clock, grouped, span } from '../../words/times.ts';
import { CERTAINTY_TONE, type Paint } from './paint.ts';
import { type Column, type Row, renderTable } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'WHEN' },
  { title: 'WHO', least: 10 },
  { title: 'HOW' },
  { title: 'WHY', least: 22 },
  { title: 'SURE' },
  { title: 'IDLE', align: 'right', dispensable: 4 },
  { title: 'LIFETIME', align: 'right', dispensable: 3 },
  // From the client / from the server.
  { title: 'FRAMES C/S', align: 'right', dispensable: 2 },
  { title: 'TAP', least: 6, dispensable: 1 },
];

/** Closed connections: who, how, why, how sure; the sentence below each. @param now ms since the epoch */
export function closedTable(verdicts: readonly Verdict[], width: number, now: number, paint: Paint): string[] {
  return renderTable(
    COLUMNS,
    verdicts.map((verdict) => closedRow(verdict, now)),
    width,
    paint,
  );
}

function closedRow(verdict: Verdict, now: number): Row {
  const { closedAt, certainty, idle, lifetimeMs, frames } = verdict;
  return {
    cells: [
      closedAt === null ? '' : clock(Date.parse(closedAt), now),
      whoCell(verdict),
      howCell(verdict),
      whyCell(verdict),
      certainty,
      idle.anyMs === null ? '-' : span(idle.anyMs),
      span(lifetimeMs),
      `${grouped(frames.client)}/${grouped(frames.server)}`,
      harmless(verdict.tap),
    ],
    tones: { SURE: CERTAINTY_TONE[certainty] },
    tag: harmless(verdict.connection),
    sentence: harmless(verdict.summary),
  };
}

/** The contract's own word, for it is what `--cause` takes. */
const whyCell = ({ cause, refusal }: Verdict): string => (refusal == null ? cause : `${cause}: ${refusal}`);
