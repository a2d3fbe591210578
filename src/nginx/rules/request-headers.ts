import { insertAfter } from '../fix/edits.ts';
import type { Directive } from '../parse/tree.ts';
import type { Effective } from '../resolve/types.ts';
import { headerName } from './forwarding.ts';
import { headerMend, insertInto } from './header-mend.ts';
import type { ProxiedSocket } from './proxied-sockets.ts';
import type { RuleFinding, View } from './rule.ts';

/** `proxy_set_header` at the place where a WebSocket is proxied: the line in force, and where a new one belongs. */

const SET = 'proxy_set_header';

/** @param name in any case @returns the line in force that sets it, or null */
export const headerLine = (effective: Effective, name: string): Directive | null =>
  effective.all(SET).findLast((line) => headerName(line) === name.toLowerCase()) ?? null;

/**
 * @param line a `proxy_set_header` line
 * @returns the change that brings it into force and drops none: beside the lines in force, since a level that sets one
 *   header inherits none. Nothing where that would change other sites, or where the location is about to get lines of its own.
 */
export function addHeader(view: View, socket: ProxiedSocket, line: string): Pick<RuleFinding, 'edits'> {
  const { resolution, outcome, site } = socket;
  const { location } = resolution;
  if (location === null) return {};
  const last = resolution.effective.all(SET).at(-1);
  if (last === undefined) return { edits: [insertInto(location, outcome.pass, [line])] };
  if (last.parent === location) return { edits: [insertAfter(last, [line])] };
  if (!isWithinServer(last) || headerMend(view, site.socket).edits.length > 0) return {};
  return { edits: [insertAfter(last, [line])] };
}

function isWithinServer(directive: Directive): boolean {
  for (let at = directive.parent; at !== null; at = at.parent) if (at.name === 'server') return true;
  return false;
}
