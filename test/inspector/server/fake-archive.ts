/** An archive of a few rows in memory, in the place of the one that reads the journal. */

import type {
  ConnectionDetail,
  ConnectionQuery,
  ConnectionsPage,
  ConnectionView,
  FramesPage,
  FramesQuery,
  GapsPage,
  PayloadView,
} from '../../../src/inspector/api.ts';
import type { Archive, ArchivedSummary, VerdictLines } from '../../../src/inspector/archive.ts';

export class FakeArchive implements Archive {
  rows: ConnectionView[] = [];
  /** What was asked last. */
  asked: { query: ConnectionQuery; limit: number; cursor: string | null } | null = null;
  framesAsked: FramesQuery | null = null;
  /** Frames of every connection. */
  frameCount = 3;
  lines: string[] = [];
  /** Thrown by every question, when set. */
  broken: Error | null = null;
  closed = false;

  async connections(query: ConnectionQuery, limit: number, cursor: string | null): Promise<ConnectionsPage> {
    this.#check();
    this.asked = { query, limit, cursor };
    const from = Number(cursor ?? 0);
    const rows = this.rows.slice(from, from + limit);
    return { connections: rows, next: from + limit < this.rows.length ? String(from + limit) : null };
  }

  async connection(id: string): Promise<ConnectionDetail | null> {
    this.#check();
    const row = this.rows.find(({ connection }) => connection === id);
    return row === undefined ? null : { ...row, ...NO_DETAIL };
  }

  async frames(id: string, query: FramesQuery): Promise<FramesPage | null> {
    this.#check();
    this.framesAsked = query;
    if (!this.#has(id)) return null;
    const first = Math.min(query.from ?? 0, this.frameCount);
    const last = Math.min(this.frameCount, first + (query.limit ?? 200));
    const frames = Array.from({ length: last - first }, (_, i) => ({ ...FRAME, index: first + i }));
    return { total: this.frameCount, first, frames };
  }

  async gaps(id: string, minMs: number): Promise<GapsPage | null> {
    this.#check();
    return this.#has(id) ? { gaps: [{ index: 1, at: 1_700_000_000_000, ms: minMs }], total: 1 } : null;
  }

  async payload(id: string, index: number, limit: number): Promise<PayloadView | null> {
    this.#check();
    if (!this.#has(id) || index >= this.frameCount) return null;
    return { kept: 5, length: 5, text: 'hello'.slice(0, limit), base64: null, cut: limit < 5 };
  }

  async summary(): Promise<ArchivedSummary> {
    this.#check();
    return EMPTY_SUMMARY;
  }

  async verdicts(_query: ConnectionQuery, limit: number, cursor: string | null): Promise<VerdictLines> {
    this.#check();
    const from = Number(cursor ?? 0);
    const next = from + limit < this.lines.length ? String(from + limit) : null;
    return { lines: this.lines.slice(from, from + limit), next };
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #has(id: string): boolean {
    return this.rows.some(({ connection }) => connection === id);
  }

  #check(): void {
    if (this.broken !== null) throw this.broken;
  }
}

export const FRAME = {
  at: 1_700_000_000_000.5,
  from: 'server',
  opcode: 1,
  fin: true,
  rsv: 0,
  masked: false,
  length: 5,
  own: false,
  name: 'posted',
} as const;

const NO_DETAIL = {
  facts: [],
  lastFrames: [],
  droppedFacts: 0,
  recordedFrames: 0,
  upgrade: { request: null, sent: null, answer: null },
  serverLog: null,
  timers: [],
  notes: [],
};

const EMPTY_SUMMARY: ArchivedSummary = {
  closed: 0,
  byParty: { client: 0, proxy: 0, server: 0, network: 0, gateway: 0, unknown: 0 },
  byCertainty: { certain: 0, likely: 0, possible: 0 },
  groups: [],
  notes: ['a note of the archive'],
  pictures: {
    idle: { buckets: [], timers: [] },
    closes: { bucketMs: 60_000, buckets: [], mass: [] },
    survival: [],
    roundTrips: [],
  },
};

/** A closed connection. @param id 16 letters of a-z and 2-7 */
export function row(id: string, more: Partial<ConnectionView> = {}): ConnectionView {
  return {
    connection: id,
    state: 'closed',
    tap: 'inner',
    behind: 'nginx',
    before: null,
    url: '/api/v4/websocket',
    trace: null,
    openedAt: '2026-01-01T12:00:00.000Z',
    closedAt: '2026-01-01T12:01:00.000Z',
    lifetimeMs: 60_000,
    client: { peer: '127.0.0.1:50000', forwardedFor: null, userAgent: null },
    user: { id: 'aaaaaaaaaaaaaaaaaaaaaaaaaa', name: 'bot' },
    keepaliveMs: { client: 30_000, server: 30_000 },
    idle: { clientMs: 1, serverMs: 2, anyMs: 1, longestNaturalGapMs: 3 },
    frames: { client: 1, server: 2 },
    bytes: { client: 10, server: 20 },
    roundTripMs: { client: 0.5, server: null },
    gapsOver60s: 0,
    verdict: null,
    ...more,
  };
}
