import type { Fact, IdleOutlived, IdleRecurs, TargetRefusedAfter } from '../evidence/fact.ts';
import { EndLog } from './end-log.ts';
import type { FirstEnd } from './first-end.ts';
import { IdleMemory, SAME_IDLE_MS } from './idle-memory.ts';
import { OUTLIVED_BY_MS, Silences } from './silences.ts';
import { RECURRENCES } from './timer-match.ts';

/**
 * What the ends of several connections say together. Pure bookkeeping, no clock: the driver
 *
 *  1. calls `acted(firstEndOf(timeline, address))` when a connection's first closing act is seen,
 *  2. calls `factsFor(connection, now, survivors)` about 300 ms later, adds the facts to that timeline, and judges (again);
 *     `sharing` tells which earlier ones must then hear that their idle time recurs, `outlived` which ones that no timer of
 *     their neighbour's can have ended them,
 *  3. calls `refused(tap, now, code)` whenever a connect to the target is refused: it answers with the connections that must
 *     be told (and judged again).
 *
 * Clients' addresses matter: nginx's reload ends the connections of many clients; many sockets of one client process die
 * with it, and then all have one address. Behind a proxy the addresses are those that it reported (X-Forwarded-For).
 */

/** When to ask: everything within 250 ms of an end (DESIGN.md, "together") has been reported by then, in ms after it. */
export const ASK_AFTER_MS = 300;
/** Ends within one group at the same idle time are one incident, in ms. */
const GROUP_MS = 250;
/** A refusal so long after an end still speaks of the same stop, in ms. */
const REFUSED_WITHIN_MS = 30_000;
/** How far back an idle time that recurs makes earlier verdicts surer, in ms. */
const RECURS_WITHIN_MS = 5 * 60_000;
/** Shorter silences are no timer's, in ms. */
const SHORTEST_TIMER_MS = 2000;
/** Ends remembered a leg, so that thousands that end at once fit (9,000 connections a process, DESIGN.md "Budgets"). */
const MAX_ENDS = 20_000;
/** Legs (tap, side, with or without Close frame) remembered; a process holds a handful of taps. */
const MAX_LEGS = 64;

export class MassCloses {
  readonly #legs = new Map<string, EndLog>();
  readonly #ends = new Map<string, FirstEnd>();
  readonly #idle = new IdleMemory(GROUP_MS);
  readonly #silences = new Silences();
  readonly #refusals = new Map<string, TargetRefusedAfter>();
  readonly #toldRefused = new Set<string>();
  /** How often a connection was told that its idle time has come. */
  readonly #toldRecurs = new Map<string, number>();
  readonly #toldOutlived = new Set<string>();

  /** A connection's first closing act. A second report of the same connection is ignored. */
  acted(end: FirstEnd): void {
    if (this.#ends.has(end.connection)) return;
    const name = legOf(end);
    const leg = this.#legs.get(name) ?? new EndLog();
    this.#legs.set(name, leg);
    leg.add(end);
    this.#ends.set(end.connection, end);
    if (end.abrupt) this.#idle.add(name, end.at, end.idleMs);
    this.#silences.add(end.neighbour, end.at, end.idleMs);
    if (leg.size > MAX_ENDS) this.#forget(leg.forgetOldest(MAX_ENDS / 4));
    if (this.#legs.size > MAX_LEGS) this.#forgetOldestLeg();
  }

  /**
   * @param at the time of asking, given to the facts
   * @param survivors connections of the same tap that are still open
   * @param openSilenceMs the longest silence that one of them has through the same neighbour now
   * @returns the facts to append to that connection's timeline; none if it was never reported or stands alone
   */
  factsFor(connection: string, at: number, survivors: number, openSilenceMs = 0): Fact[] {
    const end = this.#ends.get(connection);
    if (end === undefined) return [];
    const facts: Fact[] = [];
    const group = this.#legs.get(legOf(end))?.groupOf(end) ?? null;
    if (group !== null) facts.push({ kind: 'together', at, from: end.side, ...group, survivors });
    const times = end.abrupt ? this.#idle.times(legOf(end), end.idleMs) : 1;
    if (times > 1) {
      this.#toldRecurs.set(connection, times);
      facts.push({ kind: 'idle-recurs', at, from: end.side, idleMs: end.idleMs, times });
    }
    const outlived = this.#outlivedBy(end, at, Math.max(openSilenceMs, this.#silences.longest(end.neighbour, at)));
    if (outlived !== null) facts.push(outlived);
    const refusal = this.#refusals.get(end.tap);
    if (refusal !== undefined && isAfter(refusal, end) && !this.#toldRefused.has(connection)) {
      this.#toldRefused.add(connection);
      facts.push(refusal);
    }
    return facts;
  }

  /**
   * An idle time was found to recur: who had it before, and was judged when it was rarer?
   * @param fact what `factsFor` gave for the connection
   * @returns whose timelines must have it too; none for whom it changes nothing any more
   */
  sharing(connection: string, fact: IdleRecurs): string[] {
    const end = this.#ends.get(connection);
    if (end === undefined) return [];
    const earlier = this.#legs.get(legOf(end))?.since(end.at - RECURS_WITHIN_MS) ?? [];
    const enough = Math.min(fact.times, RECURRENCES);
    const connections = earlier
      .filter(({ idleMs }) => Math.abs(idleMs - fact.idleMs) <= SAME_IDLE_MS)
      .map(({ connection: id }) => id)
      .filter((id) => (this.#toldRecurs.get(id) ?? 1) < enough);
    for (const id of connections) this.#toldRecurs.set(id, enough);
    return connections;
  }

  /**
   * A connection has ended: which earlier ones were silent for less than it, and are yet to hear of it?
   * @param at the time of asking, given to the facts
   */
  outlived(connection: string, at: number): { readonly connection: string; readonly fact: IdleOutlived }[] {
    const end = this.#ends.get(connection);
    if (end === undefined) return [];
    const earlier = this.#legs.get(legOf({ ...end, abrupt: true }))?.since(end.at - RECURS_WITHIN_MS) ?? [];
    return earlier.flatMap((other) => {
      if (other.neighbour !== end.neighbour) return [];
      const fact = this.#outlivedBy(other, at, end.idleMs);
      return fact === null ? [] : [{ connection: other.connection, fact }];
    });
  }

  /** The fact that an end is to hear, once, if somebody's silence was longer than its own. */
  #outlivedBy(end: FirstEnd, at: number, otherMs: number): IdleOutlived | null {
    const { connection, side, abrupt, idleMs } = end;
    if (!abrupt || idleMs < SHORTEST_TIMER_MS || otherMs <= idleMs + OUTLIVED_BY_MS) return null;
    if (this.#toldOutlived.has(connection)) return null;
    this.#toldOutlived.add(connection);
    return { kind: 'idle-outlived', at, from: side, idleMs, otherMs };
  }

  /** The target of a tap refused a new connection. @returns whose timelines must have the fact, each only once */
  refused(
    tap: string,
    at: number,
    code: string,
  ): { readonly fact: TargetRefusedAfter; readonly connections: string[] } {
    const fact: TargetRefusedAfter = { kind: 'target-refused', at, code };
    this.#refusals.set(tap, fact);
    const connections: string[] = [];
    for (const abrupt of [true, false]) {
      const leg = this.#legs.get(legOf({ tap, side: 'server', abrupt }));
      for (const end of leg?.since(at - REFUSED_WITHIN_MS) ?? []) {
        if (!isAfter(fact, end) || this.#toldRefused.has(end.connection)) continue;
        this.#toldRefused.add(end.connection);
        connections.push(end.connection);
      }
    }
    return { fact, connections };
  }

  #forgetOldestLeg(): void {
    for (const [name, leg] of this.#legs) {
      this.#legs.delete(name);
      this.#forget(leg.forgetOldest(leg.size));
      return;
    }
  }

  #forget(ends: readonly FirstEnd[]): void {
    for (const { connection } of ends) {
      this.#ends.delete(connection);
      this.#toldRefused.delete(connection);
      this.#toldRecurs.delete(connection);
      this.#toldOutlived.delete(connection);
    }
  }
}

const legOf = ({ tap, side, abrupt }: Pick<FirstEnd, 'tap' | 'side' | 'abrupt'>): string =>
  `${abrupt ? 'abrupt' : 'closed'}/${side}/${tap}`;

/** Only a server that went away explains a refusal; a refusal from before the end belongs to an earlier story. */
const isAfter = (refusal: TargetRefusedAfter, end: FirstEnd): boolean =>
  end.side === 'server' && refusal.at >= end.at && refusal.at - end.at <= REFUSED_WITHIN_MS;
