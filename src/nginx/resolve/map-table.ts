import type { Directive } from '../parse/tree.ts';
import { asBytes, lowered } from './bytes.ts';
import { type RefusedRegex, type Regex, regexOf } from './regex/regex.ts';
import { argument, childrenOf } from './tree.ts';
import { unreadIncludes } from './unread.ts';

/** A `map` block, ready to be asked (ngx_http_map_block, ngx_http_map_find). */
export interface MapTable {
  /** What is looked up, with variables in it. */
  readonly source: string;
  readonly volatile: boolean;
  readonly hostnames: boolean;
  /** Keys in lower case: nginx compares strings without case. */
  readonly exact: ReadonlyMap<string, string>;
  /** `*.example.com`, with `hostnames`: what it must end with. */
  readonly ends: ReadonlyMap<string, string>;
  /** `mail.*`, with `hostnames`: what it must begin with. */
  readonly begins: ReadonlyMap<string, string>;
  readonly regexes: readonly { readonly regex: Regex | RefusedRegex; readonly value: string }[];
  /** null where an `include` was not read, which may have the key. */
  readonly fallback: string | null;
}

const known = new WeakMap<Directive, MapTable>();

export function mapTable(map: Directive): MapTable {
  let table = known.get(map);
  if (table === undefined) {
    table = readMap(map);
    known.set(map, table);
  }
  return table;
}

function readMap(map: Directive): MapTable {
  const lines = childrenOf(map).filter(({ name }) => name !== 'include');
  const hostnames = lines.some(({ name, args }) => name === 'hostnames' && args.length === 0);
  const exact = new Map<string, string>();
  const ends = new Map<string, string>();
  const begins = new Map<string, string>();
  const regexes: { regex: Regex | RefusedRegex; value: string }[] = [];
  let fallback = '';
  for (const line of lines) {
    const key = asBytes(line.name);
    const value = asBytes(argument(line, 0));
    if (line.args.length === 0) continue;
    if (key === 'default') fallback = value;
    else if (key.startsWith('~*')) regexes.push({ regex: regexOf(key.slice(2), true), value });
    else if (key.startsWith('~')) regexes.push({ regex: regexOf(key.slice(1), false), value });
    else addKey(lowered(key.replace(/^\\/, '')), value);
  }
  return {
    source: asBytes(argument(map, 0)),
    volatile: lines.some(({ name, args }) => name === 'volatile' && args.length === 0),
    hostnames,
    exact,
    ends,
    begins,
    regexes,
    fallback: unreadIncludes(map).length > 0 ? null : fallback,
  };

  function addKey(key: string, value: string): void {
    if (hostnames && key.startsWith('*.')) ends.set(key.slice(1), value);
    else if (hostnames && key.startsWith('.')) {
      exact.set(key.slice(1), value);
      ends.set(key, value);
    } else if (hostnames && key.endsWith('.*')) begins.set(key.slice(0, -1), value);
    else exact.set(key, value);
  }
}

/**
 * @param match runs a pattern @returns the value as written, with its variables, or null where it cannot be told
 */
export function tableValue(
  table: MapTable,
  source: string,
  match: (regex: Regex, text: string) => boolean | null,
): string | null {
  const text = table.hostnames ? source.replace(/\.$/, '') : source;
  const low = lowered(text);
  const plain =
    table.exact.get(low) ??
    longest(table.ends, (key) => low.endsWith(key)) ??
    longest(table.begins, (key) => low.startsWith(key));
  if (plain !== undefined) return plain;
  // Patterns are not asked about nothing.
  if (text === '') return table.fallback;
  for (const { regex, value } of table.fallback === null ? [] : table.regexes) {
    if ('refused' in regex) return null;
    const matches = match(regex, text);
    if (matches === null) return null;
    if (matches) return value;
  }
  return table.fallback;
}

function longest(keys: ReadonlyMap<string, string>, fits: (key: string) => boolean): string | undefined {
  let best: string | undefined;
  let length = 0;
  for (const [key, value] of keys) {
    if (key.length <= length || !fits(key)) continue;
    best = value;
    length = key.length;
  }
  return best;
}
