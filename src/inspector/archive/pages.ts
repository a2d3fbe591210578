import type { ConnectionFilter, ConnectionRow, JournalReader } from '../../evidence/journal-reader.ts';
import type { ConnectionQuery, ConnectionsPage } from '../api.ts';
import type { VerdictLines } from '../archive.ts';
import { viewOf } from './connection-view.ts';
import { cursorOf, placeOf } from './cursor.ts';

/** The pages of lists. */

/** @throws CursorError */
export function connectionsPage(
  reader: JournalReader,
  query: ConnectionQuery,
  limit: number,
  cursor: string | null,
): ConnectionsPage {
  const { rows, next } = page(reader, filterOf(query), limit, cursor);
  const now = Date.now();
  return { connections: rows.map((row) => viewOf(row, now)), next };
}

/** @throws CursorError */
export function verdictLines(
  reader: JournalReader,
  query: ConnectionQuery,
  limit: number,
  cursor: string | null,
): VerdictLines {
  const { rows, next } = page(reader, { ...filterOf(query), judged: true }, limit, cursor);
  return { lines: rows.map(({ verdict }) => verdict).filter((line) => line !== null), next };
}

export function filterOf({ since, until, connection, ...same }: ConnectionQuery): ConnectionFilter {
  return {
    ...same,
    ...(since === undefined ? {} : { sinceMs: since }),
    ...(until === undefined ? {} : { untilMs: until }),
    ...(connection === undefined ? {} : { ids: connection }),
  };
}

interface Page {
  readonly rows: readonly ConnectionRow[];
  readonly next: string | null;
}

function page(reader: JournalReader, filter: ConnectionFilter, limit: number, cursor: string | null): Page {
  const after = cursor === null ? {} : { after: placeOf(cursor) };
  // One more than wanted tells whether there is a next page.
  const found = [...reader.connections({ ...filter, ...after, limit: limit + 1 })];
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last !== undefined ? cursorOf(last) : null };
}
