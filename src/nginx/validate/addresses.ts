import { parseNumber } from '../directives/values.ts';

/** Hosts and ports as nginx reads them (ngx_parse_url). Names are not looked up. */

const HIGHEST_PORT = 65_535;

export interface Address {
  /** `*` for none. */
  readonly host: string;
  readonly port: number;
  /** A range of ports: `8000-8010`. */
  readonly lastPort: number;
}

export type AddressAnswer = { readonly address: Address } | { readonly unix: string } | { readonly fault: string };

/** @param text after `listen` @returns what nginx listens on, or what is wrong in its words */
export function listenAddress(text: string): AddressAnswer {
  if (text.toLowerCase().startsWith('unix:')) return unixAddress(text);
  if (text.startsWith('[')) return ipv6Address(text);
  if (/[/?]/.test(text)) return { fault: 'invalid host' };
  const colon = text.indexOf(':');
  if (colon !== -1) return withPort(text.slice(0, colon), text.slice(colon + 1));
  const ports = text.split('-', 2);
  if (ports.every((port) => parseNumber(port) !== null)) return withPort('*', text);
  return text === '' ? { fault: 'no host' } : { address: { host: text, port: 80, lastPort: 80 } };
}

function withPort(host: string, range: string): AddressAnswer {
  const [first = '', last = first] = range.split(/-(.*)/s, 2);
  const port = parseNumber(first) ?? 0;
  const lastPort = parseNumber(last) ?? 0;
  if ([port, lastPort].some((each) => each < 1 || each > HIGHEST_PORT)) return { fault: 'invalid port' };
  if (port > lastPort) return { fault: 'invalid port range' };
  return host === '' ? { fault: 'no host' } : { address: { host, port, lastPort } };
}

function ipv6Address(text: string): AddressAnswer {
  const close = text.indexOf(']');
  if (close === -1) return { fault: 'invalid host' };
  const rest = text.slice(close + 1);
  const host = text.slice(0, close + 1);
  if (!/^\[[0-9a-fA-F:.]+\]$/.test(host)) return { fault: 'invalid IPv6 address' };
  if (rest === '') return { address: { host, port: 80, lastPort: 80 } };
  return rest.startsWith(':') ? withPort(host, rest.slice(1)) : { fault: 'invalid host' };
}

function unixAddress(text: string): AddressAnswer {
  const path = text.slice('unix:'.length);
  return path === '' ? { fault: 'no path in the unix domain socket' } : { unix: path };
}

/**
 * The address of a backend, after its scheme.
 * @param uriAllowed whether a path may follow it, as in `proxy_pass`
 * @returns what is wrong in nginx's words, or null
 */
export function backendFault(text: string, uriAllowed: boolean): string | null {
  if (text.toLowerCase().startsWith('unix:')) {
    return text.slice('unix:'.length).split(':', 1)[0] === '' ? 'no path in the unix domain socket' : null;
  }
  const end = text.search(/[/?]/);
  if (end !== -1 && !uriAllowed) return text.startsWith('[') ? null : 'invalid host';
  const authority = end === -1 ? text : text.slice(0, end);
  if (authority.startsWith('[')) {
    const answer = ipv6Address(authority);
    return 'fault' in answer ? answer.fault : null;
  }
  const colon = authority.indexOf(':');
  if (colon === -1) return authority === '' ? 'no host' : null;
  const port = parseNumber(authority.slice(colon + 1)) ?? 0;
  if (port < 1 || port > HIGHEST_PORT) return 'invalid port';
  return colon === 0 ? 'no host' : null;
}
