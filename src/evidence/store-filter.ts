import type { SQLInputValue } from 'node:sqlite';

/** Which connections; every part narrows. Times in ms since the epoch. */
export interface ConnectionFilter {
  /** True: open ones only; false: closed ones only. */
  readonly open?: boolean;
  /** Those that have a verdict only. */
  readonly judged?: boolean;
  readonly tap?: string;
  /** Of the closed ones, those closed at or after this time. */
  readonly sinceMs?: number;
  /** Closed before this time. */
  readonly untilMs?: number;
  readonly closedBy?: string;
  readonly cause?: string;
  readonly certainty?: string;
  readonly hop?: string;
  /** In id, url, addresses, user agent, user, cause or hop; ASCII letters in upper and lower case alike. */
  readonly text?: string;
  /** Idle time at the end in ms, from (included) and to (excluded). */
  readonly idleFromMs?: number;
  readonly idleToMs?: number;
  /** The public id, or several. */
  readonly id?: string;
  readonly ids?: readonly string[];
  readonly limit?: number;
  /** The last connection of the page before. */
  readonly after?: ConnectionPlace;
}

/** Where a connection stands in the list. */
export interface ConnectionPlace {
  readonly number: number;
  /** null while it is open. */
  readonly closedAt: number | null;
}

/** A condition and the values of its question marks. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** Whether it can only be said of a connection that has closed. */
export const isOfClosed = (filter: ConnectionFilter): boolean =>
  filter.open === false ||
  filter.judged === true ||
  [
    filter.untilMs,
    filter.closedBy,
    filter.cause,
    filter.certainty,
    filter.hop,
    filter.idleFromMs,
    filter.idleToMs,
  ].some((part) => part !== undefined);

/** All of a filter but the times, which belong to the walk along the index. */
export const conditionsOf = (filter: ConnectionFilter): Condition[] => [
  ...whoConditions(filter),
  ...(filter.judged === true ? [{ sql: '+closed_by IS NOT NULL', values: [] }] : []),
  ...compared('+tap = ?', filter.tap),
  ...compared('+closed_by = ?', filter.closedBy),
  ...compared('+cause = ?', filter.cause),
  ...compared('+certainty = ?', filter.certainty),
  ...compared('+hop = ?', filter.hop),
  ...idleConditions(filter),
];

export const idleConditions = ({ idleFromMs, idleToMs }: ConnectionFilter): Condition[] => [
  ...compared('+idle_ms >= ?', idleFromMs),
  ...compared('+idle_ms < ?', idleToMs),
];

/** By id and by text. */
export const whoConditions = ({ id, ids, text }: ConnectionFilter): Condition[] => [
  ...compared('id = ?', id),
  ...(ids === undefined ? [] : [{ sql: `id IN (${ids.map(() => '?').join(', ')})`, values: ids }]),
  ...(text === undefined || text === '' ? [] : [textCondition(text)]),
];

export const joined = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => sql).join(' AND '),
  values: conditions.flatMap(({ values }) => values),
});

/** The unary plus of the conditions above keeps SQLite on the index whose order the list has: any other would need sorting. */
function compared(sql: string, value: string | number | undefined): Condition[] {
  return value === undefined ? [] : [{ sql, values: [value] }];
}

const TEXT_COLUMNS = ['id', 'url', 'peer', 'forwarded_for', 'user_agent', 'user_id', 'cause', 'hop'];
/** SQLite refuses longer patterns (SQLITE_MAX_LIKE_PATTERN_LENGTH, in bytes). */
const LONGEST_PATTERN_BYTES = 50_000;

function textCondition(text: string): Condition {
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  // Nothing recorded is as long: the heads of requests are bounded at 16 KiB.
  if (Buffer.byteLength(pattern) > LONGEST_PATTERN_BYTES) return { sql: 'FALSE', values: [] };
  const like = (column: string): string => `${column} LIKE ? ESCAPE '\\'`;
  const named = `user_id IN (SELECT user.id FROM user WHERE ${like('user.name')})`;
  return {
    sql: `(${[...TEXT_COLUMNS.map(like), named].join(' OR ')})`,
    values: [...TEXT_COLUMNS, named].map(() => pattern),
  };
}
