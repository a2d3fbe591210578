import type { ConnectionView } from '../../../../src/inspector/api.ts';
import type { Verdict } from '../../../../src/verdict/verdict.ts';

/** Connections as the API sends them. Times are ms on a clock that begins at 0. */

const iso = (at: number): string => new Date(at).toISOString();

export function openView(connection: string, openedAt: number, more: Partial<ConnectionView> = {}): ConnectionView {
  return {
    connection,
    state: 'open',
    tap: 'inner',
    behind: 'nginx',
    before: 'mattermost',
    url: `/api/v4/websocket?connection_id=${connection}`,
    trace: null,
    openedAt: iso(openedAt),
    closedAt: null,
    lifetimeMs: 1000,
    client: { peer: '172.18.0.2:40000', forwardedFor: '10.0.4.17', userAgent: 'Bot/1.0' },
    user: { id: 'u1', name: 'alice' },
    keepaliveMs: { client: 30_000, server: null },
    idle: { clientMs: 10, serverMs: 20, anyMs: 10, longestNaturalGapMs: 0 },
    frames: { client: 1, server: 2 },
    bytes: { client: 10, server: 20 },
    roundTripMs: { client: 38, server: null },
    gapsOver60s: 0,
    verdict: null,
    ...more,
  };
}

export function closedView(
  connection: string,
  closedAt: number,
  verdict: Partial<Verdict> = {},
  more: Partial<ConnectionView> = {},
): ConnectionView {
  const view = openView(connection, closedAt - 1000, { state: 'closed', closedAt: iso(closedAt), ...more });
  const { tap, url, openedAt, lifetimeMs, idle, frames, trace } = view;
  return {
    ...view,
    verdict: {
      connection,
      trace,
      tap,
      url,
      openedAt,
      closedAt: view.closedAt,
      lifetimeMs,
      closedBy: 'proxy',
      hop: 'nginx',
      cause: 'proxy-idle-timeout',
      refusal: null,
      manner: 'fin',
      closeCode: null,
      closeReason: null,
      certainty: 'likely',
      summary: 'nginx closed it after 60.0 s of silence.',
      evidence: [],
      ruledOut: [],
      remedy: null,
      witness: null,
      idle,
      frames,
      ...verdict,
    },
  };
}
