import type { Cause, Certainty, Party } from '../../../verdict/verdict.ts';
import { isCause, isParty } from '../../../words/codes.ts';
import { parseDuration } from '../../../words/duration.ts';
import type { Query } from '../query.ts';
import type { Row } from './row.ts';

/** What narrows the overview. It stands in the page's URL under the names that the API takes; null: all. */
export interface Filter {
  readonly open: boolean | null;
  readonly closedBy: Party | null;
  readonly cause: Cause | null;
  readonly certainty: Certainty | null;
  readonly hop: string | null;
  readonly tap: string | null;
  readonly text: string | null;
  /** As the URL has them: `24h` back from now, ISO 8601, or ms since the epoch. */
  readonly since: string | null;
  readonly until: string | null;
  readonly idleFromMs: number | null;
  readonly idleToMs: number | null;
}

export type FilterKey = keyof Filter;

/** What narrows everything, the figures too. */
type Context = Pick<Filter, 'tap' | 'text' | 'since' | 'until' | 'hop'>;

export const NO_FILTER: Filter = {
  open: null,
  closedBy: null,
  cause: null,
  certainty: null,
  hop: null,
  tap: null,
  text: null,
  since: null,
  until: null,
  idleFromMs: null,
  idleToMs: null,
};

/** Reads the page's query; what it does not understand narrows nothing. */
export function filterOf(query: URLSearchParams): Filter {
  const closedBy = query.get('closedBy') ?? '';
  const cause = query.get('cause') ?? '';
  const certainty = query.get('certainty') ?? '';
  const open = query.get('open');
  return {
    open: open === 'true' ? true : open === 'false' ? false : null,
    closedBy: isParty(closedBy) ? closedBy : null,
    cause: isCause(cause) ? cause : null,
    certainty: isCertainty(certainty) ? certainty : null,
    hop: query.get('hop') || null,
    tap: query.get('tap') || null,
    text: query.get('text')?.trim() || null,
    since: momentText(query.get('since')),
    until: momentText(query.get('until')),
    idleFromMs: wholeNumber(query.get('idleFromMs')),
    idleToMs: wholeNumber(query.get('idleToMs')),
  };
}

/** The query of `/api/connections` and `/api/verdicts`. */
export function listQuery(filter: Filter): Query {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null));
}

/**
 * The query of `/api/summary`. It leaves out what is chosen among its own figures (who, cause, certainty, idle time, open or
 * closed): else a choice would wipe out the figures beside it.
 */
export function contextQuery({ tap, text, since, until, hop }: Context): Query {
  return listQuery({ ...NO_FILTER, tap, text, since, until, hop });
}

/**
 * The query of the summary whose pictures are drawn: of what was chosen by who, cause and certainty; but of all silences, for the
 * picture of silences is where one is chosen.
 */
export function pictureQuery({ closedBy, cause, certainty, ...rest }: Filter): Query {
  return { ...contextQuery(rest), ...listQuery({ ...NO_FILTER, closedBy, cause, certainty }) };
}

export function without(filter: Filter, keys: readonly FilterKey[]): Filter {
  return { ...filter, ...Object.fromEntries(keys.map((key) => [key, null])) };
}

/** Whether a row belongs into the list, as the API would decide. @param now ms since the epoch */
export function matches(filter: Filter, row: Row, now: number): boolean {
  const { verdict, idleMs } = row;
  const closed = row.state === 'closed';
  if (filter.open !== null && filter.open === closed) return false;
  if (filter.tap !== null && filter.tap !== row.tap) return false;
  if (filter.text !== null && !holds(row, filter.text)) return false;
  if (asksForVerdict(filter) && !closed) return false;
  if (filter.closedBy !== null && filter.closedBy !== verdict?.closedBy) return false;
  if (filter.cause !== null && filter.cause !== verdict?.cause) return false;
  if (filter.certainty !== null && filter.certainty !== verdict?.certainty) return false;
  if (filter.hop !== null && filter.hop !== verdict?.hop) return false;
  if (filter.idleFromMs !== null && (idleMs ?? -1) < filter.idleFromMs) return false;
  if (filter.idleToMs !== null && (idleMs ?? Number.POSITIVE_INFINITY) >= filter.idleToMs) return false;
  return row.closedAt === null || isWithin(filter, row.closedAt, now);
}

/** What only a closed connection has. */
const asksForVerdict = (filter: Filter): boolean =>
  [filter.closedBy, filter.cause, filter.certainty, filter.hop, filter.idleFromMs, filter.idleToMs].some(
    (value) => value !== null,
  );

function isWithin({ since, until }: Filter, at: number, now: number): boolean {
  const from = since === null ? null : momentOf(since, now);
  const to = until === null ? null : momentOf(until, now);
  return (from === null || at >= from) && (to === null || at < to);
}

function holds(row: Row, text: string): boolean {
  const wanted = text.toLowerCase();
  const { verdict } = row;
  return [row.url, row.peer, row.forwardedFor, row.userAgent, row.userName, row.userId, row.id]
    .concat(verdict === null ? [] : [verdict.cause, verdict.hop])
    .some((part) => part?.toLowerCase().includes(wanted));
}

/** @returns ms since the epoch; null for what is no moment */
export function momentOf(text: string, now: number): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const back = parseDuration(text);
  if (back.ok) return now - back.value;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

const momentText = (text: string | null): string | null => (text && momentOf(text, 0) !== null ? text : null);

const wholeNumber = (text: string | null): number | null => (text && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null);

export const isCertainty = (word: string): word is Certainty =>
  word === 'certain' || word === 'likely' || word === 'possible';
