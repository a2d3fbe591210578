import { isAtLeast, versionText } from '../version.ts';
import { asBytes, lowered } from './bytes.ts';
import { hostHeader, valuesOf } from './client-headers.ts';
import type { RequestState } from './state.ts';

/** nginx's own variables, as far as a request and a configuration tell them. */

/** TEST-NET-3 (RFC 5737): stands for the client's address, which no configuration knows. */
export const CLIENT_ADDRESS = '203.0.113.7';

const FIXED: Readonly<Record<string, (state: RequestState) => string | null>> = {
  args: ({ args }) => args,
  query_string: ({ args }) => args,
  is_args: ({ args }) => (args === '' ? '' : '?'),
  uri: ({ uri }) => uri,
  document_uri: ({ uri }) => uri,
  request_uri: ({ target }) => target,
  request_method: ({ method }) => method,
  request: ({ request, target }) => `${request.method} ${target} HTTP/1.1`,
  server_protocol: () => 'HTTP/1.1',
  scheme: ({ request }) => request.scheme,
  https: ({ request }) => (request.scheme === 'https' ? 'on' : ''),
  host: ({ request }) => lowered(request.host).replace(/\.$/, ''),
  http_host: ({ request }) => hostHeader(request),
  server_name: serverName,
  server_port: ({ choice, request }) => String(choice.listen.port ?? request.port),
  remote_addr: () => CLIENT_ADDRESS,
  realip_remote_addr: () => CLIENT_ADDRESS,
  proxy_protocol_addr: ({ choice }) => (choice.listen.proxyProtocol ? null : ''),
  proxy_protocol_port: ({ choice }) => (choice.listen.proxyProtocol ? null : ''),
  proxy_host: ({ proxied }) => proxied?.host ?? null,
  proxy_port: ({ proxied }) => proxied?.port ?? null,
  proxy_add_x_forwarded_for: forwardedFor,
  content_length: ({ headers }) => valuesOf(headers, 'content-length')[0] ?? '',
  content_type: ({ headers }) => valuesOf(headers, 'content-type')[0] ?? '',
  remote_user: ({ headers }) => (valuesOf(headers, 'authorization').length === 0 ? '' : null),
  nginx_version: ({ version }) => (version === null ? null : versionText(version)),
  http2: () => '',
  http3: () => '',
  ssl_server_name: ({ request }) => (request.scheme === 'https' ? request.host : ''),
};

/** What is read off the query. */
const OF_ARGS = /^(?:args|query_string|is_args|arg_.*)$/;

/** @param name in lower case @returns null for one that cannot be known before the request is there, undefined for none of nginx's */
export function builtIn(name: string, state: RequestState): string | null | undefined {
  if (state.argsUnknown && OF_ARGS.test(name)) return null;
  const fixed = Object.hasOwn(FIXED, name) ? FIXED[name] : undefined;
  if (fixed !== undefined) return fixed(state);
  if (name.startsWith('http_')) return header(name.slice('http_'.length), state);
  if (name.startsWith('arg_')) return queryArgument(name.slice('arg_'.length), state.args);
  if (name.startsWith('cookie_')) return cookie(name.slice('cookie_'.length), state);
  if (name.startsWith('ssl_') && state.request.scheme === 'http') return '';
  return undefined;
}

/** Since 1.23.0 every header's lines are joined; before, these alone. */
const ALWAYS_JOINED: Readonly<Record<string, string>> = { cookie: '; ', x_forwarded_for: ', ' };

function header(name: string, { headers, version }: RequestState): string | null {
  const values = headers
    .filter(({ key }) => key.length === name.length && key.replaceAll('-', '_') === name)
    .map(({ value }) => value);
  if (values.length < 2) return values[0] ?? '';
  const separator = ALWAYS_JOINED[name];
  if (separator !== undefined) return values.join(separator);
  const joins = isAtLeast(version, '1.23.0');
  if (joins === null) return null;
  return joins ? values.join(', ') : (values[0] ?? '');
}

function queryArgument(name: string, args: string): string {
  const pair = args.split('&').find((part) => lowered(part).startsWith(`${name}=`));
  return pair === undefined ? '' : pair.slice(name.length + 1);
}

function cookie(name: string, { headers }: RequestState): string {
  for (const line of valuesOf(headers, 'cookie')) {
    for (const pair of line.split(';')) {
      const [key = '', ...value] = pair.trimStart().split('=');
      if (lowered(key.trimEnd()) === name && value.length > 0) return value.join('=').trimStart();
    }
  }
  return '';
}

/** The first name, in lower case, a dot at its start left out; a pattern as it is. */
function serverName({ choice }: RequestState): string {
  const name = asBytes(choice.server.names[0] ?? '');
  return name.startsWith('~') ? name : lowered(name).replace(/^\./, '');
}

function forwardedFor({ headers }: RequestState): string {
  return [...valuesOf(headers, 'x-forwarded-for'), CLIENT_ADDRESS].join(', ');
}
