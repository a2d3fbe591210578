/** Connections for a journal that no gateway has seen. */

import { Journal } from '../../src/evidence/journal.ts';
import { NameTable } from '../../src/evidence/names.ts';
import { emptyTotals, type Totals } from '../../src/evidence/timeline.ts';

export interface OpenJournal {
  readonly journal: Journal;
  readonly names: NameTable;
}

export interface MadeConnection {
  readonly number: number;
  readonly id: string;
  readonly openedAt: number;
}

export async function journalIn(folder: string): Promise<OpenJournal> {
  const names = new NameTable();
  const log = (_level: string, message: string): void => void process.stderr.write(`${message}\n`);
  const { journal } = await Journal.open({ folder, names, log });
  return { journal, names };
}

let made = 0;

/** @param openedAt ms since the epoch */
export function openConnection(journal: Journal, openedAt: number): MadeConnection {
  const id = `bench${String(made++).padStart(11, '0')}`;
  const tap = { name: 'gateway', behind: 'nginx', before: null };
  const url = '/api/v4/websocket?connection_id=&sequence_number=0';
  const keepaliveMs = { client: 30_000, server: 30_000 };
  const peer = `127.0.0.1:${10_000 + (made % 50_000)}`;
  const head = { connection: id, tap, url, trace: null, openedAt, keepaliveMs };
  const number = journal.opened(head, { peer, forwardedFor: '203.0.113.7', userAgent: 'Mozilla/5.0 (bench)' });
  const headers = [['Host', 'chat.example.com'] as const, ['Upgrade', 'websocket'] as const];
  journal.fact(number, 0, {
    kind: 'upgrade-request',
    at: openedAt,
    method: 'GET',
    url,
    httpVersion: '1.1',
    headers,
    peer,
    headBytes: 0,
    missing: null,
  });
  journal.fact(number, 1, {
    kind: 'upgrade-answer',
    at: openedAt + 2,
    status: 101,
    reason: 'Switching Protocols',
    httpVersion: '1.1',
    headers,
    headBytes: 0,
    body: null,
    own: false,
  });
  return { number, id, openedAt };
}

/** Ends a connection as an idle timer of nginx would. @param at ms since the epoch @param frames from the server */
export function endConnection(
  journal: Journal,
  { number, id, openedAt }: MadeConnection,
  at: number,
  frames: number,
): void {
  journal.fact(number, 2, { kind: 'fin', at, from: 'client', closeNotify: null, insideFrame: null });
  journal.fact(number, 3, { kind: 'ended', at });
  const empty = emptyTotals(openedAt);
  const totals: Totals = {
    ...empty,
    server: { ...empty.server, frames, bytes: frames * 604, lastByteAt: at - 60_000 },
  };
  journal.ended(number, at, totals);
  const verdict = { closedBy: 'proxy', cause: 'proxy-idle-timeout', certainty: 'likely' };
  const evidence = Array.from({ length: 4 }, (_, i) => ({
    at: new Date(at - i * 1000).toISOString(),
    source: 'client-leg',
    says: 'nginx closed the connection with a FIN, without a Close frame, 60.0 s after the last byte that crossed',
  }));
  const summary = 'nginx closed the connection because it had been idle for 60 s (proxy_read_timeout).';
  const json = JSON.stringify({
    connection: id,
    tap: 'gateway',
    openedAt,
    closedAt: at,
    hop: 'nginx',
    manner: 'fin',
    ...verdict,
    summary,
    evidence,
    ruledOut: evidence,
    remedy: 'proxy_read_timeout 1h;',
    frames: { client: 0, server: frames },
  });
  const columns = { hop: 'nginx', refusal: null, idleMs: 60_000, lifetimeMs: at - openedAt, together: null };
  journal.verdict(number, { ...verdict, ...columns, closedAt: at, json });
}
