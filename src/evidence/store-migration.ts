import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './store-transaction.ts';

/** Version of the tables in store-schema.ts. A journal with a higher one was written by a newer hangup. */
export const SCHEMA_VERSION = 2;

/**
 * What version 2 has beside its new columns of `connection`. The two indexes hold all that lists and sums ask about, so that a row,
 * which fills a page of the disk with its verdict, is read only to be shown:
 *
 *   connection_by_time    lists: any filter is a walk along it, newest first; 25 ms for 100,000 entries, 60 ms with a text
 *   connection_by_ending  sums: what ended alike lies side by side, so that SQLite groups without sorting
 *
 * A user's name leaves with the last connection of that user.
 */
export const ADDED_IN_2 = `
  CREATE TABLE user (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;

  CREATE TABLE round_trip (
    at REAL NOT NULL, tap TEXT NOT NULL, leg TEXT NOT NULL, count INTEGER NOT NULL,
    min_ms REAL NOT NULL, p50_ms REAL NOT NULL, p95_ms REAL NOT NULL, max_ms REAL NOT NULL,
    PRIMARY KEY (at, tap, leg)
  ) WITHOUT ROWID;

  CREATE INDEX connection_by_time ON connection (
    closed_at, number, tap, closed_by, cause, certainty, hop, refusal, idle_ms, lifetime_ms, together,
    keepalive_client, keepalive_server, opened_at, id, user_id, peer, forwarded_for, user_agent, url
  );
  CREATE INDEX connection_by_ending ON connection (
    tap, keepalive_client, keepalive_server, closed_by, hop, cause, certainty, refusal,
    closed_at, number, idle_ms, lifetime_ms, together
  ) WHERE closed_by IS NOT NULL;
  CREATE INDEX connection_user ON connection (user_id) WHERE user_id IS NOT NULL;

  CREATE TRIGGER user_left AFTER DELETE ON connection WHEN old.user_id IS NOT NULL BEGIN
    DELETE FROM user WHERE id = old.user_id AND NOT EXISTS (SELECT 1 FROM connection WHERE user_id = old.user_id);
  END;
`;

/** The new columns of version 2, and where version 1 has their values. */
const COLUMNS_OF_2: readonly (readonly [name: string, type: string, value: string])[] = [
  ['hop', 'TEXT', `json_extract(verdict, '$.hop')`],
  ['refusal', 'TEXT', `json_extract(verdict, '$.refusal')`],
  ['idle_ms', 'INTEGER', `json_extract(verdict, '$.idle.anyMs')`],
  ['lifetime_ms', 'INTEGER', `json_extract(verdict, '$.lifetimeMs')`],
  [
    'together',
    'INTEGER',
    `(SELECT json_extract(json, '$.count') FROM fact WHERE connection = connection.number
       AND json LIKE '%"together"%' AND json_extract(json, '$.kind') = 'together' ORDER BY n DESC LIMIT 1)`,
  ],
  ['keepalive_client', 'REAL', `json_extract(head, '$.keepaliveMs.client')`],
  ['keepalive_server', 'REAL', `json_extract(head, '$.keepaliveMs.server')`],
  ['user_id', 'TEXT', 'NULL'],
];

/** Rewrites the tables of an older hangup, in one transaction: about 5 s for 100,000 connections. @throws what SQLite throws */
export function bringUpToDate(db: DatabaseSync, version: number): void {
  if (version >= SCHEMA_VERSION) return;
  transaction(db, () => {
    for (const [name, type] of COLUMNS_OF_2) db.exec(`ALTER TABLE connection ADD COLUMN ${name} ${type}`);
    for (const index of ['open', 'closed', 'closed_by', 'cause']) db.exec(`DROP INDEX connection_${index}`);
    db.exec(`UPDATE connection SET ${COLUMNS_OF_2.map(([name, , value]) => `${name} = ${value}`).join(', ')}`);
    db.exec(ADDED_IN_2);
    db.prepare(`UPDATE meta SET value = ? WHERE key = 'schema'`).run(SCHEMA_VERSION);
  });
}

/** Lets the statements of this version read the tables of an older hangup, which only its writer may change. */
export function readAsNewest(db: DatabaseSync, version: number): void {
  if (version >= SCHEMA_VERSION) return;
  const added = COLUMNS_OF_2.map(([name, , value]) => `${value} AS ${name}`).join(', ');
  db.exec(`
    CREATE TEMP TABLE user (id TEXT PRIMARY KEY, name TEXT NOT NULL);
    CREATE TEMP TABLE round_trip (
      at REAL, tap TEXT, leg TEXT, count INTEGER, min_ms REAL, p50_ms REAL, p95_ms REAL, max_ms REAL
    );
    CREATE TEMP VIEW connection AS SELECT *, ${added} FROM main.connection;
  `);
}
