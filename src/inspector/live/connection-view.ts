import { type ActTotals, GAP_THRESHOLDS_MS } from '../../evidence/timeline.ts';
import type { ConnectionLog } from '../../gateway/connection-log.ts';
import type { IdleTimes, Verdict } from '../../verdict/verdict.ts';
import type { ConnectionState, ConnectionView } from '../api.ts';
import type { User } from './users.ts';

/** A connection that this process has in memory, and what was heard of it so far. */
export interface LiveConnection {
  readonly log: ConnectionLog;
  /** When the upgrade was answered, in ms since the epoch; null before. */
  answeredAt: number | null;
  /** When the first closing act came. */
  actedAt: number | null;
  verdict: Verdict | null;
}

/** Where a connection's gaps of 60 s and more are counted. */
export const OVER_60_S = GAP_THRESHOLDS_MS.indexOf(60_000);

export function stateOf({ actedAt, verdict }: LiveConnection): ConnectionState {
  if (verdict !== null) return 'closed';
  return actedAt === null ? 'open' : 'closing';
}

/** @param now ms since the epoch */
export function viewOf(connection: LiveConnection, user: User | null, now: number): ConnectionView {
  const { log, verdict } = connection;
  const { head, totals } = log.timeline;
  const { client, server } = totals;
  const at = connection.actedAt ?? now;
  return {
    connection: head.connection,
    state: stateOf(connection),
    tap: head.tap.name,
    behind: head.tap.behind,
    before: head.tap.before,
    url: head.url,
    trace: head.trace,
    openedAt: new Date(head.openedAt).toISOString(),
    closedAt: verdict?.closedAt ?? null,
    lifetimeMs: verdict?.lifetimeMs ?? Math.max(0, Math.round(at - head.openedAt)),
    client: log.client,
    user,
    keepaliveMs: head.keepaliveMs,
    idle: verdict?.idle ?? idleTimes(connection, at),
    frames: verdict?.frames ?? { client: client.frames, server: server.frames },
    bytes: { client: client.bytes, server: server.bytes },
    roundTripMs: { client: client.roundTripMs, server: server.roundTripMs },
    gapsOver60s: totals.gaps[OVER_60_S] ?? 0,
    verdict,
  };
}

/** As a verdict counts them (IdleTimes), up to this moment. */
function idleTimes({ log, answeredAt }: LiveConnection, at: number): IdleTimes {
  const { head, totals } = log.timeline;
  const { client, server, lastNaturalAt, longestNaturalGapMs }: ActTotals = totals.act ?? totals;
  const last = [client.lastByteAt, client.lastWriteAt, server.lastByteAt, server.lastWriteAt];
  const latest = Math.max(...last.map((time) => time ?? Number.NEGATIVE_INFINITY));
  return {
    clientMs: since(client.lastByteAt ?? head.openedAt, at),
    serverMs: since(server.lastByteAt ?? answeredAt, at),
    anyMs: since(Number.isFinite(latest) ? latest : (answeredAt ?? head.openedAt), at),
    longestNaturalGapMs: Math.round(Math.max(longestNaturalGapMs, at - lastNaturalAt)),
  };
}

function since(then: number, at: number): number;
function since(then: number | null, at: number): number | null;
function since(then: number | null, at: number): number | null {
  return then === null ? null : Math.max(0, Math.round(at - then));
}
