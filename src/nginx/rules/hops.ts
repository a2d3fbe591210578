import { resolve } from '../resolve/resolve.ts';
import type { HttpModel, Listen, Resolution, Server } from '../resolve/types.ts';
import { type BackendAddress, backendAddress } from './backend-address.ts';
import { type Proxied, proxied, sentHeaders } from './forwarding.ts';
import type { SocketPath, View } from './rule.ts';

/** One nginx server that the WebSocket passes, and where it hands it on. */
export interface Hop {
  readonly server: Server;
  readonly resolution: Resolution;
  readonly outcome: Proxied;
}

/** More would be a circle. */
const MOST_HOPS = 8;

/**
 * The servers of this very configuration that a request passes one after another: where one of them proxies to an address
 * of this machine that another listens on.
 * @returns the first alone where it proxies to something else; nothing where it does not proxy
 */
export function hopsOf(view: View, path: SocketPath): readonly Hop[] {
  const hops: Hop[] = [];
  for (let next: SocketPath | null = path; next !== null && hops.length < MOST_HOPS; ) {
    const outcome = proxied(next);
    const { server } = next.resolution;
    if (outcome === null || server === null || hops.some((hop) => hop.server === server)) break;
    hops.push({ server, resolution: next.resolution, outcome });
    next = handedOn(view, next, outcome);
  }
  return hops;
}

/** The request as the next server gets it; null where no server of this configuration does, as far as that can be told. */
function handedOn(view: View, { request }: SocketPath, outcome: Proxied): SocketPath | null {
  const { upstream, scheme, target, to } = outcome;
  if (scheme === null || target === null || to.includes('$')) return null;
  const [first, ...others] = upstream === null ? [to] : upstream.servers.map(({ address }) => address);
  if (first === undefined || others.length > 0) return null;
  const address = backendAddress(first);
  const port = Number(address.port ?? (scheme === 'https' && upstream === null ? 443 : 80));
  if (!listensHere(view.http, address, port)) return null;
  const host = sentHeaders(outcome, 'host')[0]?.value ?? null;
  if (host === null) return null;
  const headers = outcome.headers.flatMap(({ name, value }) =>
    value === null || name.toLowerCase() === 'host' ? [] : [{ name, value }],
  );
  const handed = { ...request, scheme, port, target, headers, host: host.replace(/:\d+$/, '') };
  return { request: handed, resolution: resolve(view.http, handed, view.version) };
}

const listensHere = (http: HttpModel, address: BackendAddress, port: number): boolean =>
  (listenersOf(http).get(port) ?? []).some((listen) => hears(listen, address));

const listeners = new WeakMap<HttpModel, Map<number | null, Listen[]>>();

/** By port: most of what is passed on goes to none of these servers. */
function listenersOf(http: HttpModel): ReadonlyMap<number | null, readonly Listen[]> {
  let byPort = listeners.get(http);
  if (byPort === undefined) {
    byPort = Map.groupBy(
      http.servers.flatMap(({ listens }) => listens),
      ({ port }) => port,
    );
    listeners.set(http, byPort);
  }
  return byPort;
}

/** Loopback reaches every listener of its kind; another address is this machine's only where one is bound to it. */
function hears(listen: Listen, { host, kind }: BackendAddress): boolean {
  if (listen.address === host || listen.address === `[${host}]`) return true;
  if (kind === 'ipv6') return host === '::1' && listen.address === '[::]';
  const loopback = host.startsWith('127.') || host.toLowerCase() === 'localhost';
  return loopback && (listen.address === '*' || (kind === 'name' && listen.address === '127.0.0.1'));
}
