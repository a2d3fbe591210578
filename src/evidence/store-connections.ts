import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Columns, numberIn, numberOrNullIn, textIn, textOrNullIn } from './store-columns.ts';
import { type Condition, type ConnectionFilter, conditionsOf, isOfClosed, joined } from './store-filter.ts';
import type { Totals } from './timeline.ts';

/** Rows read at once. */
const PAGE_ROWS = 200;

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
  /** The TimelineHead as JSON. */
  readonly head: string;
  readonly user: { readonly id: string; readonly name: string | null } | null;
  readonly endedAt: number | null;
  /** null while it is open. */
  readonly closedAt: number | null;
  readonly totals: Totals | null;
  /** The verdict's JSON as it was recorded; null while there is none. */
  readonly verdict: string | null;
}

const COLUMNS = `number, id, tap, url, trace, opened_at, peer, forwarded_for, user_agent, head, ended_at, closed_at, totals,
  verdict, user_id, (SELECT user.name FROM user WHERE user.id = connection.user_id) AS user_name`;

interface Page {
  readonly rows: ConnectionRow[];
  readonly last: ConnectionRow | undefined;
}

/** Lists connections, each page by an index. */
export class ConnectionStore {
  readonly #db: DatabaseSync;
  readonly #numberOf: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#numberOf = db.prepare('SELECT number FROM connection WHERE id = ?');
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
    const conditions = conditionsOf(filter);
    const start = filter.after ?? { number: Number.MAX_SAFE_INTEGER, closedAt: null };
    // A connection may close between the two lists' pages and then comes in both; that is for the reader's next look.
    if (!isOfClosed(filter) && start.closedAt === null) {
      let below = start.number;
      for (;;) {
        const walk = { sql: 'closed_at IS NULL AND number < ?', values: [below] };
        const page = this.#page([walk, ...conditions], 'number DESC', size);
        yield page;
        if (page.last === undefined || page.rows.length < size) break;
        below = page.last.number;
      }
    }
    if (filter.open === true) return;
    const until = { sql: 'closed_at < ?', values: [filter.untilMs ?? Number.MAX_VALUE] };
    let below = { at: start.closedAt ?? Number.MAX_VALUE, number: start.closedAt === null ? 0 : start.number };
    for (;;) {
      const walk = {
        sql: 'closed_at IS NOT NULL AND (closed_at, number) < (?, ?) AND closed_at >= ?',
        values: [below.at, below.number, filter.sinceMs ?? 0],
      };
      const page = this.#page([walk, until, ...conditions], 'closed_at DESC, number DESC', size);
      yield page;
      if (page.last === undefined || page.rows.length < size) return;
      below = { at: page.last.closedAt ?? 0, number: page.last.number };
    }
  }

  #page(conditions: readonly Condition[], order: string, size: number): Page {
    const { sql, values } = joined(conditions);
    const statement = this.#db.prepare(`SELECT ${COLUMNS} FROM connection WHERE ${sql} ORDER BY ${order} LIMIT ?`);
    const rows = statement.all(...values, size).map(connectionRow);
    return { rows, last: rows.at(-1) };
  }
}

function connectionRow(row: Columns): ConnectionRow {
  const json = textOrNullIn(row, 'totals');
  const totals: Totals | null = json === null ? null : JSON.parse(json);
  const userId = textOrNullIn(row, 'user_id');
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
    head: textIn(row, 'head'),
    user: userId === null ? null : { id: userId, name: textOrNullIn(row, 'user_name') },
    endedAt: numberOrNullIn(row, 'ended_at'),
    closedAt: numberOrNullIn(row, 'closed_at'),
    totals,
    verdict: textOrNullIn(row, 'verdict'),
  };
}
