import { isAtLeast } from '../version.ts';
import { asBytes, asText, lowered } from './bytes.ts';
import { valuesOf } from './client-headers.ts';
import { evaluate } from './evaluate.ts';
import type { RequestState } from './state.ts';
import { argument } from './tree.ts';
import type { Effective, SentHeader } from './types.ts';

const CAPTURE = /\$[1-9]/;

/**
 * The headers that the backend receives, in the order of the wire: those of proxy_set_header, nginx's own where none of
 * these has the name, then the client's but for all those names (ngx_http_proxy_create_request).
 */
export function sentHeaders(effective: Effective, state: RequestState): readonly SentHeader[] {
  const templates = effective.all('proxy_set_header').map((directive) => asBytes(argument(directive, 1)));
  // nginx goes through all of them twice, for their length and for their bytes: what a map has done to `$1` in between,
  // nobody can rely on.
  const twice = templates.some((template) => CAPTURE.test(template));
  const lengths = twice ? templates.map((template) => evaluate(template, state)) : null;
  const set = effective.all('proxy_set_header').map((directive, index): SentHeader & { readonly key: string } => {
    const value = evaluate(templates[index] ?? '', state);
    const name = argument(directive, 0);
    const sure = lengths === null || value === lengths[index] ? value : null;
    return { key: lowered(asBytes(name)), name, value: sure, written: argument(directive, 1), from: directive };
  });
  const taken = new Set(set.map(({ key }) => key));
  const own = ownHeaders(effective, state).filter(({ name }) => !taken.has(lowered(name)));
  for (const { name } of own) taken.add(lowered(name));
  const passed = effective.flag('proxy_pass_request_headers') ? state.headers : [];
  const client = passed
    .filter(({ key }) => !taken.has(key))
    .map(({ name, value }): SentHeader => {
      const text = asText(value);
      return { name: asText(name), value: text, written: text, from: 'client' };
    });
  // An empty value takes a header out, unless the client sent it so.
  const kept = [...set, ...own].filter(({ value }) => value !== '');
  const sent = kept.map(
    ({ name, value, written, from }): SentHeader => ({ name, value: textOf(value), written, from }),
  );
  return [...sent, ...client];
}

const textOf = (bytes: string | null): string | null => (bytes === null ? null : asText(bytes));

/** ngx_http_proxy_headers, and those of a cache: an empty one is there to keep the client's from being passed on. */
function ownHeaders(effective: Effective, state: RequestState): readonly SentHeader[] {
  const own = (name: string, written: string, value: string | null = written): SentHeader => ({
    name,
    value,
    written,
    from: 'default',
  });
  const headers = [
    own('Host', '$proxy_host', state.proxied?.host ?? null),
    own('Connection', 'close', connection(effective, state)),
    own('Content-Length', '$proxy_internal_body_length', contentLength(effective, state)),
    own(
      'Transfer-Encoding',
      '$proxy_internal_chunked',
      valuesOf(state.headers, 'transfer-encoding').length > 0 ? null : '',
    ),
    ...['TE', 'Keep-Alive', 'Expect', 'Upgrade'].map((name) => own(name, '')),
  ];
  const cache = effective.setting('proxy_cache').words[0] ?? 'off';
  if (cache === 'off' || !['GET', 'HEAD'].includes(state.method)) return headers;
  return [
    ...headers,
    own('If-Modified-Since', '$upstream_cache_last_modified', ''),
    own('If-Unmodified-Since', ''),
    own('If-None-Match', '$upstream_cache_etag', ''),
    ...['If-Match', 'Range', 'If-Range'].map((name) => own(name, '')),
  ];
}

/** `close` up to 1.29.6, none since 1.29.7; none over HTTP/2. @returns null where nobody named the version */
function connection(effective: Effective, { version }: RequestState): string | null {
  if (effective.setting('proxy_http_version').words[0] === '2') return '';
  const gone = isAtLeast(version, '1.29.7');
  if (gone === null) return null;
  return gone ? '' : 'close';
}

function contentLength(effective: Effective, state: RequestState): string | null {
  const body = effective.one('proxy_set_body');
  if (body !== null) {
    const text = evaluate(asBytes(argument(body, 0)), state);
    return text === null ? null : String(text.length);
  }
  return valuesOf(state.headers, 'content-length')[0] ?? '';
}
