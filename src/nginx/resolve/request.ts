import type { Header, HttpRequest } from './types.ts';

/** The key of RFC 6455 §1.2: a configuration treats all keys alike, so the example's will do. */
const SAMPLE_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

const SCHEMES: Readonly<Record<string, 'http' | 'https'>> = { ws: 'http', wss: 'https', http: 'http', https: 'https' };
const PORTS = { http: 80, https: 443 } as const;

/**
 * What a person types, as the request that reaches nginx: `ws` and `wss` bring the headers that a browser opens a WebSocket
 * with. The path stays as it was typed, dots and escapes too.
 * @throws RangeError when it is no ws, wss, http or https URL
 */
export function parseRequest(method: string, url: string): HttpRequest {
  const [, word = '', rest = ''] = /^([a-z]+):\/\/([^#]*)/i.exec(url.trim()) ?? [];
  const scheme = SCHEMES[word.toLowerCase()];
  const end = rest.search(/[/?]/);
  const authority = URL.parse(`http://${end === -1 ? rest : rest.slice(0, end)}`);
  if (scheme === undefined || authority === null) {
    throw new RangeError(`"${url}" is not a URL such as wss://chat.example.com/api/v4/websocket`);
  }
  const path = end === -1 ? '/' : rest.slice(end);
  const port = portOf(rest.slice(0, end === -1 ? undefined : end)) ?? PORTS[scheme];
  const host = authority.hostname;
  const origin = `${scheme}://${port === PORTS[scheme] ? host : `${host}:${port}`}`;
  return {
    scheme,
    host,
    port,
    method: method.toUpperCase(),
    target: path.startsWith('?') ? `/${path}` : path,
    headers: word.toLowerCase().startsWith('ws') ? upgradeHeaders(origin) : [],
  };
}

/** As it was typed: a URL drops its scheme's own port, and http's 80 is not wss's. */
function portOf(authority: string): number | null {
  const port = /:(\d+)$/.exec(authority)?.[1];
  return port === undefined ? null : Number(port);
}

/** What Chromium and Firefox send, without what no proxy looks at. @param origin `https://chat.example.com` */
export function upgradeHeaders(origin: string): readonly Header[] {
  return [
    { name: 'Connection', value: 'Upgrade' },
    { name: 'Upgrade', value: 'websocket' },
    { name: 'Origin', value: origin },
    { name: 'Sec-WebSocket-Version', value: '13' },
    { name: 'Sec-WebSocket-Key', value: SAMPLE_KEY },
  ];
}
