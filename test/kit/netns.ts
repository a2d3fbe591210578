/**
 * Small networks of namespaces, with real packets that can be lost, refused or forgotten.
 *
 *   client ──veth── router ──veth── server        `routedNetwork()`: DNAT and MASQUERADE as asked for
 *   client ──veth── server                        `directNetwork()`
 *
 * The gateway and proxies run in any of them (`netns` in their options); the fault peers speak there through
 * `dial: ns.connect` and `listen: ns.listen`. Needs root, ip, iptables, conntrack: see NETNS_NEEDS.
 */

import { Namespace, run } from './namespace.ts';

export { Namespace } from './namespace.ts';
export { NETNS_NEEDS } from './needs.ts';

/** The router: it forwards, it may translate, and it can forget. */
export interface Router {
  readonly namespace: Namespace;
  /** Its address towards the clients: with DNAT, the address that they dial. */
  readonly clientSide: string;
  readonly serverSide: string;
  /** `nf_conntrack_tcp_timeout_established`, in seconds: entries idle for longer are forgotten. */
  establishedTimeout(seconds: number): Promise<void>;
  /** `nf_conntrack_tcp_loose`: 1 (the kernel's default) picks forgotten connections up again, 0 does not. */
  loose(value: 0 | 1): Promise<void>;
  /** Forwards new and known connections only; what belongs to neither is dropped without a word. */
  dropInvalid(): Promise<void>;
  /** Forgets every connection now. */
  forget(): Promise<void>;
  /** What the router knows, as `conntrack -L` prints it. */
  known(): Promise<string>;
}

export interface RoutedNetwork {
  readonly client: Namespace;
  readonly router: Router;
  readonly server: Namespace;
  close(): Promise<void>;
}

export interface DirectNetwork {
  readonly client: Namespace;
  readonly server: Namespace;
  close(): Promise<void>;
}

export interface RouterOptions {
  /** Ports that the router passes on to the server's address (DNAT). Default: none, clients dial the server itself. */
  readonly dnat?: readonly number[];
  /** Hides the clients' addresses from the server. */
  readonly masquerade?: boolean;
}

const CLIENT_NET = '10.77.1';
const SERVER_NET = '10.77.2';

/** Two hosts on one wire: client 10.77.1.2, server 10.77.1.3. */
export async function directNetwork(): Promise<DirectNetwork> {
  const [client, server] = await create('client', 'server');
  await wire(client, 'to-server', server, 'to-client');
  await client.attach({ device: 'to-server', address: `${CLIENT_NET}.2` });
  await server.attach({ device: 'to-client', address: `${CLIENT_NET}.3` });
  return { client, server, close: closing(client, server) };
}

/** A client (10.77.1.2) and a server (10.77.2.2) with a router between them (10.77.1.1 and 10.77.2.1). */
export async function routedNetwork(options: RouterOptions = {}): Promise<RoutedNetwork> {
  const [client, router, server] = await create('client', 'router', 'server');
  await wire(client, 'to-router', router, 'to-client');
  await wire(server, 'to-router', router, 'to-server');
  await router.attach({ device: 'to-client', address: `${CLIENT_NET}.1` });
  await router.attach({ device: 'to-server', address: `${SERVER_NET}.1` });
  await client.attach({ device: 'to-router', address: `${CLIENT_NET}.2`, via: `${CLIENT_NET}.1` });
  await server.attach({ device: 'to-router', address: `${SERVER_NET}.2`, via: `${SERVER_NET}.1` });
  await router.sysctl('net.ipv4.ip_forward', 1);
  for (const port of options.dnat ?? []) await translate(router, port);
  if (options.masquerade) await nat(router, 'POSTROUTING', '-o', 'to-server', '-j', 'MASQUERADE');
  // A rule that looks at the state makes the kernel track connections here at all.
  await router.exec(
    'iptables',
    '-w',
    '-A',
    'FORWARD',
    '-m',
    'conntrack',
    '--ctstate',
    'NEW,ESTABLISHED',
    '-j',
    'ACCEPT',
  );
  return { client, router: routerOf(router), server, close: closing(client, router, server) };
}

function routerOf(namespace: Namespace): Router {
  const conntrack = (name: string, value: number): Promise<void> =>
    namespace.sysctl(`net.netfilter.nf_conntrack_tcp_${name}`, value);
  return {
    namespace,
    clientSide: `${CLIENT_NET}.1`,
    serverSide: `${SERVER_NET}.1`,
    establishedTimeout: (seconds) => conntrack('timeout_established', seconds),
    loose: (value) => conntrack('loose', value),
    dropInvalid: async () => {
      await namespace.exec('iptables', '-w', '-P', 'FORWARD', 'DROP');
      await namespace.exec('iptables', '-w', '-A', 'INPUT', '-m', 'conntrack', '--ctstate', 'INVALID', '-j', 'DROP');
    },
    forget: async () => {
      await namespace.exec('conntrack', '-F');
    },
    known: () => namespace.exec('conntrack', '-L'),
  };
}

async function translate(router: Namespace, port: number): Promise<void> {
  const match = ['-i', 'to-client', '-p', 'tcp', '--dport', String(port)];
  await nat(router, 'PREROUTING', ...match, '-j', 'DNAT', '--to-destination', `${SERVER_NET}.2:${port}`);
}

const nat = (router: Namespace, chain: string, ...rule: readonly string[]): Promise<string> =>
  router.exec('iptables', '-w', '-t', 'nat', '-A', chain, ...rule);

/** A veth pair whose ends are born in their namespaces: no name is ever taken in the host's. */
async function wire(one: Namespace, oneDevice: string, other: Namespace, otherDevice: string): Promise<void> {
  const end = ['type', 'veth', 'peer', 'name', otherDevice, 'netns', other.name];
  await run('ip', 'link', 'add', oneDevice, 'netns', one.name, ...end);
}

async function create<const Roles extends readonly string[]>(
  ...roles: Roles
): Promise<{ -readonly [Index in keyof Roles]: Namespace }>;
async function create(...roles: readonly string[]): Promise<Namespace[]> {
  const namespaces: Namespace[] = [];
  for (const role of roles) namespaces.push(await Namespace.create(role));
  return namespaces;
}

const closing =
  (...namespaces: readonly Namespace[]) =>
  async (): Promise<void> => {
    for (const namespace of namespaces) await namespace.close();
  };
