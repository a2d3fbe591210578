/** The URI part of what `proxy_pass` names: with one, nginx replaces the location's prefix by it (ngx_http_proxy_pass). */

/** @returns what follows the host and port, `/` too; null where nothing does, or variables make it what it is */
export function uriPart(address: string): string | null {
  if (address.includes('$')) return null;
  const unix = /^https?:\/\/unix:[^:]*:(.+)$/i.exec(address);
  if (unix !== null) return unix[1] ?? null;
  if (/^https?:\/\/unix:/i.test(address)) return null;
  return /^https?:\/\/[^/?#]+([/?#].*)$/i.exec(address)?.[1] ?? null;
}

export function withoutUri(address: string): string {
  const uri = uriPart(address);
  if (uri === null) return address;
  // The colon between a socket's path and the URI goes as well.
  return address.slice(0, -uri.length).replace(/^(https?:\/\/unix:.*):$/i, '$1');
}
