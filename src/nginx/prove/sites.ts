import { domainToASCII } from 'node:url';
import type { Configuration, Directive } from '../parse/tree.ts';
import { subpathsOf } from '../rules/signs.ts';
import { PLUGIN_SOCKET_PATHS, SOCKET_PATH } from '../rules/sites.ts';
import { everyDirective } from './copy/definitions.ts';
import { httpDirectives, type Listener, type ListeningServer, listeners } from './copy/listens.ts';

/** What is measured: each name that a server answers to, on each address that it listens on, and the sockets there. */

export interface Site {
  readonly listener: Listener;
  /** Other addresses with the same servers: they behave alike, and are not measured again. */
  readonly alike: readonly string[];
  /** As the configuration has it; null for a name that the operator gave. */
  readonly name: string | null;
  /** The server block that the name is from; null for a name that the operator gave. */
  readonly server: Directive | null;
  /** The Host header of a browser there: the port is in it unless it is the scheme's own. */
  readonly host: string;
  readonly serverName: string;
  /** `https://chat.example.com`. */
  readonly origin: string;
  /** What the client signs in with, where nginx asks for a name and a password. */
  readonly authorization: string | null;
}

/** A name that no browser can ask for, or that hangup cannot make up. */
export interface Unmeasured {
  readonly address: string;
  readonly name: string;
  readonly server: Directive;
  readonly because: string;
}

export interface Sites {
  readonly sites: readonly Site[];
  readonly unmeasured: readonly Unmeasured[];
}

/** RFC 2606: nobody has it. It stands for "any name" where a server takes whatever comes. */
export const ANY_HOST = 'any-name.invalid';

/** @param host the one name to measure, or null for every name of the configuration */
export function sitesOf(configuration: Configuration, host: string | null): Sites {
  const sites: Site[] = [];
  const unmeasured: Unmeasured[] = [];
  for (const { listener, alike } of grouped(listeners(configuration))) {
    if (host !== null) {
      sites.push(site(listener, alike, null, null, host));
      continue;
    }
    const known = new Set<string>();
    for (const server of listener.servers) {
      for (const name of server.names) {
        const asked = askedFor(name, server);
        if ('because' in asked)
          unmeasured.push({ address: listener.address, name, server: server.directive, ...asked });
        // nginx gives a name that stands twice to the first server.
        else if (!known.has(asked.host)) sites.push(site(listener, alike, name, server.directive, asked.host));
        if ('host' in asked) known.add(asked.host);
      }
    }
  }
  return { sites, unmeasured };
}

function site(
  listener: Listener,
  alike: readonly string[],
  name: string | null,
  server: Directive | null,
  serverName: string,
): Site {
  const scheme = listener.ssl ? 'https' : 'http';
  const own = listener.port === null || listener.port === (listener.ssl ? 443 : 80);
  const host = own ? serverName : `${serverName}:${listener.port}`;
  return { listener, alike, name, server, host, serverName, origin: `${scheme}://${host}`, authorization: null };
}

/** The same site for a client that has signed in: the copy's file of users has this name and password. */
export const signedIn = (site: Site): Site => ({
  ...site,
  authorization: `Basic ${Buffer.from('hangup:hangup').toString('base64')}`,
});

/** The same site for a browser that reaches it through a proxy on the scheme's own port. */
export function onOwnPort(site: Site): Site {
  const scheme = site.listener.ssl ? 'https' : 'http';
  return { ...site, host: site.serverName, origin: `${scheme}://${site.serverName}` };
}

function askedFor(
  name: string,
  { isDefault, directive }: ListeningServer,
): { readonly host: string } | { readonly because: string } {
  if (name.startsWith('~'))
    return { because: 'its name is a regular expression: --host NAME names one that it matches' };
  if (/[${}]/.test(name)) return { because: 'a placeholder or a variable stands in its name' };
  if (name === '' || name === '_' || name.includes('_')) {
    return isDefault ? { host: hostInside(directive) ?? ANY_HOST } : { because: 'no browser asks for this name' };
  }
  const host = name.replace(/^\*\./, 'www.').replace(/^\./, '').replace(/\.\*$/, '.com').toLowerCase();
  // Browsers ask for `xn--…`, which nginx does not take for the name that is written with other letters.
  return { host: domainToASCII(host) || host };
}

/** A server that takes every name may say itself which one it expects: `proxy_set_header Host chat.example.com`. */
function hostInside({ block }: Directive): string | null {
  const inside = [...everyDirective(block?.children ?? [])];
  const passed = inside.filter(({ name }) => name === 'proxy_pass').map(({ args }) => args[0]?.text ?? '');
  for (const { name, args } of inside) {
    const [header, value] = args.map(({ text }) => text.toLowerCase());
    if (name !== 'proxy_set_header' || header !== 'host' || value === undefined) continue;
    if (/^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/.test(value) && !passed.some((url) => url.includes(value)))
      return value;
  }
  return null;
}

/** `listen 443` and `listen [::]:443` of the same servers are one thing to measure. */
function grouped(
  all: readonly Listener[],
): readonly { readonly listener: Listener; readonly alike: readonly string[] }[] {
  const groups: { readonly listener: Listener; readonly alike: string[] }[] = [];
  for (const listener of all) {
    const same = groups.find((group) => isAlike(group.listener, listener));
    if (same === undefined) groups.push({ listener, alike: [] });
    else same.alike.push(listener.address);
  }
  return groups;
}

function isAlike(a: Listener, b: Listener): boolean {
  if (a.port !== b.port || a.ssl !== b.ssl || a.proxyProtocol !== b.proxyProtocol) return false;
  if (a.servers.length !== b.servers.length) return false;
  return a.servers.every(
    ({ directive, isDefault }, nth) =>
      b.servers[nth]?.directive === directive && b.servers[nth]?.isDefault === isDefault,
  );
}

export interface SocketPath {
  readonly path: string;
  /** `main` decides whether Mattermost works; the others only parts of it. */
  readonly kind: 'main' | 'slash' | 'plugin' | 'literal';
}

const mattermostPaths = (subpath: string): readonly SocketPath[] => [
  { path: `${subpath}${SOCKET_PATH}`, kind: 'main' },
  { path: `${subpath}${SOCKET_PATH}/`, kind: 'slash' },
  ...PLUGIN_SOCKET_PATHS.map((path): SocketPath => ({ path: `${subpath}${path}`, kind: 'plugin' })),
];

/** What stands before Mattermost's own paths, by the paths of its sockets: `/chat`, mostly nothing. */
export function subpathOf(paths: readonly SocketPath[]): string {
  const main = paths.find(({ kind }) => kind === 'main')?.path ?? '';
  return main.slice(0, -SOCKET_PATH.length);
}

/** Mattermost's sockets, where the site's server has it, and every literal location whose name says that it is for WebSockets. */
export function socketPaths(configuration: Configuration, { listener, name: own }: Site): readonly SocketPath[] {
  const named = listener.servers.filter(({ names }) => own !== null && names.includes(own));
  const servers = named.length === 0 ? listener.servers : named;
  const level = httpDirectives(configuration);
  const subpaths = new Set(servers.flatMap(({ directive }) => subpathsOf(directive, level)));
  const paths = [...subpaths].flatMap(mattermostPaths);
  for (const { name, args } of everyDirective(configuration.directives)) {
    if (name !== 'location') continue;
    const [first, second] = args.map(({ text }) => text);
    const literal = second === undefined ? first : first === '=' || first === '^~' ? second : undefined;
    if (literal === undefined || !/^\/.*(websocket|\bws\b|socket\.io)/i.test(literal) || /[\s${}?#]/.test(literal))
      continue;
    if (!paths.some(({ path }) => path === literal)) paths.push({ path: literal, kind: 'literal' });
  }
  return paths;
}
