/** Connections as the gateway makes them, opened and ended by hand. */

import type { Fact } from '../../../src/evidence/fact.ts';
import type { Recorder } from '../../../src/evidence/recorder.ts';
import { now } from '../../../src/gateway/clock.ts';
import { ConnectionLog, newConnectionId } from '../../../src/gateway/connection-log.ts';
import type { Inspector } from '../../../src/inspector/inspector.ts';
import { judge } from '../../../src/verdict/judge.ts';

let opened = 0;

const NO_RECORDER: Recorder = {
  opened: () => ++opened,
  fact: () => undefined,
  frame: () => undefined,
  ended: () => undefined,
  verdict: () => undefined,
  user: () => undefined,
  userName: () => undefined,
};

export interface OpenOptions {
  readonly tap?: string;
  readonly peer?: string;
  readonly forwardedFor?: string;
  readonly url?: string;
}

/** Opens a connection in the sight of an inspector. */
export function open(inspector: Inspector, options: OpenOptions = {}): ConnectionLog {
  const { tap = 'inner', peer = '10.0.0.5:40000', forwardedFor = null, url = '/api/v4/websocket' } = options;
  const openedAt = now();
  const log = new ConnectionLog(
    {
      connection: newConnectionId(),
      tap: { name: tap, behind: 'nginx', before: null },
      url,
      trace: null,
      openedAt,
      keepaliveMs: { client: 30_000, server: 30_000 },
    },
    { peer, forwardedFor, userAgent: 'bot/1.0' },
    NO_RECORDER,
    inspector.open,
  );
  log.add({
    kind: 'upgrade-request',
    at: openedAt,
    method: 'GET',
    url,
    httpVersion: '1.1',
    headers: [],
    peer,
    headBytes: 0,
    missing: null,
  });
  log.add({
    kind: 'upgrade-answer',
    at: openedAt,
    status: 101,
    reason: 'Switching Protocols',
    httpVersion: '1.1',
    headers: [],
    headBytes: 0,
    body: null,
    own: false,
  });
  return log;
}

export const CLOSE: Omit<Extract<Fact, { kind: 'close-frame' }>, 'at'> = {
  kind: 'close-frame',
  from: 'client',
  code: 1000,
  reason: '',
  masked: true,
  echo: false,
};

/** Ends it as a client does, and judges it as the court would. */
export function close(inspector: Inspector, log: ConnectionLog): void {
  log.add({ ...CLOSE, at: now() });
  judgeNow(inspector, log, true);
  log.end();
  judgeNow(inspector, log, false);
}

export function judgeNow(inspector: Inspector, log: ConnectionLog, first: boolean): void {
  inspector.onVerdict(log, judge(log.timeline.snapshot(() => null)), first);
}
