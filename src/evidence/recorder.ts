import type { Fact, Side } from './fact.ts';
import type { FrameBits } from './frame-bits.ts';
import type { TimelineHead, Totals } from './timeline.ts';

/** What the gateway tells whoever keeps the evidence. None of these calls may block, throw or be awaited. */
export interface Recorder {
  /** A connection begins. @returns its number, unique in the journal, for the calls below */
  opened(head: TimelineHead, client: ClientDescription): number;
  /** @param n the fact's number in its connection, from 0 without gaps */
  fact(connection: number, n: number, fact: Fact): void;
  /**
   * One whole frame.
   * @param at ms since the epoch
   * @param payload what `--payload` allows to keep of it, unmasked; it is copied before this returns
   */
  frame(connection: number, at: number, bits: FrameBits, length: number, payload: Uint8Array | null): void;
  /** Both legs are gone. Facts that a witness adds may follow. */
  ended(connection: number, at: number, totals: Totals): void;
  /** The verdict, or a newer one that replaces it. Written within 100 ms, never dropped. */
  verdict(connection: number, verdict: VerdictRow): void;
  /** Whose connection it is. @param id of Mattermost's user */
  user(connection: number, id: string): void;
  /** What a user is called. */
  userName(id: string, name: string): void;
}

/** Who the client is, as the socket and the proxies before it say. */
export interface ClientDescription {
  /** `address:port` of the client leg's far end. */
  readonly peer: string;
  /** First address of X-Forwarded-For, X-Real-IP or Forwarded, if any proxy reported one. */
  readonly forwardedFor: string | null;
  readonly userAgent: string | null;
}

/** A verdict as the journal keeps it: the columns it is searched by, and the whole as JSON. */
export interface VerdictRow {
  readonly closedBy: string;
  readonly cause: string;
  readonly certainty: string;
  readonly hop: string | null;
  /** Of a refused upgrade: why. */
  readonly refusal: string | null;
  /** Since the last byte in any direction, at the end, in whole ms; null where it was not measured. */
  readonly idleMs: number | null;
  /** From the opening to the first closing act, in whole ms. */
  readonly lifetimeMs: number;
  /** How many connections ended with this one, itself included, as the latest fact that the verdict rests on says; or null. */
  readonly together: number | null;
  /** ms since the epoch. */
  readonly closedAt: number;
  readonly json: string;
}

/** Round trips of hangup's own pings on the legs of one side of a tap, over some time. Durations in ms. */
export interface RoundTripRow {
  /** When that time began, in ms since the epoch. One row a time, tap and leg: a later one replaces it. */
  readonly at: number;
  readonly tap: string;
  readonly leg: Side;
  readonly count: number;
  readonly minMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}
