import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { RECORD_BYTES, RECORD_WORDS } from './journal-batch.ts';
import type { Batch, Entry } from './journal-protocol.ts';
import type { FrameStore } from './store-frames.ts';
import { transaction } from './store-transaction.ts';

interface Tally {
  readonly counts: ReadonlyMap<number, number>;
  readonly payloads: readonly (readonly [connection: number, frame: number, bytes: Uint8Array])[];
}

const NO_TALLY: Tally = { counts: new Map(), payloads: [] };

/** Stores batches, each in one transaction. */
export class BatchWriter {
  readonly #db: DatabaseSync;
  readonly #frames: FrameStore;
  readonly #statements: ReturnType<typeof prepareAll>;
  /** Frames recorded so far per live connection: the index of its next one, which a payload is stored under. */
  readonly #counts = new Map<number, number>();
  /** From the first payload on: without `--payload full` nobody asks for a frame's index here. */
  #counting = false;

  constructor(db: DatabaseSync, frames: FrameStore) {
    this.#db = db;
    this.#frames = frames;
    this.#statements = prepareAll(db);
  }

  /** @throws what SQLite throws; then nothing of the batch is stored */
  store(batch: Batch): void {
    this.#counting ||= batch.payloads !== null;
    const tally = this.#counting ? this.#tally(batch) : NO_TALLY;
    transaction(this.#db, () => {
      for (const entry of batch.entries) this.#entry(entry);
      if (batch.frames !== null) {
        const { bytes, count, startUs } = batch.frames;
        this.#statements.hot.run(startUs, new Uint8Array(bytes, 0, count * RECORD_BYTES));
      }
      for (const [connection, frame, payload] of tally.payloads) {
        this.#statements.payload.run(connection, frame, payload);
      }
    });
    for (const [connection, count] of tally.counts) this.#counts.set(connection, count);
    for (const entry of batch.entries) if (entry.kind === 'ended') this.#counts.delete(entry.connection);
  }

  /** Counts the batch's frames by connection, and finds the index of each frame that has a payload. */
  #tally({ frames, payloads, entries }: Batch): Tally {
    const counts = new Map<number, number>();
    for (const entry of entries) if (entry.kind === 'opened') counts.set(entry.connection, 0);
    const placed: [number, number, Uint8Array][] = [];
    if (frames === null) return { counts, payloads: placed };
    const words = new Uint32Array(frames.bytes, 0, frames.count * RECORD_WORDS);
    const index = payloads?.index ?? new Uint32Array();
    let next = 0;
    for (let record = 0; record < frames.count; record++) {
      const connection = words[record * RECORD_WORDS] ?? 0;
      const frame = counts.get(connection) ?? this.#count(connection);
      counts.set(connection, frame + 1);
      if (payloads !== null && index[next] === record) {
        placed.push([connection, frame, new Uint8Array(payloads.bytes, index[next + 1], index[next + 2])]);
        next += 3;
      }
    }
    return { counts, payloads: placed };
  }

  #count(connection: number): number {
    return this.#counts.get(connection) ?? this.#frames.count(connection);
  }

  #entry(entry: Entry): void {
    const statements = this.#statements;
    switch (entry.kind) {
      case 'name':
        statements.name.run(entry.id, entry.name);
        return;
      case 'opened':
        statements.opened.run(
          entry.connection,
          entry.id,
          entry.tap,
          entry.url,
          entry.trace,
          entry.openedAt,
          entry.client.peer,
          entry.client.forwardedFor,
          entry.client.userAgent,
          entry.head,
          entry.keepaliveMs.client,
          entry.keepaliveMs.server,
        );
        return;
      case 'fact':
        statements.fact.run(entry.connection, entry.n, entry.json);
        return;
      case 'ended':
        statements.ended.run(entry.at, entry.totals, entry.at, entry.connection);
        return;
      case 'verdict': {
        const { closedBy, cause, certainty, closedAt, json, hop, refusal, idleMs, lifetimeMs, together } =
          entry.verdict;
        const columns = [closedBy, cause, certainty, closedAt, json, hop, refusal, idleMs, lifetimeMs, together];
        statements.verdict.run(...columns, entry.connection);
        return;
      }
      case 'user':
        statements.user.run(entry.id, entry.connection);
        return;
      case 'user-name':
        statements['user-name'].run(entry.id, entry.name);
        return;
      case 'round-trips': {
        const { at, tap, leg, count, minMs, p50Ms, p95Ms, maxMs } = entry;
        statements['round-trips'].run(at, tap, leg, count, minMs, p50Ms, p95Ms, maxMs);
        return;
      }
      case 'gap':
        statements.gap.run(
          entry.since,
          entry.until,
          entry.code,
          entry.why,
          entry.droppedFrames,
          entry.droppedFacts,
          entry.since,
          entry.code,
        );
        return;
    }
  }
}

function prepareAll(db: DatabaseSync): Record<Entry['kind'] | 'hot' | 'payload', StatementSync> {
  return {
    name: db.prepare('INSERT OR IGNORE INTO name (id, name) VALUES (?, ?)'),
    opened: db.prepare(
      `INSERT OR IGNORE INTO connection
         (number, id, tap, url, trace, opened_at, peer, forwarded_for, user_agent, head, keepalive_client, keepalive_server)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    // A late witness may speak of a connection that retention has removed: then there is nothing to add to.
    fact: db.prepare(
      `INSERT OR REPLACE INTO fact (connection, n, json)
       SELECT number, ?2, ?3 FROM connection WHERE number = ?1`,
    ),
    ended: db.prepare(
      'UPDATE connection SET ended_at = ?, totals = ?, closed_at = coalesce(closed_at, ?) WHERE number = ?',
    ),
    verdict: db.prepare(
      `UPDATE connection SET closed_by = ?, cause = ?, certainty = ?, closed_at = ?, verdict = ?,
         hop = ?, refusal = ?, idle_ms = ?, lifetime_ms = ?, together = ? WHERE number = ?`,
    ),
    user: db.prepare('UPDATE connection SET user_id = ? WHERE number = ?'),
    'user-name': db.prepare('INSERT OR REPLACE INTO user (id, name) VALUES (?, ?)'),
    'round-trips': db.prepare(
      `INSERT OR REPLACE INTO round_trip (at, tap, leg, count, min_ms, p50_ms, p95_ms, max_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    gap: db.prepare(
      `INSERT INTO gap (since, until, code, why, dropped_frames, dropped_facts)
       SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM gap WHERE since = ? AND code = ?)`,
    ),
    hot: db.prepare('INSERT INTO hot (start_us, frames) VALUES (?, ?)'),
    payload: db.prepare('INSERT OR REPLACE INTO payload (connection, frame, bytes) VALUES (?, ?, ?)'),
  };
}
