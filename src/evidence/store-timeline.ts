import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Fact } from './fact.ts';
import { toMillis } from './journal-batch.ts';
import type { Orphan } from './journal-protocol.ts';
import { numberIn, numberOrNullIn, textIn, textOrNullIn } from './store-columns.ts';
import type { FrameStore } from './store-frames.ts';
import { Replay } from './store-replay.ts';
import {
  emptyTotals,
  type Timeline,
  type TimelineHead,
  TimelineRecorder,
  type Totals,
  WINDOW_FRAMES,
} from './timeline.ts';

/** All names of frames. @returns them in the order of their ids, from 1 on */
export function readNames(db: DatabaseSync): string[] {
  return db
    .prepare('SELECT name FROM name ORDER BY id')
    .all()
    .map((row) => textIn(row, 'name'));
}

/** Makes timelines of what is stored. */
export class TimelineStore {
  readonly #frames: FrameStore;
  readonly #connection: StatementSync;
  readonly #facts: StatementSync;
  readonly #unfinished: StatementSync;

  constructor(db: DatabaseSync, frames: FrameStore) {
    this.#frames = frames;
    this.#connection = db.prepare('SELECT head, totals FROM connection WHERE number = ?');
    this.#facts = db.prepare('SELECT json FROM fact WHERE connection = ? ORDER BY n');
    this.#unfinished = db.prepare(
      `SELECT number, ended_at, (SELECT coalesce(max(n) + 1, 0) FROM fact WHERE connection = number) AS next_fact
       FROM connection WHERE ended_at IS NULL OR verdict IS NULL ORDER BY number`,
    );
  }

  /**
   * @param nameOf names of frames by id
   * @returns null when there is no such connection. One that has not ended is counted frame by frame (about 0.1 s for
   *   a million frames)
   */
  timeline(connection: number, nameOf: (id: number) => string | null): Timeline | null {
    const row = this.#connection.get(connection);
    if (row === undefined) return null;
    const head: TimelineHead = JSON.parse(textIn(row, 'head'));
    const json = textOrNullIn(row, 'totals');
    const recorder = new TimelineRecorder(head);
    const facts = this.#readFacts(connection);
    if (json === null) {
      const replay = new Replay(recorder, facts, nameOf);
      this.#frames.visit(connection, 0, (atUs, bits, length) => {
        replay.frame(toMillis(atUs), bits, length);
        return true;
      });
      replay.finish();
      return recorder.snapshot(nameOf);
    }
    const totals: Totals = JSON.parse(json);
    const before = Math.max(0, this.#frames.count(connection) - WINDOW_FRAMES);
    this.#frames.visit(connection, before, (atUs, bits, length) => {
      recorder.frame(toMillis(atUs), bits, length);
      return true;
    });
    for (const fact of facts) recorder.add(fact);
    const { dropped, ...kept } = recorder.snapshot(nameOf);
    return { ...kept, totals, dropped: { facts: dropped.facts, frames: before } };
  }

  /**
   * What was noted of a connection, without its frames; null when there is no such connection. Of one that has not ended
   * the totals are empty.
   */
  told(connection: number, nameOf: (id: number) => string | null): Timeline | null {
    const row = this.#connection.get(connection);
    if (row === undefined) return null;
    const head: TimelineHead = JSON.parse(textIn(row, 'head'));
    const recorder = new TimelineRecorder(head);
    for (const fact of this.#readFacts(connection)) recorder.add(fact);
    const json = textOrNullIn(row, 'totals');
    const totals: Totals = json === null ? emptyTotals(head.openedAt) : JSON.parse(json);
    return { ...recorder.snapshot(nameOf), totals };
  }

  /** Connections without an end or without a verdict. */
  orphans(nameOf: (id: number) => string | null): Orphan[] {
    const orphans: Orphan[] = [];
    for (const row of this.#unfinished.all()) {
      const number = numberIn(row, 'number');
      const timeline = this.timeline(number, nameOf);
      if (timeline === null) continue;
      const ended = numberOrNullIn(row, 'ended_at') !== null;
      orphans.push({ number, timeline, nextFact: numberIn(row, 'next_fact'), ended });
    }
    return orphans;
  }

  #readFacts(connection: number): Fact[] {
    return this.#facts.all(connection).map((row) => {
      const fact: Fact = JSON.parse(textIn(row, 'json'));
      return fact;
    });
  }
}
