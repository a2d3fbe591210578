import { addressKey } from './listen.ts';
import { type NameTable, nameTable } from './name-table.ts';
import type { HttpModel, Listen, Server } from './types.ts';

/** A server on one of its addresses. */
export interface Entry {
  readonly server: Server;
  readonly listen: Listen;
}

/** One address and port, with the servers that share it. */
export interface Address {
  readonly entries: ReadonlyMap<Server, Entry>;
  /** Answers when no name fits: the default_server, or the first. */
  readonly fallback: Entry;
  readonly names: NameTable;
  /** Whether nginx compares names here at all: a server that is alone needs it only for what its last pattern captures. */
  readonly compares: boolean;
}

const known = new WeakMap<HttpModel, ReadonlyMap<number | null, readonly Address[]>>();

/** What listens for TCP, by port; null where a template leaves the port open. Unix sockets and QUIC are not among them. */
export function addressesOf(http: HttpModel): ReadonlyMap<number | null, readonly Address[]> {
  let addresses = known.get(http);
  if (addresses === undefined) {
    addresses = grouped(http);
    known.set(http, addresses);
  }
  return addresses;
}

function grouped(http: HttpModel): Map<number | null, readonly Address[]> {
  const entries = http.servers
    .flatMap((server) => server.listens.map((listen) => ({ server, listen })))
    .filter(({ listen }) => !listen.quic && !listen.address.startsWith('unix:'));
  const byAddress = Map.groupBy(entries, ({ listen }) => addressKey(listen));
  const addresses = Array.from(byAddress.values(), readAddress).filter((address) => address !== null);
  return Map.groupBy(addresses, ({ fallback }) => fallback.listen.port);
}

function readAddress(entries: readonly Entry[]): Address | null {
  const [first] = entries;
  if (first === undefined) return null;
  const fallback = entries.find(({ listen }) => listen.defaultServer) ?? first;
  const byServer = new Map(entries.map((entry) => [entry.server, entry]));
  const names = nameTable([...byServer.keys()]);
  const last = names.regexes.at(-1)?.name;
  const captures = last?.kind === 'regex' && ('refused' in last.regex || last.regex.groups > 0);
  return { entries: byServer, fallback, names, compares: byServer.size > 1 || captures };
}
