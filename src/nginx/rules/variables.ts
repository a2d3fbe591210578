import type { Directive } from '../parse/tree.ts';
import type { View } from './rule.ts';

/** Variables that Connection is set by, and whether anything defines them. */

/** Those of nginx's variables that have such a name (ngx_http_variables.c, ngx_http_stub_status_module.c). */
const NGINX_OWN = /^(?:connection|connection_requests|connection_time|connections_(?:active|reading|writing|waiting))$/;
/** Families of nginx's variables, one for each header, argument or cookie there may be. */
const FAMILIES = /^(?:http|sent_http|sent_trailer|upstream_http|upstream_trailer|upstream_cookie|arg|cookie)_/;

/** @param variable without its `$`, in lower case @returns whether people made the name up to say `upgrade` or `close` by it */
export const isMadeForConnection = (variable: string): boolean =>
  /upgrade|connection/i.test(variable) && !NGINX_OWN.test(variable) && !FAMILIES.test(variable);

/** Directives, of nginx and of modules that people add, one of whose words is the name of a variable that they make. */
const DEFINES = /^(?:map|geo|split_clients|set|set_\w+|\w+_set|js_var|keyval|auth_jwt\w*)$/;

const CAPTURE = /\(\?P?[<'](\w+)[>']/gi;

/** @param variable without its `$`, in lower case @returns whether anything in http makes it, a module's directive included */
export function isDefined(view: View, variable: string): boolean {
  let made = known.get(view);
  if (made === undefined) {
    const http = view.http.block === null ? view.configuration.directives : (view.http.block.block?.children ?? []);
    made = definedIn(http);
    known.set(view, made);
  }
  return made.has(variable);
}

/** Every mend of every server asks. */
const known = new WeakMap<View, ReadonlySet<string>>();

function definedIn(level: readonly Directive[]): ReadonlySet<string> {
  const made = new Set<string>();
  const defining = new Map<string, boolean>();
  const open = [...level];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    let defines = defining.get(at.name);
    if (defines === undefined) {
      defines = DEFINES.test(at.name);
      defining.set(at.name, defines);
      addNames(at.name, true, made);
    }
    for (const { text } of at.args) addNames(text, defines, made);
    if (at.block !== null) for (const child of at.block.children) open.push(child);
  }
  return made;
}

/** @param defines whether a variable that stands there is made by it */
function addNames(word: string, defines: boolean, made: Set<string>): void {
  if (defines && word.startsWith('$')) made.add(word.slice(1).toLowerCase());
  if (word.includes('(?')) for (const [, name = ''] of word.matchAll(CAPTURE)) made.add(name.toLowerCase());
}
