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

/**
 * @param variable without its `$`, in lower case
 * @returns true as well where that cannot be told: a module that defines it would have to be known
 */
export function isDefined(view: View, variable: string): boolean {
  const capture = new RegExp(`\\(\\?P?[<']${variable}[>']`, 'i');
  const http = view.http.block === null ? view.configuration.directives : (view.http.block.block?.children ?? []);
  return http.some((directive) => defines(directive, variable, capture));
}

function defines(root: Directive, variable: string, capture: RegExp): boolean {
  const open: Directive[] = [root];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const name = `$${variable}`;
    if (at.name.toLowerCase() === name) return true;
    if (DEFINES.test(at.name) && at.args.some(({ text }) => text.toLowerCase() === name)) return true;
    if (capture.test(at.name) || at.args.some(({ text }) => capture.test(text))) return true;
    for (const child of at.block?.children ?? []) open.push(child);
  }
  return false;
}
