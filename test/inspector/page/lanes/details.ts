import type { Fact, FrameRecord, Side } from '../../../../src/evidence/fact.ts';
import type { ConnectionDetail, FactView } from '../../../../src/inspector/api.ts';
import type { Verdict } from '../../../../src/verdict/verdict.ts';
import { factLine } from '../../../../src/words/fact-words.ts';

/** Connections as the API tells them. Times are in seconds before (-) and after the close, which came at this moment. */
export const CLOSE = Date.UTC(2026, 2, 4, 14, 3, 22, 114);

export const at = (seconds: number): number => CLOSE + seconds * 1000;

export function view(fact: Fact): FactView {
  const { where, says, ending } = factLine(fact);
  return { ...fact, where: where === 'client' || where === 'server' ? where : 'hangup', says, ending };
}

/** The request and its 101. */
export const opened = (seconds: number): FactView[] => [
  view({
    kind: 'upgrade-request',
    at: at(seconds),
    method: 'GET',
    url: '/api/v4/websocket',
    httpVersion: '1.1',
    headers: [],
    peer: '172.18.0.9:51822',
    headBytes: 0,
    missing: null,
  }),
  view({
    kind: 'upgrade-answer',
    at: at(seconds),
    status: 101,
    reason: 'Switching Protocols',
    httpVersion: '1.1',
    headers: [],
    headBytes: 0,
    body: null,
    own: false,
  }),
];

export const fin = (seconds: number, from: Side): FactView =>
  view({ kind: 'fin', at: at(seconds), from, closeNotify: null, insideFrame: null });

export const rst = (seconds: number, from: Side): FactView =>
  view({ kind: 'rst', at: at(seconds), from, errno: 'ECONNRESET', sinceWriteMs: 12, silentBeforeWriteMs: 90 });

export const closeFrame = (seconds: number, from: Side, echo = false, reason = ''): FactView =>
  view({ kind: 'close-frame', at: at(seconds), from, code: 1000, reason, masked: from === 'client', echo });

export const refused = (seconds: number): FactView =>
  view({
    kind: 'upgrade-answer',
    at: at(seconds),
    status: 403,
    reason: 'Forbidden',
    httpVersion: '1.1',
    headers: [],
    headBytes: 0,
    body: null,
    own: false,
  });

const frame = (seconds: number, from: Side, opcode: number, more: Partial<FrameRecord> = {}): FrameRecord => ({
  at: at(seconds),
  from,
  opcode,
  fin: true,
  rsv: 0,
  masked: from === 'client',
  length: 0,
  own: false,
  name: null,
  ...more,
});

export const text = (seconds: number, from: Side, name: string | null = 'posted'): FrameRecord =>
  frame(seconds, from, 1, { length: 1214, name });

export const closing = (seconds: number, from: Side): FrameRecord => frame(seconds, from, 8);

export const ping = (seconds: number, from: Side, own = false): FrameRecord => frame(seconds, from, 9, { own });

export const pong = (seconds: number, from: Side, own = false): FrameRecord => frame(seconds, from, 10, { own });

export interface Told {
  readonly facts?: readonly FactView[];
  readonly frames?: readonly FrameRecord[];
  /** Index of the first of the frames: so many came before. */
  readonly firstFrame?: number;
  readonly behind?: string | null;
  readonly before?: string | null;
  readonly verdict?: Partial<Verdict> | null;
  readonly timers?: ConnectionDetail['timers'];
  /** When it was opened. */
  readonly seconds?: number;
  readonly droppedFacts?: number;
}

export function detail(told: Told): ConnectionDetail {
  const {
    facts = [],
    frames = [],
    firstFrame = 0,
    behind = null,
    before = null,
    verdict = null,
    seconds = -900,
  } = told;
  const idle = { clientMs: 1000, serverMs: 1000, anyMs: 12_000, longestNaturalGapMs: 60_000 };
  const common = {
    connection: 'c1',
    trace: null,
    tap: 'inner',
    url: '/api/v4/websocket',
    openedAt: new Date(at(seconds)).toISOString(),
    closedAt: verdict === null ? null : new Date(at(0)).toISOString(),
    lifetimeMs: -seconds * 1000,
    idle,
    frames: { client: 1, server: 1 },
  };
  return {
    ...common,
    state: verdict === null ? 'open' : 'closed',
    behind,
    before,
    client: { peer: '172.18.0.9:51822', forwardedFor: null, userAgent: null },
    user: null,
    keepaliveMs: { client: null, server: null },
    bytes: { client: 0, server: 0 },
    roundTripMs: { client: null, server: null },
    gapsOver60s: 0,
    verdict: verdict === null ? null : { ...common, ...UNKNOWN, ...verdict },
    facts: [...facts].sort((a, b) => a.at - b.at),
    lastFrames: [...frames].sort((a, b) => a.at - b.at).map((each, i) => ({ ...each, index: firstFrame + i })),
    droppedFacts: told.droppedFacts ?? 0,
    recordedFrames: firstFrame + frames.length,
    upgrade: { request: null, sent: null, answer: null },
    serverLog: null,
    timers: told.timers ?? [],
    notes: [],
  };
}

const UNKNOWN = {
  closedBy: 'unknown',
  hop: null,
  cause: 'unknown',
  refusal: null,
  manner: 'fin',
  closeCode: null,
  closeReason: null,
  certainty: 'possible',
  summary: 'Nobody is known to have closed it.',
  evidence: [],
  ruledOut: [],
  remedy: null,
  witness: null,
} as const;

/** 60.003 s without a byte behind nginx, and then its FIN. */
export const idleTimeout = (more: Told = {}): ConnectionDetail =>
  detail({
    behind: 'nginx',
    facts: [...opened(-843), fin(0, 'client'), fin(0.001, 'server')],
    frames: [text(-120, 'server'), text(-90.003, 'client'), ping(-60.044, 'server'), pong(-60.003, 'client')],
    firstFrame: 1150,
    seconds: -843,
    timers: [
      { ms: 60_000, label: 'nginx proxy_read_timeout (default)' },
      { ms: 90_000, label: "nginx proxy_read_timeout (Mattermost's recommended)" },
    ],
    verdict: { closedBy: 'proxy', hop: 'nginx', cause: 'proxy-idle-timeout', certainty: 'likely' },
    ...more,
  });
