import type { Configuration, Directive } from '../parse/tree.ts';
import { addressKey, isOn, readListen, sharedFlags, UNSAID_LISTEN } from './listen.ts';
import { argument, childrenOf, isHttpBlock, named } from './tree.ts';
import type { HttpModel, Listen, Server, Upstream } from './types.ts';

/** @returns the http block with its servers and upstreams; without servers where the configuration has no http block */
export function httpModel(configuration: Configuration): HttpModel {
  const top = configuration.directives;
  const block = configuration.context === 'main' ? (top.find(isHttpBlock) ?? null) : null;
  const level = configuration.context === 'main' ? childrenOf(block) : top;
  return {
    block,
    top,
    servers: withSharedFlags(
      named(level, 'server')
        .filter(isBlock)
        .map((server) => readServer(server, level)),
    ),
    upstreams: named(level, 'upstream').filter(isBlock).map(readUpstream),
  };
}

/** The level of `http`: what its block holds, or, for a piece of one, what stands at the top. */
export const httpLevel = (http: HttpModel): readonly Directive[] =>
  http.block === null ? http.top : childrenOf(http.block);

const isBlock = (directive: Directive): boolean => directive.block !== null;

function readServer(directive: Directive, http: readonly Directive[]): Server {
  const level = childrenOf(directive);
  const names = named(level, 'server_name').flatMap(({ args }) => args.map(({ text }) => text));
  const listens = named(level, 'listen').flatMap(readListen);
  const ssl = isOn(named(level, 'ssl')[0] ?? named(http, 'ssl')[0]);
  const http2 = isOn(named(level, 'http2')[0] ?? named(http, 'http2')[0]);
  return {
    directive,
    names: names.length === 0 ? [''] : names,
    listens: (listens.length === 0 ? [UNSAID_LISTEN] : listens).map((listen) => ({
      ...listen,
      ssl: listen.ssl || ssl,
      http2: listen.http2 || http2,
    })),
  };
}

function withSharedFlags(servers: readonly Server[]): Server[] {
  const tcp = servers.flatMap(({ listens }) => listens).filter(({ quic }) => !quic);
  const byAddress = Map.groupBy(tcp, addressKey);
  const flags = new Map(Array.from(byAddress, ([key, listens]) => [key, sharedFlags(listens)]));
  const shared = (listen: Listen): Listen => (listen.quic ? listen : { ...listen, ...flags.get(addressKey(listen)) });
  return servers.map((server) => ({ ...server, listens: server.listens.map(shared) }));
}

function readUpstream(directive: Directive): Upstream {
  return {
    name: argument(directive, 0),
    directive,
    servers: named(childrenOf(directive), 'server').map((server) => ({
      directive: server,
      address: argument(server, 0),
    })),
  };
}
