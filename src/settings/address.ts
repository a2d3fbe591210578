import { isIPv6 } from 'node:net';
import { type Parsed, parsed, refused } from '../words/parsed.ts';

/** Where a listener listens. `host` is an IP address (no brackets) or a name; `port` 0 lets the system choose. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';
/** Every interface, IPv6 and, where the system is dual-stack as Linux is by default, IPv4. */
const EVERY = '::';

const HOST_NAME = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i;

/** Reads a port: 0 to 65535. */
export function parsePort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port <= 65_535 ? port : null;
}

/**
 * Reads `127.0.0.1:8066`, `[::1]:8066`, `localhost:8066`, `:8066` (every interface) and `8066`, which listens on
 * 127.0.0.1 only: what is not said to face the network does not.
 */
export function parseAddress(text: string): Parsed<Address> {
  const trimmed = text.trim();
  const colon = trimmed.lastIndexOf(':');
  const port = parsePort(trimmed.slice(colon + 1));
  const host = colon < 0 ? LOOPBACK : readHost(trimmed.slice(0, colon));
  if (/^[a-z]+:\/\//i.test(trimmed)) return refused(`"${text}" is a URL; an address is host:port`);
  if (isIPv6(trimmed)) return refused(`"${text}" has no port; write [${trimmed}]:8066`);
  if (host === null || port === null) {
    return refused(`"${text}" is not an address; write it as 127.0.0.1:8066, [::1]:8066 or :8066`);
  }
  return parsed({ host, port });
}

function readHost(text: string): string | null {
  if (text === '' || text === '*') return EVERY;
  const bracketed = /^\[(.+)\]$/.exec(text)?.[1];
  if (bracketed !== undefined) return isIPv6(bracketed) ? bracketed.toLowerCase() : null;
  return HOST_NAME.test(text) ? text.toLowerCase() : null;
}

/** Writes an address as {@link parseAddress} reads it. */
export function formatAddress({ host, port }: Address): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether a listener on `listen` would take a connection made to `to`, as far as the text tells without asking DNS. */
export function reaches(to: Address, listen: Address): boolean {
  if (to.port === 0 || to.port !== listen.port) return false;
  if (listen.host === to.host) return true;
  if (isLoopback(listen.host) && isLoopback(to.host)) {
    // A name for the loopback may mean either family; 127.0.0.2 and 127.0.0.1 are different addresses.
    return listen.host === 'localhost' || to.host === 'localhost';
  }
  return isEvery(listen.host) && (isLoopback(to.host) || isEvery(to.host));
}

/** Whether two listeners would want the same port of the same address. */
export function collides(a: Address, b: Address): boolean {
  if (a.port === 0 || a.port !== b.port) return false;
  return reaches(a, b) || reaches(b, a) || isEvery(a.host) || isEvery(b.host);
}

const isEvery = (host: string): boolean => host === EVERY || host === '0.0.0.0';

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);
