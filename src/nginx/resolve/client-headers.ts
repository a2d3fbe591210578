import { asBytes, lowered } from './bytes.ts';
import type { Effective, Header, HttpRequest } from './types.ts';

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** A header with its name in lower case beside it. */
export interface KeptHeader extends Header {
  readonly key: string;
}

/** What the client's Host header says: the port is there unless it is the scheme's own. */
export function hostHeader({ scheme, host, port }: HttpRequest): string {
  return port === DEFAULT_PORTS[scheme] ? host : `${host}:${port}`;
}

/**
 * The headers that nginx keeps of a request, Host first: those with other characters than letters, digits and `-` are
 * dropped (ngx_http_parse_header_line), unless the server says otherwise.
 * @returns one character a byte
 */
export function keptHeaders(request: HttpRequest, effective: Effective): readonly KeptHeader[] {
  const underscores = effective.flag('underscores_in_headers');
  const valid = underscores ? /^[\w-]+$/ : /^[A-Za-z0-9-]+$/;
  const all = [{ name: 'Host', value: hostHeader(request) }, ...request.headers];
  const kept = effective.flag('ignore_invalid_headers') ? all.filter(({ name }) => valid.test(name)) : all;
  return kept.map(({ name, value }) => {
    const bytes = asBytes(name);
    return { name: bytes, key: lowered(bytes), value: asBytes(value) };
  });
}

/** All values of a header, in the order of the wire. @param name in lower case */
export const valuesOf = (headers: readonly KeptHeader[], name: string): readonly string[] =>
  headers.filter(({ key }) => key === name).map(({ value }) => value);
