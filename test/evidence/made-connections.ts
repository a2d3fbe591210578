import type { Journal } from '../../src/evidence/journal.ts';
import type { ConnectionFilter } from '../../src/evidence/journal-reader.ts';
import { emptyTotals } from '../../src/evidence/timeline.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';

/** 2026-01-01. */
export const START = 1_767_225_600_000;

/** What a test knows of a connection that it has recorded. */
export interface Made {
  readonly id: string;
  readonly number: number;
  readonly tap: string;
  readonly url: string;
  readonly peer: string;
  readonly forwardedFor: string | null;
  readonly userAgent: string | null;
  readonly user: { readonly id: string; readonly name: string | null } | null;
  readonly keepaliveMs: { readonly client: number | null; readonly server: number | null };
  readonly openedAt: number;
  /** null while it is open. */
  readonly verdict: Verdict | null;
  readonly closedAt: number | null;
  readonly together: number | null;
}

const USERS = [null, { id: 'user1', name: 'alice' }, { id: 'user2', name: null }, { id: 'user3', name: 'claw_bot' }];
const AGENTS = [null, 'Mozilla/5.0 (X11) Firefox/140.0', '100% Bot_1', 'C:\\bot'];
const ENDS = [
  ['client', 'client', 'client-going-away', 'certain'],
  ['client', 'client', 'client-close', 'possible'],
  ['proxy', 'nginx', 'proxy-idle-timeout', 'likely'],
  ['proxy', 'nginx', 'proxy-reload', 'likely'],
  ['server', 'mattermost', 'server-pong-timeout', 'likely'],
  ['network', null, 'peer-silent', 'certain'],
  ['server', 'mattermost', 'upgrade-refused', 'certain'],
  ['gateway', 'hangup', 'gateway-shutdown', 'certain'],
] as const;

const of = <T>(list: readonly T[], n: number): T => {
  const found = list[n % list.length];
  if (found === undefined) throw new RangeError('an empty list');
  return found;
};

/** Connection `i` of many, each different in most respects. @param isOpen whether it is left open */
export function makeConnection(journal: Journal, i: number, isOpen: boolean): Made {
  const openedAt = START + i * 1000 + 0.25;
  const id = `made${String(i).padStart(6, '0')}`;
  const tap = of(['inner', 'edge'], i);
  const url = `/api/v4/websocket?sequence_number=${i % 10}`;
  const keepaliveMs = i % 3 === 0 ? { client: null, server: null } : { client: 30_000, server: 30_000 };
  const behind = tap === 'inner' ? 'nginx' : null;
  const tapInfo = { name: tap, behind, before: null, idleMs: null };
  const client = {
    peer: `10.0.${i % 7}.9:${40_000 + i}`,
    forwardedFor: i % 4 === 0 ? null : `203.0.113.${i % 5}`,
    userAgent: of(AGENTS, i),
  };
  const number = journal.opened({ connection: id, tap: tapInfo, url, trace: null, openedAt, keepaliveMs }, client);
  const user = of(USERS, i);
  if (user !== null) journal.user(number, user.id);
  if (user !== null && user.name !== null) journal.userName(user.id, user.name);
  const made = { id, number, tap, url, ...client, user, keepaliveMs, openedAt };
  if (isOpen) return { ...made, verdict: null, closedAt: null, together: null };
  const verdict = makeVerdict(made, i);
  const together = i % 11 < 3 ? 3 : null;
  const closedAt = Date.parse(verdict.closedAt ?? '');
  const { closedBy, cause, certainty, hop, refusal, lifetimeMs } = verdict;
  const { anyMs: idleMs } = verdict.idle;
  journal.fact(number, 0, { kind: 'ended', at: closedAt });
  journal.ended(number, closedAt, emptyTotals(openedAt));
  const columns = { closedBy, cause, certainty, hop, refusal, idleMs, lifetimeMs, together };
  journal.verdict(number, { ...columns, closedAt, json: JSON.stringify(verdict) });
  return { ...made, verdict, closedAt, together };
}

function makeVerdict({ id, tap, url, openedAt }: Pick<Made, 'id' | 'tap' | 'url' | 'openedAt'>, i: number): Verdict {
  // Some close at the very same time.
  const closedAt = START + 2_000_000 + ((i * 7919) % 400) * 500;
  const [closedBy, hop, cause, certainty] = of(ENDS, i);
  const anyMs = i % 13 === 0 ? null : (i * 977) % 90_000;
  return {
    ...{ connection: id, trace: null, tap, url, closedBy, hop, cause, certainty },
    openedAt: new Date(openedAt).toISOString(),
    closedAt: new Date(closedAt).toISOString(),
    lifetimeMs: Math.round(closedAt - openedAt),
    refusal: cause === 'upgrade-refused' ? 'origin' : null,
    manner: 'fin',
    closeCode: null,
    closeReason: null,
    summary: 'It ended.',
    evidence: [],
    ruledOut: [],
    remedy: null,
    witness: certainty === 'certain' ? null : `the witness of ${cause}`,
    idle: { clientMs: anyMs, serverMs: anyMs, anyMs, longestNaturalGapMs: 0 },
    frames: { client: 1, server: 2 },
  };
}

/** What a filter must leave, found the slow way, in the order of the list. */
export function expected(made: readonly Made[], filter: ConnectionFilter): Made[] {
  const chosen = made.filter((one) => matches(one, filter));
  return chosen.sort((a, b) => (b.closedAt ?? Infinity) - (a.closedAt ?? Infinity) || b.number - a.number);
}

const isOr = <T>(wanted: T | undefined, value: T | undefined): boolean => wanted === undefined || wanted === value;

function matches(one: Made, filter: ConnectionFilter): boolean {
  const { verdict, closedAt } = one;
  const idle = verdict?.idle.anyMs ?? null;
  return (
    isOr(filter.open, closedAt === null) &&
    (filter.judged !== true || verdict !== null) &&
    isOr(filter.tap, one.tap) &&
    isOr(filter.id, one.id) &&
    (filter.ids === undefined || filter.ids.includes(one.id)) &&
    isOr<string>(filter.closedBy, verdict?.closedBy) &&
    isOr<string>(filter.cause, verdict?.cause) &&
    isOr<string>(filter.certainty, verdict?.certainty) &&
    isOr<string | null>(filter.hop, verdict?.hop) &&
    (filter.sinceMs === undefined || closedAt === null || closedAt >= filter.sinceMs) &&
    (filter.untilMs === undefined || (closedAt !== null && closedAt < filter.untilMs)) &&
    (filter.idleFromMs === undefined || (idle !== null && idle >= filter.idleFromMs)) &&
    (filter.idleToMs === undefined || (idle !== null && idle < filter.idleToMs)) &&
    (filter.text === undefined || says(one, filter.text))
  );
}

function says({ id, url, peer, forwardedFor, userAgent, user, verdict }: Made, text: string): boolean {
  const texts = [id, url, peer, forwardedFor, userAgent, user?.id, user?.name, verdict?.cause, verdict?.hop];
  return texts.some((one) => one?.toLowerCase().includes(text.toLowerCase()) === true);
}
