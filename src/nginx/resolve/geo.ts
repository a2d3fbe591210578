import type { Directive } from '../parse/tree.ts';
import { asBytes } from './bytes.ts';
import { argument, childrenOf } from './tree.ts';
import { unreadIncludes } from './unread.ts';

/** A `geo` block asked for an IPv4 address: the narrowest network that holds it. */

interface Network {
  readonly base: number;
  readonly bits: number;
}

/** INADDR_NONE. */
const NO_ADDRESS = 0xffff_ffff;

/** @param evaluate for a geo of another variable than $remote_addr @returns null where it cannot be told */
export function geoValue(geo: Directive, evaluate: (template: string) => string | null): string | null {
  const source = geo.args.length === 2 ? asBytes(argument(geo, 0)) : '$remote_addr';
  const text = evaluate(source);
  // What is no address is looked up as 255.255.255.255 (ngx_http_geo_cidr_variable); IPv6 has a tree of its own.
  const address = text === null || text.includes(':') ? null : (readAddress(text) ?? NO_ADDRESS);
  const lines = childrenOf(geo).filter(({ name }) => name !== 'include');
  // Ranges and trusted proxies have rules of their own.
  if (
    address === null ||
    unreadIncludes(geo).length > 0 ||
    lines.some(({ name }) => name === 'ranges' || name === 'proxy')
  )
    return null;
  let value = '';
  let bits = -1;
  for (const line of lines) {
    if (line.name === 'default') {
      if (bits === -1) value = asBytes(argument(line, 0));
      continue;
    }
    if (line.name === 'delete') return null;
    const network = readNetwork(line.name);
    if (network === null || network.bits < bits || !holds(network, address)) continue;
    value = asBytes(argument(line, 0));
    bits = network.bits;
  }
  return value;
}

/** @returns null for what is no IPv4 address */
function readAddress(text: string): number | null {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return null;
  return parts.reduce((address, part) => address * 256 + part, 0);
}

/** @param text `10.0.0.0/8` or an address @returns null for what is no IPv4 network */
export function readNetwork(text: string): Network | null {
  const [address = '', length = '32'] = text.split('/');
  const base = readAddress(address);
  const bits = Number(length);
  return base === null || !Number.isInteger(bits) || bits < 0 || bits > 32 ? null : { base, bits };
}

const holds = ({ base, bits }: Network, address: number): boolean => {
  const size = 2 ** (32 - bits);
  return Math.floor(base / size) === Math.floor(address / size);
};
