import type { Directive } from '../parse/tree.ts';
import { argument, hasPlaceholder } from './tree.ts';
import type { Listen } from './types.ts';

/** Without a port, `listen` means this one (ngx_http_core_listen: `u.default_port = 80`). */
const DEFAULT_PORT = 80;
/** `listen 8000-8010` opens each (1.15.10); a range above this is taken for one that we cannot know. */
const RANGE_LIMIT = 1_000;

/** nginx's own `*:80`, for a server without `listen` (ngx_http_core_server). */
export const UNSAID_LISTEN: Listen = {
  address: '*',
  port: DEFAULT_PORT,
  ssl: false,
  http2: false,
  quic: false,
  proxyProtocol: false,
  defaultServer: false,
  directive: null,
};

/** @returns one for each port of a range, else one */
export function readListen(directive: Directive): readonly Listen[] {
  const [first, ...words] = directive.args.map(({ text }) => text);
  const { address, ports } = readAddress(first ?? '');
  const flags = {
    ssl: words.includes('ssl'),
    http2: words.includes('http2'),
    quic: words.includes('quic'),
    proxyProtocol: words.includes('proxy_protocol'),
    defaultServer: words.includes('default_server') || words.includes('default'),
  };
  return ports.map((port) => ({ address, port, ...flags, directive }));
}

interface Address {
  readonly address: string;
  readonly ports: readonly (number | null)[];
}

function readAddress(text: string): Address {
  if (text.startsWith('unix:')) return { address: text, ports: [null] };
  const bracketed = /^(\[[^\]]*\])(?::(.*))?$/.exec(text);
  if (bracketed !== null) return { address: anyIpv6(bracketed[1] ?? ''), ports: readPorts(bracketed[2]) };
  const colon = text.lastIndexOf(':');
  const isName = !/^\d+(-\d+)?$/.test(text);
  if (colon === -1 && isName) {
    // `${PORT}` may stand for a port or an address: only the port can be asked for, so it is the unknown.
    return hasPlaceholder(text) ? { address: '*', ports: [null] } : { address: anyIpv4(text), ports: [DEFAULT_PORT] };
  }
  return { address: anyIpv4(colon === -1 ? '*' : text.slice(0, colon)), ports: readPorts(text.slice(colon + 1)) };
}

const anyIpv4 = (address: string): string => (address === '0.0.0.0' || address === '' ? '*' : address.toLowerCase());
const anyIpv6 = (address: string): string => (/^\[[0:]+\]$/.test(address) ? '[::]' : address.toLowerCase());

function readPorts(text: string | undefined): readonly (number | null)[] {
  if (text === undefined || text === '') return [DEFAULT_PORT];
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (first === undefined) return [null];
  const [from, to] = [Number(first), Number(last ?? first)];
  if (to < from || to - from > RANGE_LIMIT) return [null];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** The same for all servers of an address: what one says holds for the others (ngx_http_add_addresses). */
export const addressKey = (listen: Listen): string => `${listen.address} ${listen.port ?? ''}`;

/** `ssl`, `http2` and `proxy_protocol` on one server's line hold for every server of that address and port. */
export function sharedFlags(listens: readonly Listen[]): Pick<Listen, 'ssl' | 'http2' | 'proxyProtocol'> {
  return {
    ssl: listens.some(({ ssl }) => ssl),
    http2: listens.some(({ http2 }) => http2),
    proxyProtocol: listens.some(({ proxyProtocol }) => proxyProtocol),
  };
}

/** `on` for the directives that say for a whole server what `listen` says for one line: `ssl on` (until 1.25.1), `http2 on` (since). */
export const isOn = (directive: Directive | undefined): boolean =>
  directive !== undefined && argument(directive, 0).toLowerCase() === 'on';
