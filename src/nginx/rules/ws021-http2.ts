import { replaceDirective } from '../fix/edits.ts';
import { isAtLeast, versionText } from '../version.ts';
import { http2Words, type ProtocolWord } from './newer-protocols.ts';
import type { Rule, RuleFinding, View } from './rule.ts';

/** Since then a cleartext listener tells HTTP/2 from HTTP/1.1 by the first bytes (ngx_http_request.c, `http2` directive). */
const TELLS_APART = '1.25.1';

export const http2: Rule = {
  id: 'WS021',
  severity: 'error',
  title: 'HTTP/2 on the listener',
  why: 'nginx has no WebSockets over HTTP/2 (RFC 8441): browsers see that and open them over HTTP/1.1, but a proxy in front that speaks only HTTP/2 to nginx cannot.',
  *check(view) {
    for (const word of http2Words(view)) yield word.tls ? overTls(word) : cleartext(view, word);
  },
};

const overTls = ({ at }: ProtocolWord): RuleFinding => ({
  at,
  severity: 'note',
  summary: 'HTTP/2 is on here; browsers open the WebSocket beside it, over a connection of HTTP/1.1.',
  fix: 'Nothing to change for browsers and bots. Let a proxy in front of this server use HTTP/1.1 for WebSockets.',
});

function cleartext(view: View, { at, listen }: ProtocolWord): RuleFinding {
  const tellsApart = listen === null ? true : isAtLeast(view.version, TELLS_APART);
  if (tellsApart === true) {
    return {
      at,
      severity: 'note',
      summary: 'HTTP/2 without TLS is on here; WebSockets use HTTP/1.1 on the same port.',
      fix: 'Nothing to change, unless the proxy in front speaks only HTTP/2 to this port.',
    };
  }
  const which = view.version === null ? `before ${TELLS_APART}` : versionText(view.version);
  const words = (listen?.args ?? []).map(({ text }) => text).filter((text) => text !== 'http2');
  const line = `listen ${words.join(' ')};`;
  return {
    at,
    severity: view.version === null ? 'warning' : 'error',
    measured: 'http2-only',
    summary: `nginx ${which} speaks nothing but HTTP/2 on a listener with http2 and without ssl: no WebSocket can be opened here.`,
    why: 'A client of HTTP/1.1 gets bytes of HTTP/2 and a closed connection; the log says “invalid connection preface” at level info.',
    fix: line,
    ...(listen === null ? {} : { edits: [replaceDirective(listen, [line])] }),
  };
}
