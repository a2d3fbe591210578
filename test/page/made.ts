/** Connections for a journal that no gateway has seen: enough of each that every view has something to show. */

import type { Journal } from '../../src/evidence/journal.ts';
import { emptyTotals, type TimelineHead } from '../../src/evidence/timeline.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';

type Ending = Pick<Verdict, 'closedBy' | 'hop' | 'cause' | 'certainty' | 'manner' | 'closeCode' | 'summary' | 'remedy'>;

/** Ways to end, as verdicts put them. */
export const ENDINGS = {
  idle: {
    ...{ closedBy: 'proxy', hop: 'nginx', cause: 'proxy-idle-timeout', certainty: 'likely', manner: 'fin' },
    ...{ closeCode: null, summary: 'nginx closed the connection after 60 s without a byte.' },
    remedy: 'proxy_read_timeout 600s;  # in the location that proxies the WebSocket',
  },
  reload: {
    ...{ closedBy: 'proxy', hop: 'nginx', cause: 'proxy-reload', certainty: 'likely', manner: 'fin' },
    ...{ closeCode: null, summary: 'nginx was reloaded and ended what it had.', remedy: null },
  },
  goingAway: {
    ...{ closedBy: 'client', hop: 'client', cause: 'client-going-away', certainty: 'certain', manner: 'close-frame' },
    ...{ closeCode: 1001, summary: 'The client left: its tab was closed.', remedy: null },
  },
  pong: {
    ...{ closedBy: 'server', hop: 'mattermost', cause: 'server-pong-timeout', certainty: 'likely', manner: 'fin' },
    ...{ closeCode: null, summary: 'Mattermost had no pong for 100 s.', remedy: null },
  },
  silent: {
    ...{ closedBy: 'network', hop: null, cause: 'peer-silent', certainty: 'certain', manner: 'silence' },
    ...{ closeCode: null, summary: 'TCP gave up on the client.', remedy: null },
  },
  unsure: {
    ...{ closedBy: 'proxy', hop: 'nginx', cause: 'proxy-closed', certainty: 'possible', manner: 'fin' },
    ...{ closeCode: null, summary: 'nginx closed the connection; one tap cannot see why.', remedy: null },
  },
} as const satisfies Readonly<Record<string, Ending>>;

export interface Opening {
  /** Makes the id, and with it the order of connections that are otherwise alike. */
  readonly n: number;
  readonly tap?: 'inner' | 'edge';
  /** ms since the epoch. */
  readonly openedAt: number;
  readonly forwardedFor?: string | null;
  readonly userAgent?: string;
  /** A name of Mattermost's. */
  readonly user?: string;
  readonly keepaliveMs?: number | null;
}

export interface Made extends Opening {
  readonly ending: keyof typeof ENDINGS;
  readonly closedAt: number;
  /** Silence before the end, in ms. */
  readonly idleMs: number | null;
  /** How many ended at once. */
  readonly together?: number;
}

/** An id as hangup makes them, for the nth connection. */
export function idOf(n: number): string {
  const digits = n.toString(32).replaceAll(/[0-9a-v]/g, (digit) => ALPHABET[Number.parseInt(digit, 32)] ?? '');
  return digits.padStart(16, 'a');
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** What the journal is told when a connection opens. */
export function opened({ n, tap = 'inner', openedAt, forwardedFor = `203.0.113.${n % 250}`, ...more }: Opening): {
  readonly head: TimelineHead;
  readonly client: Parameters<Journal['opened']>[1];
} {
  const { userAgent = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0', keepaliveMs = 30_000 } = more;
  const behind = tap === 'inner' ? 'nginx' : null;
  return {
    head: {
      connection: idOf(n),
      tap: { name: tap, behind, before: behind === null ? 'nginx' : null },
      url: `/api/v4/websocket?n=${n}`,
      trace: null,
      openedAt,
      keepaliveMs: { client: keepaliveMs, server: keepaliveMs },
    },
    client: { peer: `10.0.${n % 7}.9:${10_000 + (n % 50_000)}`, forwardedFor, userAgent },
  };
}

/** A connection from its first fact to its verdict. @param frames each side sent, as the verdict says; none is in the journal */
export function recordClosed(journal: Journal, made: Made): void {
  const { user, closedAt } = made;
  const { head, client } = opened(made);
  const number = journal.opened(head, client);
  if (user !== undefined) {
    journal.user(number, `user-${user}`);
    journal.userName(`user-${user}`, user);
  }
  journal.fact(number, 0, { kind: 'fin', at: closedAt, from: 'client', closeNotify: null, insideFrame: null });
  journal.fact(number, 1, { kind: 'ended', at: closedAt });
  endConnection(journal, number, made, head);
}

/** The end of a connection that the journal has, and its verdict. */
export function endConnection(journal: Journal, number: number, made: Made, head: TimelineHead): void {
  const { ending, closedAt, idleMs, openedAt, together = null } = made;
  journal.ended(number, closedAt, emptyTotals(openedAt));
  const { closedBy, cause, certainty, hop } = ENDINGS[ending];
  const lifetimeMs = Math.round(closedAt - openedAt);
  const json = JSON.stringify(verdictOf(made, head));
  const columns = { refusal: null, idleMs, lifetimeMs, together };
  journal.verdict(number, { closedBy, cause, certainty, hop, ...columns, closedAt, json });
}

function verdictOf({ ending, closedAt, idleMs, openedAt }: Made, { connection, tap, url }: TimelineHead): Verdict {
  const at = new Date(closedAt).toISOString();
  const { certainty } = ENDINGS[ending];
  return {
    ...{ connection, trace: null, tap: tap.name, url, refusal: null, closeReason: null },
    openedAt: new Date(openedAt).toISOString(),
    closedAt: at,
    lifetimeMs: Math.round(closedAt - openedAt),
    ...ENDINGS[ending],
    evidence: [{ at, source: 'client-leg', says: 'FIN without a Close frame, 60.0 s after the last byte' }],
    ruledOut: [{ who: 'server', because: 'it had not ended its side when the FIN came' }],
    witness: certainty === 'certain' ? null : 'The error log of nginx at level info would tell.',
    idle: { clientMs: idleMs, serverMs: idleMs, anyMs: idleMs, longestNaturalGapMs: idleMs ?? 0 },
    frames: { client: 3, server: 12 },
  };
}
