import type { Directive } from '../parse/tree.ts';
import { within } from '../resolve/tree.ts';
import type { View } from './rule.ts';

/** What a text with variables can come to, where `set` lines with plain words make every one of them. */

/** Two `set` lines for each of four variables: more is no configuration to reason about. */
const MOST = 16;
const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/;

/**
 * @param server whose requests it is about @param location that handles them
 * @returns every value that it can have; null where a request, a map or a module decides
 */
export function constantValues(
  view: View,
  server: Directive,
  location: Directive | null,
  text: string,
): readonly string[] | null {
  const done: string[] = [];
  const open = [text];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const found = VARIABLE.exec(next);
    if (found === null) {
      done.push(next);
      continue;
    }
    const values = valuesSet(view, server, location, `$${found[1] ?? found[2] ?? ''}`);
    if (values === null || open.length + done.length + values.length > MOST) return null;
    for (const value of values) open.push(next.replace(VARIABLE, () => value));
  }
  return [...new Set(done)];
}

/** @returns null where no `set` has plain words for it, or something else may define it as well */
function valuesSet(
  view: View,
  server: Directive,
  location: Directive | null,
  variable: string,
): readonly string[] | null {
  const all = [...within(server)].filter(({ name, args }) => name === 'set' && args[0]?.text === variable);
  // What the location itself sets last comes after whatever another has set.
  const own = all.findLastIndex(({ parent }) => parent !== null && parent === location);
  const sets = own === -1 ? all : all.slice(own).filter((line) => isWithin(line, location));
  const others = ['map', 'geo', 'split_clients'].some((name) =>
    view.every(name).some(({ args }) => args.some(({ text }) => text === variable)),
  );
  const values = sets.map(({ args }) => args[1]?.text ?? '');
  if (sets.length === 0 || others || values.some((value) => value.includes('$'))) return null;
  return values;
}

function isWithin(line: Directive, location: Directive | null): boolean {
  for (let at = line.parent; at !== null; at = at.parent) if (at === location) return true;
  return false;
}
