import type { Fact, Side } from '../../evidence/fact.ts';
import { now } from '../../gateway/clock.ts';
import type { ConnectionLog, ConnectionObserver } from '../../gateway/connection-log.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import type { ConnectionView, LiveEvent } from '../api.ts';
import { type LiveConnection, OVER_60_S, viewOf } from './connection-view.ts';
import { type TapTraffic, TrafficSum } from './traffic.ts';
import type { Users } from './users.ts';

/**
 * How long a connection is remembered after its end, in ms: until the journal surely has its verdict, so that a list that is
 * read meanwhile does not call it open.
 */
const REMEMBERED_MS = 2000;

export interface OpenConnectionsOptions {
  /** All taps that there are: their sums are 0 before the first connection. */
  readonly taps: readonly string[];
  readonly users: Users;
  readonly publish: (event: LiveEvent) => void;
  readonly onRoundTrip: (tap: string, leg: Side, ms: number) => void;
}

/**
 * The connections that are open in this process, with what only the process knows of them, and the events of the live feed.
 *
 *   onOpened ──► open ──► onAct ──► closing ──► onVerdict ──► closed ──► both legs gone ──► forgotten, after 2 s
 *      └─► `opened`                              └─► `closed`, then `judged` each time the verdict is made again
 */
export class OpenConnections implements ConnectionObserver {
  readonly #options: OpenConnectionsOptions;
  readonly #connections = new Map<string, LiveConnection>();
  /** Ended and judged, oldest first, until the journal has them. */
  readonly #over = new Map<string, { readonly connection: LiveConnection; readonly at: number }>();
  /** Not judged yet, by tap. */
  readonly #open = new Map<string, number>();
  /** What connections that have ended had carried, by tap. */
  readonly #ended = new Map<string, TrafficSum>();
  #forgetting: NodeJS.Timeout | null = null;

  constructor(options: OpenConnectionsOptions) {
    this.#options = options;
    for (const tap of options.taps) {
      this.#open.set(tap, 0);
      this.#ended.set(tap, new TrafficSum());
    }
  }

  onOpened(log: ConnectionLog): void {
    const connection: LiveConnection = { log, answeredAt: null, actedAt: null, verdict: null };
    const { tap } = log.timeline.head;
    this.#connections.set(log.timeline.head.connection, connection);
    this.#open.set(tap.name, this.openOf(tap.name) + 1);
    this.#sumOf(tap.name).connections++;
    this.#options.publish({ event: 'opened', data: this.#view(connection) });
  }

  onFact(log: ConnectionLog, fact: Fact): void {
    if (fact.kind !== 'upgrade-answer') return;
    const connection = this.#get(log.timeline.head.connection);
    if (connection !== null) connection.answeredAt = fact.at;
  }

  onTargetRefused(): void {}

  onRoundTrip(log: ConnectionLog, leg: Side, ms: number): void {
    this.#options.onRoundTrip(log.timeline.head.tap.name, leg, ms);
  }

  onUser(log: ConnectionLog, id: string): void {
    this.#options.users.greeted(log.number, id);
  }

  onUserName(id: string, name: string): void {
    this.#options.users.named(id, name);
  }

  onAct(log: ConnectionLog, fact: Fact): void {
    const connection = this.#get(log.timeline.head.connection);
    if (connection !== null) connection.actedAt = fact.at;
  }

  onEnded(log: ConnectionLog): void {
    const { connection: id, tap } = log.timeline.head;
    this.#sumOf(tap.name).add(log.timeline.totals);
    const connection = this.#connections.get(id);
    if (connection !== undefined && connection.verdict !== null) this.#leave(id, connection);
  }

  /** @param first whether it is the connection's first verdict; later ones replace it */
  onVerdict(log: ConnectionLog, verdict: Verdict, first: boolean): void {
    const { connection: id, tap } = log.timeline.head;
    // Of one that was forgotten the verdict says all that matters here.
    const connection = this.#get(id) ?? { log, answeredAt: null, actedAt: null, verdict };
    connection.verdict = verdict;
    if (first) this.#open.set(tap.name, this.openOf(tap.name) - 1);
    this.#options.publish({ event: first ? 'closed' : 'judged', data: this.#view(connection) });
    if (log.ended && this.#connections.has(id)) this.#leave(id, connection);
  }

  /** Connections without a verdict. */
  get open(): number {
    let open = 0;
    for (const count of this.#open.values()) open += count;
    return open;
  }

  openOf(tap: string): number {
    return this.#open.get(tap) ?? 0;
  }

  /** Silences of 60 s and more that hangup's pings have bridged on connections that are open. @param tap null: on all */
  bridged(tap: string | null): number {
    let gaps = 0;
    for (const { log, verdict } of this.#connections.values()) {
      const { head, totals } = log.timeline;
      const { client, server } = head.keepaliveMs;
      const pinged = client !== null || server !== null;
      if (verdict === null && pinged && (tap === null || head.tap.name === tap)) gaps += totals.gaps[OVER_60_S] ?? 0;
    }
    return gaps;
  }

  /** A row of the archive as it is now: the archive knows what a connection has carried only after both legs are gone. */
  upToDate(row: ConnectionView): ConnectionView {
    const connection = this.#get(row.connection);
    if (connection === null) return row;
    const view = this.#view(connection);
    return { ...view, user: view.user ?? row.user };
  }

  /** By tap, in the order of the settings. */
  traffic(): TapTraffic[] {
    const sums = new Map([...this.#ended].map(([tap, sum]) => [tap, sum.copy()]));
    for (const { log } of this.#connections.values()) {
      if (!log.ended) sums.get(log.timeline.head.tap.name)?.add(log.timeline.totals);
    }
    return [...sums].map(([tap, { connections, frames, bytes, gaps }]) => ({ tap, connections, frames, bytes, gaps }));
  }

  /** @returns null when it is not in memory (any more) */
  #get(id: string): LiveConnection | null {
    return this.#connections.get(id) ?? this.#over.get(id)?.connection ?? null;
  }

  #view(connection: LiveConnection): ConnectionView {
    return viewOf(connection, this.#options.users.of(connection.log.number), now());
  }

  #sumOf(tap: string): TrafficSum {
    const known = this.#ended.get(tap);
    if (known !== undefined) return known;
    const sum = new TrafficSum();
    this.#ended.set(tap, sum);
    return sum;
  }

  #leave(id: string, connection: LiveConnection): void {
    this.#connections.delete(id);
    this.#over.set(id, { connection, at: performance.now() });
    this.#forgetting ??= setTimeout(() => this.#forget(), REMEMBERED_MS).unref();
  }

  #forget(): void {
    this.#forgetting = null;
    const before = performance.now() - REMEMBERED_MS;
    for (const [id, { at }] of this.#over) {
      if (at > before) break;
      this.#over.delete(id);
    }
    if (this.#over.size > 0) this.#forgetting = setTimeout(() => this.#forget(), REMEMBERED_MS).unref();
  }
}
