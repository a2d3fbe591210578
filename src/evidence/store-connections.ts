import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type Columns, numberIn, numberOrNullIn, textIn, textOrNullIn } from './store-columns.ts';
import type { Totals } from './timeline.ts';

/** Rows read at once. */
const PAGE_ROWS = 200;

export interface ConnectionFilter {
  /** True: open ones only; false: closed ones only. */
  readonly open?: boolean;
  /** Of the closed ones, those closed at or after this time (ms since the epoch). */
  readonly sinceMs?: number;
  readonly closedBy?: string;
  readonly cause?: string;
  /** The public id. */
  readonly id?: string;
  readonly limit?: number;
  /** Number of the last connection of the page before. */
  readonly before?: number;
}

export interface ConnectionRow {
  readonly number: number;
  readonly id: string;
  readonly tap: string;
  readonly url: string;
  readonly trace: string | null;
  readonly openedAt: number;
  readonly peer: string;
  readonly forwardedFor: string | null;
  readonly userAgent: string | null;
  readonly endedAt: number | null;
  /** null while it is open. */
  readonly closedAt: number | null;
  readonly totals: Totals | null;
  /** The verdict's JSON as it was recorded; null while there is none. */
  readonly verdict: string | null;
}

const COLUMNS = `number, id, tap, url, trace, opened_at, peer, forwarded_for, user_agent, ended_at, closed_at, totals, verdict`;

interface Cursor {
  readonly number: number;
  readonly closedAt: number | null;
}

interface Page {
  readonly rows: ConnectionRow[];
  readonly last: ConnectionRow | undefined;
}

/** Lists connections, each page by an index. */
export class ConnectionStore {
  readonly #db: DatabaseSync;
  readonly #numberOf: StatementSync;
  readonly #closedAt: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#numberOf = db.prepare('SELECT number FROM connection WHERE id = ?');
    this.#closedAt = db.prepare('SELECT closed_at FROM connection WHERE number = ?');
  }

  number(id: string): number | null {
    const row = this.#numberOf.get(id);
    return row === undefined ? null : numberIn(row, 'number');
  }

  *list(filter: ConnectionFilter): IterableIterator<ConnectionRow> {
    let left = filter.limit ?? Number.POSITIVE_INFINITY;
    for (const page of this.#pages(filter)) {
      for (const row of page.rows) {
        if (left-- <= 0) return;
        yield row;
      }
    }
  }

  *#pages(filter: ConnectionFilter): IterableIterator<Page> {
    const size = Math.max(1, Math.min(PAGE_ROWS, filter.limit ?? PAGE_ROWS));
    const start = this.#cursor(filter.before);
    if (start === null) return;
    const judged = filter.closedBy !== undefined || filter.cause !== undefined;
    // A connection may close between the two lists' pages and then comes in both; that is for the reader's next look.
    if (filter.open !== false && !judged && start.closedAt === null) {
      let below = start.number;
      for (;;) {
        const page = this.#page('closed_at IS NULL AND number < ?', [below], 'number DESC', filter, size);
        yield page;
        if (page.last === undefined || page.rows.length < size) break;
        below = page.last.number;
      }
    }
    if (filter.open === true) return;
    let below = { at: start.closedAt ?? Number.MAX_VALUE, number: start.number };
    for (;;) {
      const page = this.#page(
        'closed_at IS NOT NULL AND (closed_at, number) < (?, ?) AND closed_at >= ?',
        [below.at, below.number, filter.sinceMs ?? 0],
        'closed_at DESC, number DESC',
        filter,
        size,
      );
      yield page;
      if (page.last === undefined || page.rows.length < size) return;
      below = { at: page.last.closedAt ?? 0, number: page.last.number };
    }
  }

  /** Where a list goes on; null when the connection that ended the page before is gone, and with it all older ones. */
  #cursor(before: number | undefined): Cursor | null {
    if (before === undefined) return { number: Number.MAX_SAFE_INTEGER, closedAt: null };
    const row = this.#closedAt.get(before);
    return row === undefined ? null : { number: before, closedAt: numberOrNullIn(row, 'closed_at') };
  }

  #page(where: string, values: SQLInputValue[], order: string, filter: ConnectionFilter, size: number): Page {
    const conditions = [where];
    const parameters = [...values];
    for (const [column, value] of [
      ['id', filter.id],
      ['cause', filter.cause],
      ['closed_by', filter.closedBy],
    ] as const) {
      if (value === undefined) continue;
      conditions.push(`${column} = ?`);
      parameters.push(value);
    }
    const sql = `SELECT ${COLUMNS} FROM connection WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ?`;
    const rows = this.#db
      .prepare(sql)
      .all(...parameters, size)
      .map(connectionRow);
    return { rows, last: rows.at(-1) };
  }
}

function connectionRow(row: Columns): ConnectionRow {
  const json = textOrNullIn(row, 'totals');
  const totals: Totals | null = json === null ? null : JSON.parse(json);
  return {
    number: numberIn(row, 'number'),
    id: textIn(row, 'id'),
    tap: textIn(row, 'tap'),
    url: textIn(row, 'url'),
    trace: textOrNullIn(row, 'trace'),
    openedAt: numberIn(row, 'opened_at'),
    peer: textIn(row, 'peer'),
    forwardedFor: textOrNullIn(row, 'forwarded_for'),
    userAgent: textOrNullIn(row, 'user_agent'),
    endedAt: numberOrNullIn(row, 'ended_at'),
    closedAt: numberOrNullIn(row, 'closed_at'),
    totals,
    verdict: textOrNullIn(row, 'verdict'),
  };
}
