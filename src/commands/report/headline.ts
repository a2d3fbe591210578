import { harmless } from '../../words/harmless.ts';
import { grouped, span } from '../../words/times.ts';
import type { Filters } from './filters.ts';
import type { Tally } from './tally.ts';

/** The first line of a report: what happened, in one sentence, and how sure that is. */

export interface Scope {
  readonly filters: Filters;
  /** Connections were counted up to this one's close and no further back; null when all were. ms since the epoch. */
  readonly countedSince: string | null;
  /** Connections open now. */
  readonly open: number;
}

export function headline(tally: Tally, { filters, countedSince, open }: Scope): string[] {
  const when = filters.withinMs === null ? '' : `In the last ${lastWords(filters.withinMs)}: `;
  const only = [filters.closedBy, filters.cause].filter((word) => word !== null).join(', ');
  const which = only === '' ? '' : ` (${only} only)`;
  const openNow = `${grouped(open)} open`;
  if (tally.closed === 0) return [`${when}nothing closed${which}; ${openNow}.`];
  const latest = countedSince === null ? '' : when === '' ? 'The latest ' : 'the latest ';
  const since = countedSince === null ? '' : ` (since ${countedSince})`;
  return [
    `${when}${latest}${grouped(tally.closed)} closed${since}${which}: ${harmless(tally.parties())}; ${openNow}.`,
    `How sure: ${tally.sureness()}.`,
  ];
}

/** `hour` for 1 h, `60.0 s` for 60 s: as people say it after "in the last". */
function lastWords(ms: number): string {
  const units: [number, string][] = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
  ];
  for (const [unit, word] of units) {
    if (ms === unit) return word;
    if (ms > unit && ms % unit === 0) return `${ms / unit} ${word}s`;
  }
  return span(ms);
}

/** An empty journal, said with what to do about it. */
export function nothingYet(open: number): string[] {
  return open === 0
    ? ['No connection has been recorded yet. Point clients at a tap of `hangup serve`, or see `hangup demo`.']
    : [`Nothing has closed yet; ${grouped(open)} open (\`hangup report --open\` lists them).`];
}
