import type { Directive } from '../parse/tree.ts';
import type { Listen, Server } from '../resolve/types.ts';

/** One address with its port, and the servers that nginx chooses among by name there. */
export interface SharedAddress {
  /** `*:443`, `[::]:443`, `unix:/run/nginx.sock`. */
  readonly text: string;
  /** In the order in which nginx reads them. */
  readonly servers: readonly Server[];
  /** The one with `default_server`; null where the first is the default by its place alone. */
  readonly marked: Server | null;
  /** Servers by their names in lower case, in the same order. */
  readonly named: ReadonlyMap<string, readonly Server[]>;
}

interface Growing extends SharedAddress {
  readonly servers: Server[];
  marked: Server | null;
  readonly named: Map<string, Server[]>;
}

/** QUIC and TCP are two sockets of one address, and nginx keeps a list of servers for each. */
const keyOf = (listen: Listen): string => `${listen.quic ? 'quic' : 'tcp'} ${addressText(listen)}`;

export class SharedAddresses {
  readonly #addresses = new Map<string, Growing>();

  constructor(servers: readonly Server[]) {
    for (const server of servers) for (const listen of server.listens) this.#add(server, listen);
  }

  /** @returns null where a placeholder hides the port */
  of(listen: Listen): SharedAddress | null {
    return this.#addresses.get(keyOf(listen)) ?? null;
  }

  #add(server: Server, listen: Listen): void {
    if (listen.port === null && !listen.address.startsWith('unix:')) return;
    const key = keyOf(listen);
    const address: Growing = this.#addresses.get(key) ?? {
      text: addressText(listen),
      servers: [],
      marked: null,
      named: new Map(),
    };
    this.#addresses.set(key, address);
    if (listen.defaultServer) address.marked ??= server;
    if (address.servers.at(-1) === server) return;
    address.servers.push(server);
    for (const name of new Set(server.names.map((one) => one.toLowerCase()))) {
      const others = address.named.get(name);
      if (others === undefined) address.named.set(name, [server]);
      else others.push(server);
    }
  }
}

export const addressText = ({ address, port }: Listen): string => (port === null ? address : `${address}:${port}`);

/** Nobody from outside connects here. */
export const isLocal = (listen: Listen | null): boolean =>
  listen !== null && (listen.address.startsWith('127.') || listen.address === '[::1]');

/** @returns what people call it: its first name, and where it stands */
export function serverText({ names, directive }: Server): string {
  const name = names.find((one) => one !== '' && one !== '_');
  return name === undefined ? `the server at ${place(directive)}` : `${name} (${place(directive)})`;
}

/** Whether a directive of that name stands anywhere in the block, with a word like that. */
export function holds(block: Directive, name: string, word = /./): boolean {
  const open = [...(block.block?.children ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.name === name && next.args.some(({ text }) => word.test(text))) return true;
    open.push(...(next.block?.children ?? []));
  }
  return false;
}

function place({ nameWord: { span } }: Directive): string {
  const { file, line } = span.source.position(span.start);
  return `${file}:${line}`;
}
