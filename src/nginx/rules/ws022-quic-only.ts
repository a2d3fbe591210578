import type { Listen, Server } from '../resolve/types.ts';
import { quicWords } from './newer-protocols.ts';
import type { Rule, View } from './rule.ts';
import { addressText, holds } from './virtual-servers.ts';

export const quicOnly: Rule = {
  id: 'WS022',
  severity: 'note',
  title: 'A quic listener without a TCP one beside it',
  why: 'nginx has no WebSockets over HTTP/3 (RFC 9220), and browsers open them over TCP: without a TCP listener on the port there are none.',
  *check(view) {
    // A server that only QUIC reaches is no site: no WebSocket gets there.
    const proxies = view.http.servers.filter(({ directive }) => holds(directive, 'proxy_pass'));
    for (const { at, of, server, listen } of quicWords(proxies)) {
      if (listen === null || hasTcp(view, server, of)) continue;
      const line = `listen ${listen.args[0]?.text ?? addressText(of)} ssl;`;
      yield {
        at,
        summary: `${addressText(of)} is open for QUIC only: no WebSocket can be opened there.`,
        fix: line,
      };
    }
  },
};

/** A server of the same name may hold the TCP half, and the port counts, not the address: `*` takes in every one. */
function hasTcp(view: View, { names }: Server, { port }: Listen): boolean {
  return view.http.servers.some(
    (other) =>
      other.names.some((name) => names.includes(name)) && other.listens.some((one) => one.port === port && !one.quic),
  );
}
