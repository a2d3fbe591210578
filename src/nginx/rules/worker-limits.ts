import type { Directive, Word } from '../parse/tree.ts';
import type { View } from './rule.ts';

/** What a worker process may hold, as the top of the configuration says. */

/** ngx_event.c, DEFAULT_CONNECTIONS. */
export const DEFAULT_CONNECTIONS = 512;

/** A number and the word that says it. */
export interface Limit {
  readonly count: number;
  readonly word: Word | null;
}

export interface WorkerConnections extends Limit {
  readonly events: Directive;
}

/** @returns null where there is no events block (a piece of a configuration), or a placeholder stands for the number */
export function workerConnections(view: View): WorkerConnections | null {
  const events = view.every('events')[0];
  if (events === undefined) return null;
  const word = firstWord(view, 'worker_connections');
  if (word === null) return { events, count: DEFAULT_CONNECTIONS, word: null };
  const count = wholeNumber(word);
  return count === null ? null : { events, count, word };
}

/** @returns null where it is not set: the limit is then that of the process that started nginx, which no configuration tells */
export function openFiles(view: View): { readonly count: number; readonly word: Word } | null {
  const word = firstWord(view, 'worker_rlimit_nofile');
  const count = word === null ? null : wholeNumber(word);
  return word === null || count === null ? null : { count, word };
}

const firstWord = (view: View, name: string): Word | null => view.every(name)[0]?.args[0] ?? null;

const wholeNumber = ({ text }: Word): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null);
