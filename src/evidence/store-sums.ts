import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Side } from './fact.ts';
import { type Columns, numberIn, numberOrNullIn, textIn, textOrNullIn } from './store-columns.ts';
import { type ConnectionFilter, idleConditions, joined, whoConditions } from './store-filter.ts';

/** Connections of one tap under one keepalive setting. */
interface Alike {
  readonly tap: string;
  readonly keepaliveMs: Readonly<Record<Side, number | null>>;
}

/** Connections that ended alike, and one number of each: the lists have one order. Times in whole ms since the epoch. */
export interface Endings extends Alike {
  readonly closedBy: string;
  readonly hop: string | null;
  readonly cause: string;
  readonly certainty: string;
  readonly refusal: string | null;
  /** The number of the one that was opened last. */
  readonly newest: number;
  readonly closedAt: readonly number[];
  /** null where it was not measured. */
  readonly idleMs: readonly (number | null)[];
  /** null where the verdict does not say. */
  readonly lifetimeMs: readonly (number | null)[];
  /** When those of them closed that ended together with others: not one for each. */
  readonly togetherAt: readonly number[];
}

export interface OpenOnes extends Alike {
  /** One for each. */
  readonly openedAt: readonly number[];
}

const KEEPALIVE = 'keepalive_client, keepalive_server';

/** Numbers as JSON: 100,000 of them come over from SQLite in a fifth of the time that as many rows take. */
const list = (expression: string): string => `group_concat(${expression})`;
const whole = (column: string): string => `CAST(${column} AS INTEGER)`;
const orNull = (column: string): string => `coalesce(${column}, 'null')`;

/** Sums over many connections, from an index alone. */
export class SumStore {
  readonly #db: DatabaseSync;
  readonly #open: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#open = db.prepare(
      `SELECT tap, ${KEEPALIVE}, ${list(whole('opened_at'))} AS opened
       FROM connection WHERE closed_at IS NULL GROUP BY tap, ${KEEPALIVE}`,
    );
  }

  /** The closed connections that have a verdict, by how they ended. Of the filter: ids, text, tap, times and idle times. */
  endings(filter: ConnectionFilter): Endings[] {
    const { tap, sinceMs = 0, untilMs = Number.MAX_VALUE } = filter;
    const who = whoConditions(filter);
    // Ids and texts stand in the other index, and then are few enough to sort. A unary plus takes a column out of SQLite's choice.
    const [byEnding, byTime] = who.length === 0 ? ['', '+'] : ['+', ''];
    const { sql, values } = joined([
      { sql: `${byEnding}closed_by IS NOT NULL`, values: [] },
      { sql: `${byTime}closed_at >= ? AND ${byTime}closed_at < ?`, values: [sinceMs, untilMs] },
      ...(tap === undefined ? [] : [{ sql: `${byEnding}tap = ?`, values: [tap] }]),
      ...who,
      ...idleConditions(filter),
    ]);
    const statement = this.#db.prepare(
      `SELECT tap, ${KEEPALIVE}, closed_by, hop, cause, certainty, refusal, max(number) AS newest,
         ${list(whole('closed_at'))} AS closed, ${list(orNull('idle_ms'))} AS idle, ${list(orNull('lifetime_ms'))} AS lifetime,
         ${list(`CASE WHEN together > 1 THEN ${whole('closed_at')} END`)} AS together
       FROM connection WHERE ${sql}
       GROUP BY ${byEnding}tap, ${KEEPALIVE}, closed_by, hop, cause, certainty, refusal`,
    );
    return statement.all(...values).map(endings);
  }

  openOnes(): OpenOnes[] {
    return this.#open.all().map((row) => ({ ...alike(row), openedAt: numbers(row, 'opened') }));
  }
}

function endings(row: Columns): Endings {
  return {
    ...alike(row),
    closedBy: textIn(row, 'closed_by'),
    hop: textOrNullIn(row, 'hop'),
    cause: textIn(row, 'cause'),
    certainty: textIn(row, 'certainty'),
    refusal: textOrNullIn(row, 'refusal'),
    newest: numberIn(row, 'newest'),
    closedAt: numbers(row, 'closed'),
    idleMs: numbersOrNull(row, 'idle'),
    lifetimeMs: numbersOrNull(row, 'lifetime'),
    togetherAt: numbers(row, 'together'),
  };
}

const alike = (row: Columns): Alike => ({
  tap: textIn(row, 'tap'),
  keepaliveMs: { client: numberOrNullIn(row, 'keepalive_client'), server: numberOrNullIn(row, 'keepalive_server') },
});

function numbers(row: Columns, column: string): number[] {
  const list: number[] = JSON.parse(`[${textOrNullIn(row, column) ?? ''}]`);
  return list;
}

function numbersOrNull(row: Columns, column: string): (number | null)[] {
  const list: (number | null)[] = JSON.parse(`[${textOrNullIn(row, column) ?? ''}]`);
  return list;
}
