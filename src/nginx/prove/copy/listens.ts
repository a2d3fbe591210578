import type { Configuration, Directive } from '../../parse/tree.ts';

/** Where the servers of a configuration listen, and the loopback port that stands for each address in the copy. */

/** One address on which servers accept. Servers that share it share its socket, as in nginx. */
export interface Listener {
  /** `*:443`, `[::]:443`, `10.0.0.1:80`, `unix:/run/x.sock`: one for all ways of writing it. */
  readonly address: string;
  /** null for a unix socket. */
  readonly port: number | null;
  readonly ssl: boolean;
  readonly proxyProtocol: boolean;
  readonly servers: readonly ListeningServer[];
}

export interface ListeningServer {
  readonly directive: Directive;
  readonly names: readonly string[];
  readonly isDefault: boolean;
}

/** nginx's own when a server has no `listen` and root starts it (ngx_http_core_server). */
const DEFAULT_ADDRESS = '*:80';
const DEFAULT_PORT = 80;

const QUIC = 'quic';

/** @returns null for what is no address nginx takes, such as a placeholder of a template */
export function listenAddress(written: string): { readonly address: string; readonly port: number | null } | null {
  if (/[${}]/.test(written) || written === '') return null;
  if (written.startsWith('unix:')) return { address: written, port: null };
  // A range (1.15.10) is known by its first port.
  const match = /^(?:(\[[^\]]*\]|[^:[\]]*):)?(\d+)(?:-\d+)?$/.exec(written);
  if (match !== null) return named(match[1] ?? '*', Number(match[2]));
  return /^(\[[^\]]*\]|[^:[\]]+)$/.test(written) ? named(written, DEFAULT_PORT) : null;
}

function named(host: string, port: number): { address: string; port: number } {
  const every = host === '0.0.0.0' || host === '' ? '*' : host.toLowerCase();
  return { address: `${every}:${port}`, port };
}

export const isQuic = (listen: Directive): boolean => listen.args.slice(1).some(({ text }) => text === QUIC);

/** The `http` directives: those of the http block, or of the piece of one. */
export function httpDirectives(configuration: Configuration): readonly Directive[] {
  if (configuration.context === 'http') return configuration.directives;
  return configuration.directives.filter(({ name }) => name === 'http').flatMap((http) => http.block?.children ?? []);
}

/** In the order in which they are first written. */
export function listeners(configuration: Configuration): readonly Listener[] {
  const found = new Map<string, Growing>();
  for (const server of httpDirectives(configuration)) {
    if (server.name !== 'server' || server.block === null) continue;
    const names = server.block.children
      .filter(({ name }) => name === 'server_name')
      .flatMap(({ args }) => args.map(({ text }) => text));
    const legacySsl = server.block.children.some(({ name, args }) => name === 'ssl' && args[0]?.text === 'on');
    const written = server.block.children.filter(({ name }) => name === 'listen');
    if (written.length === 0) grow(found, DEFAULT_ADDRESS, DEFAULT_PORT).servers.push(entry(server, names, false));
    for (const listen of written.filter((each) => !isQuic(each))) {
      const where = listenAddress(listen.args[0]?.text ?? '');
      if (where === null) continue;
      const listener = grow(found, where.address, where.port);
      const options = listen.args.slice(1).map(({ text }) => text);
      listener.ssl ||= options.includes('ssl') || legacySsl;
      listener.proxyProtocol ||= options.includes('proxy_protocol');
      if (listener.servers.some(({ directive }) => directive === server)) continue;
      listener.servers.push(entry(server, names, options.includes('default_server') || options.includes('default')));
    }
  }
  return [...found.values()].map(withDefault);
}

interface Growing extends Listener {
  ssl: boolean;
  proxyProtocol: boolean;
  readonly servers: ListeningServer[];
}

function grow(found: Map<string, Growing>, address: string, port: number | null): Growing {
  const known = found.get(address);
  if (known !== undefined) return known;
  const made: Growing = { address, port, ssl: false, proxyProtocol: false, servers: [] };
  found.set(address, made);
  return made;
}

const entry = (directive: Directive, names: readonly string[], isDefault: boolean): ListeningServer => ({
  directive,
  names: names.length === 0 ? [''] : names,
  isDefault,
});

/** Without `default_server` the first one is it. */
function withDefault(listener: Listener): Listener {
  if (listener.servers.some(({ isDefault }) => isDefault)) return listener;
  return { ...listener, servers: listener.servers.map((server, nth) => ({ ...server, isDefault: nth === 0 })) };
}

/** Every address that needs a loopback port in the copy. */
export function listenAddresses(configuration: Configuration): readonly string[] {
  return listeners(configuration).map(({ address }) => address);
}

/** Options that mean nothing on loopback, or that the machine of the copy need not allow. */
const LEFT_OUT = /^(reuseport|ipv6only=|setfib=|fastopen=|accept_filter=|multipath$)/;

/** @returns the options of a `listen` that the copy keeps, and those it does not */
export function listenOptions(listen: Directive): {
  readonly kept: readonly string[];
  readonly left: readonly string[];
} {
  const options = listen.args.slice(1).map(({ text }) => text);
  return {
    kept: options.filter((option) => !LEFT_OUT.test(option)),
    left: options.filter((option) => LEFT_OUT.test(option)),
  };
}
