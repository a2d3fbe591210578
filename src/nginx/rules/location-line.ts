import { replaceDirective } from '../fix/edits.ts';
import type { Directive } from '../parse/tree.ts';
import type { CarriedSocket } from './carried-sockets.ts';
import { insertInto } from './header-mend.ts';
import type { Edit } from './rule.ts';

/**
 * @param line such as `proxy_cache off;`
 * @returns the change that makes it hold for this socket's location and for no other: in the place of the location's own
 *   line of that name, else as a new one
 */
export function setInLocation({ resolution, outcome, location }: CarriedSocket, line: string): Edit {
  const name = line.split(/[\s;]/, 1)[0] ?? '';
  const inForce = resolution.effective.one(name);
  return inForce !== null && inForce.parent === location
    ? replaceDirective(inForce, [line])
    : insertInto(location, outcome.pass, [line]);
}

/** `nginx.conf:12`. */
export function place(directive: Directive): string {
  const { file, line } = directive.span.source.position(directive.span.start);
  return `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}
