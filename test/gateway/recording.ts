/** The evidence of a test's gateway, in memory, and waitable. */

import type { Fact, FrameRecord, Side } from '../../src/evidence/fact.ts';
import { type FrameBits, frameRecord } from '../../src/evidence/frame-bits.ts';
import { NameTable } from '../../src/evidence/names.ts';
import type { ClientDescription, Recorder } from '../../src/evidence/recorder.ts';
import type { TimelineHead, Totals } from '../../src/evidence/timeline.ts';
import type { ConnectionLog, ConnectionObserver } from '../../src/gateway/connection-log.ts';
import { Changes } from '../kit/fault-peers.ts';

type FactOf<K extends Fact['kind']> = Extract<Fact, { readonly kind: K }>;

/** What was recorded of one connection. */
export class Recorded {
  readonly head: TimelineHead;
  readonly client: ClientDescription;
  readonly facts: Fact[] = [];
  readonly frames: FrameRecord[] = [];
  readonly payloads: (Buffer | null)[] = [];
  /** As they stood when the connection ended. */
  totals: Totals | null = null;
  readonly #changes: Changes;

  constructor(head: TimelineHead, client: ClientDescription, changes: Changes) {
    this.head = head;
    this.client = client;
    this.#changes = changes;
  }

  get kinds(): string[] {
    return this.facts.map(({ kind }) => kind);
  }

  /** All facts of a kind so far. */
  all<K extends Fact['kind']>(kind: K): FactOf<K>[] {
    const isOfKind = (fact: Fact): fact is FactOf<K> => fact.kind === kind;
    return this.facts.filter(isOfKind);
  }

  /** The first fact of a kind; waits for it. */
  fact<K extends Fact['kind']>(kind: K, timeoutMs?: number): Promise<FactOf<K>> {
    return this.#changes.until(`a ${kind} fact`, () => this.all(kind)[0], timeoutMs);
  }

  /** Waits until `look` finds something; asked again after each fact, frame and end. */
  until<T>(what: string, look: () => T, timeoutMs?: number) {
    return this.#changes.until(what, look, timeoutMs);
  }

  /** The totals at the end; waits for the end. */
  async end(timeoutMs?: number): Promise<Totals> {
    await this.#changes.until('the end', () => this.totals, timeoutMs);
    if (this.totals === null) throw new Error('ended without totals');
    return this.totals;
  }
}

export class Recording implements Recorder, ConnectionObserver {
  readonly connections: Recorded[] = [];
  readonly names = new NameTable();
  /** What was told to the observer, as `act KIND` and `ended`, by connection. */
  readonly told: string[][] = [];
  /** Errnos of connections to the target that could not be made. */
  readonly refused: string[] = [];
  readonly #changes = new Changes(() => this.#describe());

  /** The nth connection; waits for it. */
  connection(nth = 0, timeoutMs?: number): Promise<Recorded> {
    return this.#changes.until(`connection number ${nth}`, () => this.connections[nth], timeoutMs);
  }

  opened(head: TimelineHead, client: ClientDescription): number {
    this.told.push([]);
    const number = this.connections.push(new Recorded(head, client, this.#changes)) - 1;
    this.#changes.changed();
    return number;
  }

  fact(connection: number, n: number, fact: Fact): void {
    const recorded = this.#of(connection);
    if (n !== recorded.facts.length) throw new Error(`fact ${n} came where ${recorded.facts.length} was due`);
    recorded.facts.push(fact);
    this.#changes.changed();
  }

  frame(connection: number, at: number, bits: FrameBits, length: number, payload: Uint8Array | null): void {
    const recorded = this.#of(connection);
    recorded.frames.push(frameRecord(at, bits, length, this.names.name));
    recorded.payloads.push(payload === null ? null : Buffer.from(payload));
    this.#changes.changed();
  }

  ended(connection: number, _at: number, totals: Totals): void {
    this.#of(connection).totals = structuredClone(totals);
    this.#changes.changed();
  }

  verdict(): void {}

  /** Users, by connection; and names, by user. */
  readonly users = new Map<number, string>();
  readonly userNames = new Map<string, string>();
  namesTold = 0;
  /** Round trips of own pings that were told, as `LEG of CONNECTION`. */
  readonly roundTrips: string[] = [];

  user(connection: number, id: string): void {
    this.users.set(connection, id);
    this.#changes.changed();
  }

  userName(id: string, name: string): void {
    this.userNames.set(id, name);
    this.namesTold++;
    this.#changes.changed();
  }

  onRoundTrip({ number }: ConnectionLog, leg: Side, ms: number): void {
    if (!(ms >= 0)) throw new Error(`a round trip of ${ms} ms`);
    this.roundTrips.push(`${leg} of ${number}`);
    this.#changes.changed();
  }

  onUser(): void {}

  onUserName(): void {}

  onOpened(): void {}

  onFact(): void {}

  onTargetRefused(_tap: string, code: string): void {
    this.refused.push(code);
  }

  onAct({ number }: ConnectionLog, fact: Fact): void {
    this.told[number]?.push(`act ${fact.kind}`);
  }

  onEnded({ number }: ConnectionLog): void {
    this.told[number]?.push('ended');
  }

  /** Throws unless every connection was told once that it has ended, last, and judged before. */
  checkEnds(): void {
    for (const [number, { facts, head }] of this.connections.entries()) {
      const ends = facts.filter(({ kind }) => kind === 'ended').length;
      const told = this.told[number]?.map((each) => each.split(' ')[0]).join();
      if (ends !== 1 || facts.at(-1)?.kind !== 'ended' || told !== 'act,ended') {
        throw new Error(`${head.url} did not end as it must: ${facts.map(({ kind }) => kind)}; told ${told}`);
      }
    }
  }

  #of(connection: number): Recorded {
    const recorded = this.connections[connection];
    if (recorded === undefined) throw new Error(`connection ${connection} was never opened`);
    return recorded;
  }

  #describe(): string {
    return this.connections.map(({ facts }) => `[${facts.map((fact) => JSON.stringify(fact)).join(' ')}]`).join(' ');
  }
}
