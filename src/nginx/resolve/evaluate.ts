import { builtIn } from './built-in.ts';
import { lowered } from './bytes.ts';
import { definitionsOf } from './definitions.ts';
import { geoValue } from './geo.ts';
import { mapTable, tableValue } from './map-table.ts';
import type { Regex } from './regex/regex.ts';
import type { RequestState } from './state.ts';
import { type Piece, readTemplate } from './template.ts';
import { escapeArgs } from './uri.ts';

/** How captures go into what is made: encoded where a decoded URI becomes part of a query or a redirect. */
export type CaptureUse = 'plain' | 'encoded';

/**
 * A value with variables in it, for this request.
 * @param template one character a byte
 * @returns one character a byte, or null where the configuration does not tell
 */
export function evaluate(template: string, state: RequestState, use: CaptureUse = 'plain'): string | null {
  const pieces = readTemplate(template);
  if (pieces === null) return null;
  const value = joined(pieces, state, use);
  const mixed = pieces.some(({ kind }) => kind === 'capture') && pieces.some(({ kind }) => kind === 'variable');
  // nginx goes through a value twice, for its length and for its bytes. A map with patterns that is asked in between has
  // changed the captures by the second time: what comes out is then what happened to be in memory.
  return mixed && joined(pieces, state, use) !== value ? null : value;
}

function joined(pieces: readonly Piece[], state: RequestState, use: CaptureUse): string | null {
  let value: string | null = '';
  for (const piece of pieces) {
    const part = evaluatePiece(piece, state, use);
    value = part === null || value === null ? null : value + part;
  }
  return value;
}

function evaluatePiece(piece: Piece, state: RequestState, use: CaptureUse): string | null {
  if (piece.kind === 'text') return piece.text;
  if (piece.kind === 'variable') return variable(piece.name, state);
  if (state.captures === null) return null;
  const captured = state.captures[piece.group] ?? '';
  return use === 'encoded' && (state.quoted || state.plus) ? escapeArgs(captured) : captured;
}

/** ngx_http_variable_depth: as deep as one variable may ask for the next. */
const DEEPEST_VARIABLE = 100;

/** Names being worked out: a map that asks for itself has no value (nginx logs a cycle). */
const underWay = new WeakMap<RequestState, Set<string>>();

/** @param name as written, without its `$` @returns null where it cannot be known */
export function variable(name: string, state: RequestState): string | null {
  const key = lowered(name);
  const made = state.variables.get(key);
  if (made !== undefined) return made;
  const names = underWay.get(state) ?? new Set<string>();
  underWay.set(state, names);
  if (names.has(key) || names.size >= DEEPEST_VARIABLE) return null;
  names.add(key);
  try {
    return defined(key, state);
  } finally {
    names.delete(key);
  }
}

function defined(name: string, state: RequestState): string | null {
  const { maps, geos, made } = definitionsOf(state.http);
  const map = maps.get(name);
  if (map !== undefined) {
    const value = mapValue(map, state);
    if (!mapTable(map).volatile) state.variables.set(name, value);
    return value;
  }
  const geo = geos.get(name);
  if (geo !== undefined) return geoValue(geo, (template) => evaluate(template, state));
  const value = builtIn(name, state);
  if (value !== undefined) return value;
  // A variable that is made somewhere, but not on this request's way, is empty; others are a module's, or a template's.
  return made.has(name) ? '' : null;
}

function mapValue(map: Parameters<typeof mapTable>[0], state: RequestState): string | null {
  const table = mapTable(map);
  const source = evaluate(table.source, state);
  if (source === null) return null;
  const value = tableValue(table, source, (regex, text) => matchInto(regex, text, state));
  return value === null ? null : evaluate(value, state);
}

/**
 * Runs a pattern as ngx_http_regex_exec does: what it captures is `$1` … from now on, and its names are variables.
 * @returns whether it matched; null when that takes too long to know
 */
export function matchInto(regex: Regex, text: string, state: RequestState): boolean | null {
  const match = regex.exec(text);
  if (match === 'unsure') {
    state.captures = null;
    return null;
  }
  if (match === null) return false;
  state.captures = regex.groups === 0 ? [] : match;
  for (const { name, group } of regex.names) state.variables.set(lowered(name), match[group] ?? '');
  return true;
}
