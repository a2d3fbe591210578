import { isIP, SocketAddress } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * Whether a connection to this address would reach a listener. A tap must not lead to the page: the page trusts its
 * listener's address, and what a tap relays comes from the whole world.
 *
 * @param to an IP address as the resolver or the socket gives it
 * @param bound where the listener listens
 */
export function reachesListener(
  to: { readonly address: string; readonly port: number },
  bound: { readonly address: string; readonly port: number },
): boolean {
  if (to.port !== bound.port) return false;
  const target = plain(to.address);
  const own = plain(bound.address);
  if (target === own) return true;
  if (!isEvery(own)) return isEvery(target) && isLoopback(own);
  return isEvery(target) || isLoopback(target) || ownAddresses().has(target);
}

/** Connecting to "every address" connects to the loopback, on Linux and macOS alike. */
const isEvery = (address: string): boolean => address === '0.0.0.0' || address === '::';

const isLoopback = (address: string): boolean => address === '::1' || /^127\./.test(address);

/** Asked each time: an interface may come up later. */
function ownAddresses(): ReadonlySet<string> {
  const addresses = new Set<string>();
  for (const interfaces of Object.values(networkInterfaces())) {
    for (const { address } of interfaces ?? []) addresses.add(plain(address));
  }
  return addresses;
}

/** One spelling an address: no zone, IPv6 in its shortest form, IPv4 not wrapped into IPv6. */
function plain(address: string): string {
  const unzoned = address.replace(/%.*$/, '');
  const short = isIP(unzoned) === 6 ? new SocketAddress({ address: unzoned, family: 'ipv6' }).address : unzoned;
  return short.replace(/^::ffff:(?=\d+\.)/i, '');
}
