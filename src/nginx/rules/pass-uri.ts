/** The URI part of what `proxy_pass` names: with one, nginx replaces the location's prefix by it (ngx_http_proxy_pass). */

/** @returns what follows the host and port, `/` too; null where nothing does, or variables make it what it is */
export function uriPart(address: string): string | null {
  if (address.includes('$')) return null;
  const unix = /^https?:\/\/unix:[^:]*:(.+)$/i.exec(address);
  if (unix !== null) return unix[1] ?? null;
  if (/^https?:\/\/unix:/i.test(address)) return null;
  return /^https?:\/\/[^/?#]+([/?#].*)$/i.exec(address)?.[1] ?? null;
}

/** The address of a proxy_pass with variables, and the path that is written after it. */
const OWN_PATH = /^(?:(?:https?|\$\{?\w+\}?):\/\/(?!unix:)[^/?#]+|\$\w+|\$\{\w+\})(\/.*)$/i;

/** @returns what nginx sends in place of every request's own path (ngx_http_proxy_eval); null where no variable is in the address */
export const ownPath = (address: string): string | null =>
  address.includes('$') ? (OWN_PATH.exec(address)?.[1] ?? null) : null;

export function withoutUri(address: string): string {
  const own = ownPath(address);
  if (own !== null) return address.slice(0, -own.length);
  const uri = uriPart(address);
  if (uri === null) return address;
  // The colon between a socket's path and the URI goes as well.
  return address.slice(0, -uri.length).replace(/^(https?:\/\/unix:.*):$/i, '$1');
}
