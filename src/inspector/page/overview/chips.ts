import { causeWords } from '../../../words/codes.ts';
import { clock, span } from '../../../words/times.ts';
import { type Filter, type FilterKey, momentOf } from './filter.ts';

/** One part of the filter in words, and what of the URL goes when it is taken out. */
export interface Chip {
  readonly keys: readonly FilterKey[];
  readonly label: string;
  /** What a stranger may have written; shown apart. */
  readonly value: string;
}

/** Lengths of time that the menu of the header offers; '' is all. */
export const SPANS: readonly { readonly since: string; readonly words: string }[] = [
  { since: '1h', words: 'last hour' },
  { since: '24h', words: 'last 24 h' },
  { since: '7d', words: 'last 7 d' },
  { since: '', words: 'all times' },
];

/** @param now ms since the epoch */
export function chipsOf(filter: Filter, now: number): Chip[] {
  const { open, closedBy, cause, certainty, hop, tap, text, since, until, idleFromMs, idleToMs } = filter;
  const chips: Chip[] = [];
  const add = (keys: readonly FilterKey[], label: string, value: string) => chips.push({ keys, label, value });
  if (open !== null) add(['open'], 'state', open ? 'open' : 'closed');
  if (closedBy !== null) add(['closedBy'], 'closed by', closedBy);
  if (certainty !== null) add(['certainty'], 'how sure', certainty);
  if (cause !== null) add(['cause'], 'cause', causeWords(cause));
  if (idleFromMs !== null || idleToMs !== null) {
    add(['idleFromMs', 'idleToMs'], 'silence', rangeWords(idleFromMs, idleToMs));
  }
  if (text !== null) add(['text'], 'text', text);
  if (hop !== null) add(['hop'], 'hop', hop);
  if (tap !== null) add(['tap'], 'tap', tap);
  if (since !== null || until !== null) add(['since', 'until'], 'closed', timeWords(since, until, now));
  return chips;
}

function rangeWords(from: number | null, to: number | null): string {
  if (to === null) return `${span(from ?? 0)} and more`;
  return from === null ? `under ${span(to)}` : `${span(from)} to ${span(to)}`;
}

function timeWords(since: string | null, until: string | null, now: number): string {
  const known = SPANS.find((each) => each.since === since && until === null);
  if (known !== undefined) return `in the ${known.words}`;
  const words = (text: string | null) => {
    const at = text === null ? null : momentOf(text, now);
    return at === null ? null : clock(at, now);
  };
  const from = words(since);
  const to = words(until);
  if (to === null) return `since ${from}`;
  return from === null ? `before ${to}` : `${from} to ${to}`;
}
