import { randomBytes } from 'node:crypto';
import type { Fact, Side } from '../evidence/fact.ts';
import type { FrameBits } from '../evidence/frame-bits.ts';
import type { ClientDescription, Recorder } from '../evidence/recorder.ts';
import { type TimelineHead, TimelineRecorder } from '../evidence/timeline.ts';
import { now } from './clock.ts';

/** Who is told when a connection has something to be judged. */
export interface ConnectionObserver {
  /** An upgrade was asked for; its request is the first fact. */
  onOpened(connection: ConnectionLog): void;
  /** Any fact, before onAct and onEnded hear of it. */
  onFact(connection: ConnectionLog, fact: Fact): void;
  /** A connection to a tap's target could not be made, for whatever request. */
  onTargetRefused(tap: string, code: string): void;
  /** The first act that ends the connection, or its refusal. Called once a connection. */
  onAct(connection: ConnectionLog, fact: Fact): void;
  /** Both legs are gone. Called once, after onAct. */
  onEnded(connection: ConnectionLog): void;
  /** A ping of hangup's own was answered on that leg, after so many ms. */
  onRoundTrip(connection: ConnectionLog, leg: Side, ms: number): void;
  /** Whose connection it is. @param id of Mattermost's user */
  onUser(connection: ConnectionLog, id: string): void;
  /** What a user is called. */
  onUserName(id: string, name: string): void;
}

/** What one connection leaves behind: its timeline in memory, and the same told to the recorder. */
export class ConnectionLog {
  readonly timeline: TimelineRecorder;
  readonly client: ClientDescription;
  readonly number: number;
  readonly #recorder: Recorder;
  readonly #observer: ConnectionObserver;
  #acted = false;
  #ended = false;

  constructor(head: TimelineHead, client: ClientDescription, recorder: Recorder, observer: ConnectionObserver) {
    this.timeline = new TimelineRecorder(head);
    this.client = client;
    this.#recorder = recorder;
    this.#observer = observer;
    this.number = recorder.opened(head, client);
  }

  get ended(): boolean {
    return this.#ended;
  }

  add(fact: Fact): void {
    const n = this.timeline.add(fact);
    this.#recorder.fact(this.number, n, fact);
    if (n === 0) this.#observer.onOpened(this);
    this.#observer.onFact(this, fact);
    if (!this.#acted && endsConnection(fact)) {
      this.#acted = true;
      this.#observer.onAct(this, fact);
    }
  }

  frame(at: number, bits: FrameBits, length: number, payload: Uint8Array | null): void {
    this.timeline.frame(at, bits, length);
    this.#recorder.frame(this.number, at, bits, length, payload);
  }

  roundTrip(leg: Side, ms: number): void {
    this.timeline.totals[leg].roundTripMs = ms;
    this.#observer.onRoundTrip(this, leg, ms);
  }

  /** Whose connection it is. @param id of Mattermost's user */
  user(id: string): void {
    this.#recorder.user(this.number, id);
    this.#observer.onUser(this, id);
  }

  /** What a user is called who has a connection, this one or another. */
  userName(id: string, name: string): void {
    this.#recorder.userName(id, name);
    this.#observer.onUserName(id, name);
  }

  /** Idempotent: either leg may be the last to go. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const at = now();
    this.add({ kind: 'ended', at });
    this.#recorder.ended(this.number, at, this.timeline.totals.toJSON());
    this.#observer.onEnded(this);
  }
}

/** Whether after this fact somebody has decided to end the connection, or has lost it. */
function endsConnection(fact: Fact): boolean {
  switch (fact.kind) {
    case 'close-frame':
    case 'fin':
    case 'rst':
    case 'lost':
    case 'tls-fault':
    case 'own-close':
    case 'target-failed':
    case 'ended':
      return true;
    case 'upgrade-answer':
      return fact.status !== 101;
    default:
      return false;
  }
}

/** 80 random bits in lower-case base 32: short enough to read aloud, too many to guess or to meet twice. */
export function newConnectionId(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
  let id = '';
  for (const byte of randomBytes(16)) id += alphabet[byte & 31];
  return id;
}
