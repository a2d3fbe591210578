import type { JournalReader } from '../../evidence/journal-reader.ts';
import type { Certainty, Party } from '../../verdict/verdict.ts';
import type { ConnectionQuery } from '../api.ts';
import type { ArchivedSummary } from '../archive.ts';
import { closesOverTime } from './closes-over-time.ts';
import { verdictOf } from './connection-view.ts';
import { type Ended, inWords, isAsked } from './ended.ts';
import { groupsOf } from './groups.ts';
import { idleHistogram } from './idle-histogram.ts';
import { gapNote } from './notes.ts';
import { filterOf } from './pages.ts';
import { roundTripSeries } from './round-trip-series.ts';
import { survival } from './survival.ts';

/** What the journal knows of the situation: sums over the closed connections that a query leaves, and the open ones of its tap. */
export function summaryOf(reader: JournalReader, query: ConnectionQuery): ArchivedSummary {
  const now = Date.now();
  const all = query.open === true ? [] : reader.endings(filterOf(query)).map(inWords);
  const ended = all.filter((group) => isAsked(group, query));
  const open = reader.openOnes().filter(({ tap }) => query.tap === undefined || tap === query.tap);
  const gap = gapNote(
    reader.gaps().filter(({ since, until }) => until >= (query.since ?? 0) && since < (query.until ?? now)),
    now,
  );
  return {
    closed: ended.reduce((sum, { closedAt }) => sum + closedAt.length, 0),
    byParty: byParty(ended),
    byCertainty: byCertainty(ended),
    groups: groupsOf(ended, (newest) => verdictOf({ verdict: reader.verdict(newest) })?.witness ?? null),
    pictures: {
      idle: idleHistogram(ended),
      closes: closesOverTime(ended, query, now),
      survival: survival(all, open, query, now),
      roundTrips: roundTripSeries(reader, query),
    },
    notes: gap === null ? [] : [gap],
  };
}

function byParty(ended: readonly Ended[]): Record<Party, number> {
  const counts = { client: 0, proxy: 0, server: 0, network: 0, gateway: 0, unknown: 0 };
  for (const { closedBy, closedAt } of ended) counts[closedBy] += closedAt.length;
  return counts;
}

function byCertainty(ended: readonly Ended[]): Record<Certainty, number> {
  const counts = { certain: 0, likely: 0, possible: 0 };
  for (const { certainty, closedAt } of ended) counts[certainty] += closedAt.length;
  return counts;
}
