import type { Fact, FrameRecord } from '../../../src/evidence/fact.ts';
import type { ConnectionRow, Gap, ReaderStatus } from '../../../src/evidence/journal-reader.ts';
import { emptyTotals, type Timeline, type TimelineHead } from '../../../src/evidence/timeline.ts';
import type { Verdict } from '../../../src/verdict/verdict.ts';

/** Connections as the journal would have them, each cause once or more; times on one made-up afternoon, UTC. */

export const NOON = Date.UTC(2026, 4, 12, 12, 0, 0);

export function verdict(changes: Partial<Verdict> = {}): Verdict {
  return {
    connection: 'k3f9x2m7q1p8d4ab',
    trace: null,
    tap: 'inner',
    url: '/api/v4/websocket?connection_id=***',
    openedAt: new Date(NOON - 60_012).toISOString(),
    closedAt: new Date(NOON).toISOString(),
    lifetimeMs: 60_012,
    closedBy: 'proxy',
    hop: 'nginx',
    cause: 'proxy-idle-timeout',
    refusal: null,
    manner: 'fin',
    closeCode: null,
    closeReason: null,
    certainty: 'likely',
    summary: 'nginx ended the connection after 60.0 s without a byte, as its proxy_read_timeout of 60s would.',
    evidence: [{ at: new Date(NOON).toISOString(), source: 'client-leg', says: 'FIN without a Close frame' }],
    ruledOut: [{ who: 'client', because: 'a browser that closes sends a Close frame first' }],
    remedy: 'proxy_read_timeout 600s; in the location of /api/v4/websocket',
    witness: "nginx's error_log at level info",
    idle: { clientMs: 60_003, serverMs: 60_003, anyMs: 60_003, longestNaturalGapMs: 60_003 },
    frames: { client: 3, server: 9 },
    ...changes,
  };
}

export function head(changes: Partial<TimelineHead> = {}): TimelineHead {
  return {
    connection: 'k3f9x2m7q1p8d4ab',
    tap: { name: 'inner', behind: 'nginx', before: null },
    url: '/api/v4/websocket?connection_id=***',
    trace: null,
    openedAt: NOON - 60_012,
    keepaliveMs: { client: null, server: null },
    ...changes,
  };
}

export const FACTS: readonly Fact[] = [
  {
    kind: 'upgrade-request',
    at: NOON - 60_012,
    method: 'GET',
    url: '/api/v4/websocket?connection_id=***',
    httpVersion: '1.1',
    headers: [
      ['Host', 'chat.example.com'],
      ['upGRADE', 'websocket'],
      ['Cookie', 'MMAUTHTOKEN=***'],
      ['X-Twice', '1'],
      ['X-Twice', '2'],
    ],
    peer: '127.0.0.1:50000',
    headBytes: 0,
    missing: null,
  },
  {
    kind: 'upgrade-answer',
    at: NOON - 60_010,
    status: 101,
    reason: 'Switching Protocols',
    httpVersion: '1.1',
    headers: [['Upgrade', 'websocket']],
    headBytes: 0,
    body: null,
    own: false,
  },
  { kind: 'fin', at: NOON, from: 'client', closeNotify: null, insideFrame: null },
  { kind: 'ended', at: NOON + 2 },
];

export const FRAME: FrameRecord = {
  at: NOON - 60_003,
  from: 'server',
  opcode: 1,
  fin: true,
  rsv: 0,
  masked: false,
  length: 812,
  own: false,
  name: 'hello',
};

export const CLIENT = { peer: '127.0.0.1:50000', forwardedFor: '198.51.100.7', userAgent: 'Mozilla/5.0' } as const;

export function row(changes: Partial<ConnectionRow> = {}): ConnectionRow {
  return {
    number: 1,
    id: 'k3f9x2m7q1p8d4ab',
    tap: 'inner',
    url: '/api/v4/websocket?connection_id=***',
    trace: null,
    openedAt: NOON - 60_012,
    ...CLIENT,
    head: JSON.stringify(head()),
    user: null,
    endedAt: NOON + 2,
    closedAt: NOON,
    totals: null,
    verdict: null,
    ...changes,
  };
}

export function timeline(changes: Partial<Timeline> = {}): Timeline {
  return {
    ...head(),
    facts: FACTS,
    frames: [FRAME],
    totals: emptyTotals(NOON - 60_012),
    dropped: { facts: 0, frames: 0 },
    ...changes,
  };
}

export function status(changes: Partial<ReaderStatus> = {}): ReaderStatus {
  return {
    pid: 4711,
    startedAt: NOON - 3_600_000,
    recording: true,
    why: null,
    since: NOON - 3_600_000,
    droppedFrames: 0,
    heartbeatAt: NOON - 500,
    alive: true,
    heartbeatAgeMs: 500,
    ...changes,
  };
}

export const GAP: Gap = {
  since: NOON - 120_000,
  until: NOON - 60_000,
  code: 'full',
  why: 'no space left',
  droppedFrames: 12_345,
  droppedFacts: 2,
};
