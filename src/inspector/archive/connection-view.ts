import type { ConnectionRow } from '../../evidence/journal-reader.ts';
import { GAP_THRESHOLDS_MS, type TimelineHead } from '../../evidence/timeline.ts';
import type { IdleTimes, Verdict } from '../../verdict/verdict.ts';
import type { ConnectionView, PerSide } from '../api.ts';

const OVER_60_S = GAP_THRESHOLDS_MS.indexOf(60_000);
const NOT_MEASURED: IdleTimes = { clientMs: null, serverMs: null, anyMs: null, longestNaturalGapMs: 0 };

/**
 * A connection as the journal knows it. What an open one has carried the journal does not know.
 * @param now ms since the epoch
 */
export function viewOf(row: ConnectionRow, now: number): ConnectionView {
  const head: TimelineHead = JSON.parse(row.head);
  const verdict = verdictOf(row);
  const { totals, closedAt } = row;
  const perSide = <T>(client: T, server: T): PerSide<T> => ({ client, server });
  return {
    connection: row.id,
    state: closedAt === null ? 'open' : verdict === null ? 'closing' : 'closed',
    tap: row.tap,
    behind: head.tap.behind,
    before: head.tap.before,
    url: row.url,
    trace: row.trace,
    openedAt: new Date(row.openedAt).toISOString(),
    closedAt: verdict?.closedAt ?? (closedAt === null ? null : new Date(closedAt).toISOString()),
    lifetimeMs: verdict?.lifetimeMs ?? Math.max(0, Math.round((closedAt ?? now) - row.openedAt)),
    client: { peer: row.peer, forwardedFor: row.forwardedFor, userAgent: row.userAgent },
    user: row.user,
    keepaliveMs: head.keepaliveMs,
    idle: verdict?.idle ?? NOT_MEASURED,
    frames: verdict?.frames ?? perSide(totals?.client.frames ?? 0, totals?.server.frames ?? 0),
    bytes: perSide(totals?.client.bytes ?? 0, totals?.server.bytes ?? 0),
    roundTripMs: perSide(totals?.client.roundTripMs ?? null, totals?.server.roundTripMs ?? null),
    gapsOver60s: totals?.gaps[OVER_60_S] ?? 0,
    verdict,
  };
}

export function verdictOf({ verdict }: Pick<ConnectionRow, 'verdict'>): Verdict | null {
  if (verdict === null) return null;
  const parsed: Verdict = JSON.parse(verdict);
  return parsed;
}
