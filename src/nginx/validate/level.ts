import type { Context } from '../directives/table.ts';
import type { Directive } from '../parse/tree.ts';

/** How a block is read: as configuration, as a table of its own (`map`, `types` …), or not at all (a module's own language). */
export type Reads = { readonly as: 'directives'; readonly context: Context } | { readonly as: 'table' | 'foreign' };

/** A block while it is gone through. */
export interface Level {
  /** null for the top. */
  readonly block: Directive | null;
  readonly outer: Level | null;
  readonly context: Context;
  /** The first directive of each name that may stand once. */
  readonly once: Map<string, Directive>;
}

export const newLevel = (context: Context, block: Directive | null, outer: Level | null): Level => ({
  block,
  outer,
  context,
  once: new Map(),
});

const TABLES: ReadonlySet<string> = new Set(['map', 'geo', 'types', 'split_clients', 'charset_map']);

/** What the block of each name holds, where its own name does not say it. */
const INNER: Readonly<Partial<Record<Context, Readonly<Record<string, Context>>>>> = {
  main: { http: 'http', events: 'events', stream: 'stream', mail: 'mail' },
  http: { server: 'server', upstream: 'upstream' },
  server: { location: 'location', if: 'server-if' },
  location: { location: 'location', if: 'location-if', limit_except: 'limit_except' },
  stream: { server: 'stream-server', upstream: 'stream-upstream' },
  mail: { server: 'mail-server' },
};

/** @param context that in which the block stands */
export function readsBlock({ name, block }: Directive, context: Context): Reads {
  if (block?.opaque === true) return { as: 'foreign' };
  if (TABLES.has(name)) return { as: 'table' };
  const inner = INNER[context]?.[name];
  return inner === undefined ? { as: 'foreign' } : { as: 'directives', context: inner };
}
