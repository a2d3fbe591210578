import type { ConnectionRow } from '../../evidence/journal-reader.ts';
import type { Totals } from '../../evidence/timeline.ts';
import type { IdleTimes, Verdict } from '../../verdict/verdict.ts';
import { harmless } from '../../words/harmless.ts';
import { clock, grouped, span } from '../../words/times.ts';
import type { Paint } from './paint.ts';
import { type Column, type Row, renderTable } from './table.ts';

/** A verdict's shape before there is one: null where nothing can be known yet (DESIGN.md, Contracts). */
export type OpenConnection = Omit<Verdict, 'closedBy' | 'cause' | 'certainty' | 'manner' | 'closedAt'> & {
  readonly closedAt: null;
  readonly closedBy: null;
  readonly cause: null;
  readonly manner: null;
  readonly certainty: null;
};

/**
 * @param totals what it has carried up to now; null if nothing was recorded
 * @param now ms since the epoch
 */
export function openConnection(row: ConnectionRow, totals: Totals | null, now: number): OpenConnection {
  const idle = idleNow(totals, now);
  const lifetimeMs = Math.max(0, now - row.openedAt);
  return {
    connection: row.id,
    trace: row.trace,
    tap: row.tap,
    url: row.url,
    openedAt: new Date(row.openedAt).toISOString(),
    closedAt: null,
    lifetimeMs,
    closedBy: null,
    hop: null,
    cause: null,
    refusal: null,
    manner: null,
    closeCode: null,
    closeReason: null,
    certainty: null,
    summary: `Open for ${span(lifetimeMs)}${idle.anyMs === null ? '' : `, idle for ${span(idle.anyMs)}`}.`,
    evidence: [],
    ruledOut: [],
    remedy: null,
    witness: null,
    idle,
    frames: { client: totals?.client.frames ?? 0, server: totals?.server.frames ?? 0 },
  };
}

function idleNow(totals: Totals | null, now: number): IdleTimes {
  if (totals === null) return { clientMs: null, serverMs: null, anyMs: null, longestNaturalGapMs: 0 };
  const { client, server } = totals;
  const since = (at: number | null): number | null => (at === null ? null : Math.max(0, now - at));
  const marks = [client.lastByteAt, client.lastWriteAt, server.lastByteAt, server.lastWriteAt];
  const known = marks.filter((at) => at !== null);
  return {
    clientMs: since(client.lastByteAt),
    serverMs: since(server.lastByteAt),
    anyMs: known.length === 0 ? null : since(Math.max(...known)),
    longestNaturalGapMs: Math.max(totals.longestNaturalGapMs, now - totals.lastNaturalAt),
  };
}

const COLUMNS: readonly Column[] = [
  { title: 'OPENED' },
  { title: 'FOR', align: 'right' },
  { title: 'IDLE', align: 'right' },
  { title: 'FRAMES C/S', align: 'right', dispensable: 2 },
  { title: 'CLIENT', least: 12 },
  { title: 'TAP', least: 6, dispensable: 1 },
];

export interface OpenRow {
  readonly row: ConnectionRow;
  readonly connection: OpenConnection;
}

export function openTable(open: readonly OpenRow[], width: number, now: number, paint: Paint): string[] {
  return renderTable(
    COLUMNS,
    open.map(
      ({ row, connection }): Row => ({
        cells: [
          clock(row.openedAt, now),
          span(connection.lifetimeMs),
          connection.idle.anyMs === null ? '-' : span(connection.idle.anyMs),
          `${grouped(connection.frames.client)}/${grouped(connection.frames.server)}`,
          harmless(row.forwardedFor ?? row.peer),
          harmless(row.tap),
        ],
        tag: harmless(row.id),
        sentence: harmless(row.url),
      }),
    ),
    width,
    paint,
  );
}
