import type { Cause, Certainty, Manner, Party, Refusal } from '../../../verdict/verdict.ts';
import type { ConnectionState, ConnectionView, PerSide } from '../../api.ts';

/**
 * A connection as the list keeps it: what a line shows, and what the search looks into. The evidence of a verdict is most of
 * what the API sends, and a list of 100,000 must not keep it.
 */
export interface Row {
  readonly id: string;
  readonly state: ConnectionState;
  readonly tap: string;
  readonly behind: string | null;
  readonly before: string | null;
  readonly url: string;
  /** ms since the epoch. */
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly lifetimeMs: number;
  readonly peer: string;
  readonly forwardedFor: string | null;
  readonly userAgent: string | null;
  readonly userId: string | null;
  readonly userName: string | null;
  /** Since the last byte in any direction, at the end or now. */
  readonly idleMs: number | null;
  readonly frames: PerSide<number>;
  readonly roundTripMs: PerSide<number | null>;
  readonly gapsOver60s: number;
  /** Whether hangup pings on a leg of it. */
  readonly kept: boolean;
  readonly verdict: RowVerdict | null;
}

export interface RowVerdict {
  readonly closedBy: Party;
  readonly hop: string | null;
  readonly cause: Cause;
  readonly refusal: Refusal | null;
  readonly manner: Manner;
  readonly closeCode: number | null;
  readonly certainty: Certainty;
  readonly summary: string;
}

/** Characters of a stranger's text that a line keeps: more is never seen in it. */
const MOST = 500;

export function rowOf(view: ConnectionView): Row {
  const { client, user, verdict, keepaliveMs } = view;
  return {
    id: view.connection,
    state: view.state,
    tap: view.tap,
    behind: view.behind,
    before: view.before,
    url: view.url.slice(0, MOST),
    openedAt: Date.parse(view.openedAt),
    closedAt: view.closedAt === null ? null : Date.parse(view.closedAt),
    lifetimeMs: view.lifetimeMs,
    peer: client.peer,
    forwardedFor: client.forwardedFor?.slice(0, MOST) ?? null,
    userAgent: client.userAgent?.slice(0, MOST) ?? null,
    userId: user?.id ?? null,
    userName: user?.name?.slice(0, MOST) ?? null,
    idleMs: view.idle.anyMs,
    frames: view.frames,
    roundTripMs: view.roundTripMs,
    gapsOver60s: view.gapsOver60s,
    kept: keepaliveMs.client !== null || keepaliveMs.server !== null,
    verdict: verdict && {
      closedBy: verdict.closedBy,
      hop: verdict.hop,
      cause: verdict.cause,
      refusal: verdict.refusal,
      manner: verdict.manner,
      closeCode: verdict.closeCode,
      certainty: verdict.certainty,
      summary: verdict.summary,
    },
  };
}
