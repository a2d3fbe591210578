import type { Fact } from '../../evidence/fact.ts';
import type { ConnectionRow, JournalReader } from '../../evidence/journal-reader.ts';
import { type Timeline, WINDOW_FRAMES } from '../../evidence/timeline.ts';
import { serverLog } from '../../verdict/server-log.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import { factLine } from '../../words/fact-words.ts';
import { harmless } from '../../words/harmless.ts';
import { grouped } from '../../words/times.ts';
import type { ConnectionDetail, FactView } from '../api.ts';
import { verdictOf, viewOf } from './connection-view.ts';
import { gapNote } from './notes.ts';
import { timersOf } from './timer-marks.ts';

/** All of one connection but its list of frames; null when there is no such connection. */
export function connectionDetail(reader: JournalReader, id: string): ConnectionDetail | null {
  const [row] = reader.connections({ id, limit: 1 });
  const told = reader.told(id);
  if (row === undefined || told === null) return null;
  const recordedFrames = reader.frameCount(id);
  const lastFrames = reader.frames(id, {
    fromIndex: Math.max(0, recordedFrames - WINDOW_FRAMES),
    limit: WINDOW_FRAMES,
  });
  const timeline: Timeline = { ...told, frames: lastFrames };
  const verdict = verdictOf(row);
  const now = Date.now();
  return {
    ...viewOf(row, now),
    facts: timeline.facts.map(factView),
    lastFrames,
    droppedFacts: timeline.dropped.facts,
    recordedFrames,
    upgrade: upgradeOf(timeline),
    serverLog: verdict === null ? null : logLine(verdict, timeline),
    timers: timersOf(timeline),
    notes: notesOf(reader, row, timeline, now),
  };
}

function factView(fact: Fact): FactView {
  const { where, says, ending } = factLine(fact);
  return { ...fact, where: where === 'client' || where === 'server' ? where : 'hangup', says, ending };
}

/** The close reason that it may cite is a stranger's. */
function logLine(verdict: Verdict, timeline: Timeline): ConnectionDetail['serverLog'] {
  const log = serverLog(verdict, timeline);
  return log === null ? null : { ...log, line: harmless(log.line) };
}

function upgradeOf({ facts }: Timeline): ConnectionDetail['upgrade'] {
  const request = facts.findLast((fact) => fact.kind === 'upgrade-request') ?? null;
  const answer = facts.findLast((fact) => fact.kind === 'upgrade-answer') ?? null;
  const unsent = answer?.own === true || facts.some((fact) => fact.kind === 'target-failed' && fact.stage !== 'answer');
  return { request, answer, sent: request === null || unsent ? null : (request.sent ?? request.headers) };
}

function notesOf(reader: JournalReader, row: ConnectionRow, { tap, dropped }: Timeline, now: number): string[] {
  const notes: string[] = [];
  const end = row.endedAt ?? now;
  const gap = gapNote(
    reader.gaps().filter(({ since, until }) => until >= row.openedAt && since <= end),
    now,
  );
  if (gap !== null) notes.push(gap);
  const [first] = reader.frames(row.id, { fromIndex: 0, limit: 1 });
  if (first !== undefined && first.index > 0) {
    notes.push(`Its first ${grouped(first.index)} frames were removed, to keep the journal within --max-disk.`);
  }
  if (dropped.facts > 0) notes.push(`${grouped(dropped.facts)} facts from its middle are not shown.`);
  if (tap.behind !== null && row.forwardedFor === null) {
    notes.push(
      'The proxy before this tap does not report clients (X-Forwarded-For): the address shown is the proxy’s own.',
    );
  }
  return notes;
}
