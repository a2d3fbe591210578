import type { Fact, Side } from '../evidence/fact.ts';
import type { Orphan } from '../evidence/journal.ts';
import type { NameTable } from '../evidence/names.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { Timeline } from '../evidence/timeline.ts';
import { now } from '../gateway/clock.ts';
import type { ConnectionLog, ConnectionObserver } from '../gateway/connection-log.ts';
import { comebackOf } from '../mattermost/connection-id.ts';
import { firstEndOf, neighbourOf } from '../verdict/first-end.ts';
import { ASK_AFTER_MS, MassCloses } from '../verdict/grouping.ts';
import { judge } from '../verdict/judge.ts';
import type { Verdict } from '../verdict/verdict.ts';

/**
 * Decides when a connection is judged, and by which facts beside its own.
 *
 *   first closing act ──► 300 ms ──► what ended together? ──► facts added ──► verdict
 *                                                                              │
 *   both legs gone, a refused target, an idle time that recurs, a client's next URL ──► fact added ──► verdict, again
 */

/** How long a judged connection can still be spoken of: Mattermost keeps a dead queue for 5 min (FIELD-NOTES §1). */
const REMEMBERED_MS = 5 * 60_000;
/** Judged connections kept in memory for that; a mass close of more loses only late facts. */
const MAX_REMEMBERED = 2_000;

/** The silences of open connections are looked up anew after this time, in ms: with thousands of them it is not for every end. */
const SILENCES_MS = 1000;
/** Neighbours whose silences are remembered so long. */
const MAX_SILENCES = 256;

interface Case {
  readonly connection: ConnectionLog;
  /** Waiting for the others of its group; null once judged. */
  timer: NodeJS.Timeout | null;
  /** On which leg somebody else acted first; null for nobody. */
  readonly side: Side | null;
  judgedAt: number;
  judged: boolean;
}

/** @param first whether it is the connection's first verdict; each later one replaces it */
export type OnVerdict = (connection: ConnectionLog, verdict: Verdict, first: boolean) => void;

export class Court implements ConnectionObserver {
  readonly #recorder: Recorder;
  readonly #names: NameTable;
  readonly #onVerdict: OnVerdict;
  readonly #massCloses = new MassCloses();
  /** By connection id, oldest first. */
  readonly #cases = new Map<string, Case>();
  /** Open connections by tap. */
  readonly #open = new Map<string, Set<ConnectionLog>>();
  /** The longest silences among them, by neighbour, as they were when last asked for. */
  readonly #silences = new Map<string, { readonly at: number; readonly ms: number }>();
  /** Connections by the name that Mattermost gave them, and what clients said of those names when they came back. */
  readonly #greeted = new Map<string, ConnectionLog>();
  readonly #comebacks = new Map<string, Fact>();

  /** @param onVerdict is told each verdict on a connection of this process, after the recorder */
  constructor(recorder: Recorder, names: NameTable, onVerdict: OnVerdict = () => undefined) {
    this.#recorder = recorder;
    this.#names = names;
    this.#onVerdict = onVerdict;
  }

  onOpened(connection: ConnectionLog): void {
    this.#openOf(connection).add(connection);
    const comeback = comebackOf(connection.timeline.head.url);
    if (comeback === null) return;
    const fact: Fact = { kind: 'next-url', at: now(), code: comeback.code };
    const previous = this.#greeted.get(comeback.connectionId);
    if (previous === undefined) return;
    if (this.#cases.has(previous.timeline.head.connection)) this.#hear(previous, fact);
    // The client is back before its old socket's end has come through.
    else this.#comebacks.set(comeback.connectionId, fact);
  }

  onFact(connection: ConnectionLog, fact: Fact): void {
    if (fact.kind === 'mattermost-hello') this.#greeted.set(fact.connectionId, connection);
    if (fact.kind === 'target-failed' && fact.stage === 'connect') {
      this.onTargetRefused(connection.timeline.head.tap.name, fact.code);
    }
  }

  onAct(connection: ConnectionLog): void {
    this.#openOf(connection).delete(connection);
    const { connection: id } = connection.timeline.head;
    const end = firstEndOf(this.#timeline(connection), clientAddress(connection));
    if (end !== null) this.#massCloses.acted(end);
    const entry: Case = { connection, timer: null, side: end?.side ?? null, judgedAt: now(), judged: false };
    this.#cases.set(id, entry);
    // What hangup did itself, and what never was open, belongs to no group.
    if (end === null) this.#judge(entry);
    else entry.timer = setTimeout(() => this.#deliberate(entry), ASK_AFTER_MS);
    this.#forget();
  }

  /** It says nothing of how a connection ends. */
  onRoundTrip(): void {}

  onUser(): void {}

  onUserName(): void {}

  onEnded(connection: ConnectionLog): void {
    const entry = this.#cases.get(connection.timeline.head.connection);
    if (entry !== undefined && entry.timer === null) this.#judge(entry);
  }

  /** The target of a tap refused a connection, of whatever kind: what ended before it may have ended for that. */
  onTargetRefused(tap: string, code: string): void {
    // Only this one says that nobody listens any more; a lost path or a slow answer has other reasons.
    if (code !== 'ECONNREFUSED') return;
    const { fact, connections } = this.#massCloses.refused(tap, now(), code);
    this.#hearAll(connections, fact);
  }

  /** Judges at once whatever still waits: the process is about to end. */
  settle(): void {
    for (const entry of this.#cases.values()) if (entry.timer !== null) this.#deliberate(entry);
  }

  /**
   * Closes the books on a connection that a killed hangup left open.
   * @param lastSignOfLife of that hangup, in ms since the epoch
   */
  bury({ number, nextFact, timeline, ended }: Orphan, lastSignOfLife: number): void {
    const facts: Fact[] = [];
    if (!ended) {
      const at = Math.max(lastSignOfLife, timeline.openedAt, ...timeline.facts.map((fact) => fact.at));
      const acted = timeline.totals.act !== null;
      const says = 'hangup was killed, and its sockets with it';
      if (!acted) facts.push({ kind: 'own-close', at, why: 'killed', side: null, says });
      facts.push({ kind: 'ended', at });
      for (const [i, fact] of facts.entries()) this.#recorder.fact(number, nextFact + i, fact);
      this.#recorder.ended(number, at, timeline.totals);
    }
    this.#publish(number, { ...timeline, facts: [...timeline.facts, ...facts] });
  }

  #deliberate(entry: Case): void {
    if (entry.timer !== null) clearTimeout(entry.timer);
    entry.timer = null;
    const { connection } = entry;
    const { connection: id } = connection.timeline.head;
    const at = now();
    const silence = entry.side === null ? 0 : this.#openSilence(connection, entry.side, at);
    const facts = this.#massCloses.factsFor(id, at, this.#openOf(connection).size, silence);
    for (const fact of facts) connection.add(fact);
    this.#hearComeback(connection);
    this.#judge(entry);
    const recurs = facts.find((fact) => fact.kind === 'idle-recurs');
    if (recurs !== undefined) this.#hearAll(this.#massCloses.sharing(id, recurs), recurs);
    for (const { connection: other, fact } of this.#massCloses.outlived(id, at)) this.#hearAll([other], fact);
  }

  #hearAll(connections: readonly string[], fact: Fact): void {
    for (const id of connections) {
      const entry = this.#cases.get(id);
      if (entry !== undefined) this.#hear(entry.connection, fact);
    }
  }

  #hearComeback(connection: ConnectionLog): void {
    for (const [name, fact] of this.#comebacks) {
      if (this.#greeted.get(name) !== connection) continue;
      connection.add(fact);
      this.#comebacks.delete(name);
    }
  }

  /** A late fact: the verdict is made again, unless it is still to come. */
  #hear(connection: ConnectionLog, fact: Fact): void {
    connection.add(fact);
    const entry = this.#cases.get(connection.timeline.head.connection);
    if (entry !== undefined && entry.timer === null) this.#judge(entry);
  }

  #judge(entry: Case): void {
    const { connection, judged } = entry;
    entry.judged = true;
    const verdict = this.#publish(connection.number, this.#timeline(connection));
    this.#onVerdict(connection, verdict, !judged);
  }

  #publish(number: number, timeline: Timeline): Verdict {
    const verdict = judge(timeline);
    this.#recorder.verdict(number, {
      closedBy: verdict.closedBy,
      cause: verdict.cause,
      certainty: verdict.certainty,
      hop: verdict.hop,
      refusal: verdict.refusal,
      idleMs: verdict.idle.anyMs,
      lifetimeMs: verdict.lifetimeMs,
      together: timeline.facts.findLast((fact) => fact.kind === 'together')?.count ?? null,
      closedAt: verdict.closedAt === null ? now() : Date.parse(verdict.closedAt),
      json: JSON.stringify(verdict),
    });
    return verdict;
  }

  #timeline(connection: ConnectionLog): Timeline {
    return connection.timeline.snapshot(this.#names.name);
  }

  #openOf(connection: ConnectionLog): Set<ConnectionLog> {
    const { name } = connection.timeline.head.tap;
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    const open = new Set<ConnectionLog>();
    this.#open.set(name, open);
    return open;
  }

  /** How long the most silent open connection through the same neighbour has been so, in ms; looked up once a second at most. */
  #openSilence(connection: ConnectionLog, side: Side, at: number): number {
    const { name } = connection.timeline.head.tap;
    const neighbour = neighbourOf(name, side, connection.client.peer);
    const known = this.#silences.get(neighbour);
    if (known !== undefined && at - known.at < SILENCES_MS) return known.ms;
    let ms = 0;
    for (const { timeline, client } of this.#openOf(connection)) {
      if (neighbourOf(name, side, client.peer) !== neighbour) continue;
      ms = Math.max(ms, at - (timeline.totals[side].armedAt ?? timeline.head.openedAt));
    }
    if (this.#silences.size >= MAX_SILENCES) this.#silences.clear();
    this.#silences.set(neighbour, { at, ms });
    return ms;
  }

  /** Lets go of cases that are old or too many, oldest first; one that still waits is left alone. */
  #forget(): void {
    const before = now() - REMEMBERED_MS;
    for (const [id, entry] of this.#cases) {
      if (this.#cases.size <= MAX_REMEMBERED && entry.judgedAt > before) return;
      if (entry.timer !== null || !entry.connection.ended) return;
      this.#cases.delete(id);
      for (const fact of entry.connection.timeline.snapshot(this.#names.name).facts) {
        if (fact.kind !== 'mattermost-hello') continue;
        this.#greeted.delete(fact.connectionId);
        this.#comebacks.delete(fact.connectionId);
      }
    }
  }
}

/** Without the port: one address may hold many sockets. Behind a proxy that reports nobody, the socket shows only the proxy. */
function clientAddress({ client, timeline }: ConnectionLog): string | null {
  if (client.forwardedFor !== null || timeline.head.tap.behind !== null) return client.forwardedFor;
  return /^(.*):\d+$/.exec(client.peer)?.[1] ?? null;
}
