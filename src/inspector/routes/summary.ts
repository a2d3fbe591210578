import { type SituationFacts, situation } from '../../words/situation.ts';
import type { ConnectionQuery, Summary } from '../api.ts';
import type { ArchivedSummary } from '../archive.ts';
import { ask, type Desk } from '../desk.ts';
import { recordingNote } from '../recording-note.ts';
import { connectionQuery } from './connection-query.ts';
import { readQuery } from './query.ts';
import { get } from './route.ts';

/** `GET /api/summary` → Summary */
export const summary = get('/api/summary', (desk) => async (request, response) => {
  const query = readQuery(request, connectionQuery);
  response.json(summaryOf(desk, query, await ask(desk, (archive) => archive.summary(query))));
});

/** What the journal knows and what the process knows, together. */
function summaryOf(desk: Desk, query: ConnectionQuery, archived: ArchivedSummary): Summary {
  const now = Date.now();
  const { tap, since, until, ...narrower } = query;
  const open = tap === undefined ? desk.open.open : desk.open.openOf(tap);
  const { recording, why, droppedFrames } = desk.journal.status;
  const facts: SituationFacts = {
    groups: archived.groups,
    open,
    now,
    since: since ?? null,
    until: until ?? null,
    narrowed: Object.keys(narrower).length > 0,
    keepaliveMs: desk.keepaliveMs,
    naturalGaps: desk.open.bridged(tap ?? null),
  };
  const notes = [recordingNote(desk.journal.status, now), ...desk.notes(), ...archived.notes];
  return {
    at: new Date(now).toISOString(),
    ...situation(facts),
    open,
    ...archived,
    taps: desk.taps().map((each) => ({ ...each, open: desk.open.openOf(each.name) })),
    keepaliveMs: desk.keepaliveMs,
    recording: { on: recording, why, droppedFrames },
    notes: notes.filter((note) => note !== null),
  };
}
