import { removeDirective } from '../fix/edits.ts';
import type { Directive } from '../parse/tree.ts';
import { type CarriedSocket, carriedSockets } from './carried-sockets.ts';
import { isForSocketsOnly } from './pattern.ts';
import type { Rule, RuleFinding } from './rule.ts';

/** What people set in the socket's own location, and what makes no difference there. */
const WITHOUT_EFFECT: readonly string[] = ['proxy_buffering', 'proxy_request_buffering', 'gzip'];

export const noEffect: Rule = {
  id: 'WS038',
  severity: 'note',
  title: 'gzip or proxy_buffering is set for WebSockets',
  why: 'After the 101 nginx copies bytes both ways through one buffer, without filters: neither compresses or holds back a frame.',
  *check(view) {
    for (const socket of carriedSockets(view)) {
      for (const name of WITHOUT_EFFECT) {
        const directive = socket.resolution.effective.one(name);
        const finding = directive === null ? null : useless(socket, directive);
        if (finding !== null) yield finding;
      }
    }
  },
};

/**
 * Lines of outer levels were meant for other requests too. In a location that carries plain requests as well,
 * `proxy_buffering off` is a choice that they feel, and only its reason may be mistaken.
 */
function useless({ location }: CarriedSocket, directive: Directive): RuleFinding | null {
  if (directive.parent !== location) return null;
  const { name } = directive;
  const written = `${name} ${directive.args.map(({ text }) => text).join(' ')}`;
  if (isForSocketsOnly(location)) {
    return {
      at: directive.span,
      summary: `${written} has no effect on a WebSocket, and this location carries nothing else.`,
      fix: `Remove the line: ${written};`,
      edits: [removeDirective(directive)],
    };
  }
  if (written !== 'proxy_buffering off') return null;
  return {
    at: directive.span,
    summary: `${written} has no effect on the WebSocket; it makes the other requests of this location hold a backend’s connection for as long as the client takes.`,
    fix: 'Remove the line if it was meant for WebSockets: proxy_buffering off;',
  };
}
