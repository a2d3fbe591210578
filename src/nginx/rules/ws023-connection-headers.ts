import { isAtLeast, versionText } from '../version.ts';
import { http2Words, quicWords } from './newer-protocols.ts';
import type { Rule } from './rule.ts';

/** nginx 1.31.0, ngx_http_v2.c and ngx_http_v3_request.c: `client sent "Upgrade" header`, 400. */
const REFUSES_SINCE = '1.31.0';

export const connectionHeaders: Rule = {
  id: 'WS023',
  severity: 'note',
  title: 'Connection and Upgrade over HTTP/2 and HTTP/3 are refused',
  why: 'A client or proxy that asks for a WebSocket over HTTP/2 or HTTP/3 with the headers of HTTP/1.1 gets 400 where an older nginx ignored them.',
  *check(view) {
    if (view.version === null || isAtLeast(view.version, REFUSES_SINCE) !== true) return;
    const says = `nginx ${versionText(view.version)} answers 400 to`;
    for (const { at } of http2Words(view)) {
      yield { at, summary: `${says} a request of HTTP/2 that carries Connection or Upgrade.`, fix: fix('HTTP/2') };
    }
    for (const { at } of quicWords(new Set(view.sites.map(({ server }) => server)))) {
      yield { at, summary: `${says} a request of HTTP/3 that carries Connection or Upgrade.`, fix: fix('HTTP/3') };
    }
  },
};

const fix = (protocol: string): string =>
  `Nothing to change for browsers. Let whatever sends those headers over ${protocol} open WebSockets over HTTP/1.1.`;
