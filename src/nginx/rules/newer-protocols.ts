import type { Directive, Span } from '../parse/tree.ts';
import type { Listen, Server } from '../resolve/types.ts';
import type { View } from './rule.ts';

/** A word that switches HTTP/2 or HTTP/3 on for a listener before Mattermost. */
export interface ProtocolWord {
  readonly at: Span;
  readonly server: Server;
  /** Whether clients speak TLS there. */
  readonly tls: boolean;
  /** The `listen` that the word stands in; null for the `http2` directive. */
  readonly listen: Directive | null;
}

/** @returns `http2` of `listen`, of those over TLS a server's first alone; and the directive `http2 on` (since nginx 1.25.1) */
export function* http2Words(view: View): Iterable<ProtocolWord> {
  for (const [server, { socket }] of new Map(view.sites.map((site) => [site.server, site]))) {
    const tcp = server.listens.filter(({ quic }) => !quic);
    const words = tcp.flatMap((listen): ProtocolWord[] => {
      const at = parameter(listen, 'http2');
      return at === null ? [] : [{ at, server, tls: listen.ssl, listen: listen.directive }];
    });
    yield* words.filter((word) => !word.tls || word === words.find(({ tls }) => tls));
    const directive = socket.resolution.effective.one('http2');
    if (directive === null || directive.args[0]?.text !== 'on') continue;
    yield { at: directive.nameWord.span, server, tls: tcp.some(({ ssl }) => ssl), listen: null };
  }
}

/** @returns `quic` of the `listen` lines of these servers */
export function* quicWords(servers: Iterable<Server>): Iterable<ProtocolWord & { readonly of: Listen }> {
  for (const server of servers) {
    for (const of of server.listens) {
      const word = of.quic ? parameter(of, 'quic') : null;
      if (word !== null) yield { at: word, server, tls: true, listen: of.directive, of };
    }
  }
}

const parameter = ({ directive }: Listen, name: string): Span | null =>
  directive?.args.slice(1).find(({ text }) => text === name)?.span ?? null;
