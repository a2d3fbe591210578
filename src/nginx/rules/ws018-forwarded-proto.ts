import { replaceWord } from '../fix/edits.ts';
import { droppedHeaders } from './dropped-headers.ts';
import { headerName } from './forwarding.ts';
import { type ProxiedSocket, proxiedSockets } from './proxied-sockets.ts';
import { addHeader, headerLine } from './request-headers.ts';
import { legacyOnly, shadowed } from './rival-locations.ts';
import type { Rule, RuleFinding, View } from './rule.ts';
import { mayBeUnread } from './unread.ts';

const NAME = 'X-Forwarded-Proto';
const LINE = `proxy_set_header ${NAME} $scheme;`;

export const forwardedProto: Rule = {
  id: 'WS018',
  severity: 'warning',
  title: 'X-Forwarded-Proto is missing on a TLS server',
  why: 'Mattermost takes the connection for plain http and sets the session cookie, by which a WebSocket signs in, without Secure.',
  *check(view) {
    for (const socket of proxiedSockets(view)) {
      if (socket.resolution.request.scheme !== 'https') continue;
      const finding = missing(view, socket);
      if (finding !== null) yield finding;
    }
  },
};

function missing(view: View, socket: ProxiedSocket): RuleFinding | null {
  const { effective } = socket.resolution;
  const line = headerLine(effective, NAME);
  const value = line?.args[1];
  if (value !== undefined) {
    if (value.text.toLowerCase() !== 'http') return null;
    return {
      at: value.span,
      summary: `${NAME} says http on a server that speaks TLS.`,
      fix: LINE,
      edits: [replaceWord(value, '$scheme')],
    };
  }
  if (mayBeUnread(effective, 'proxy_set_header') || isExplainedElsewhere(view, socket)) return null;
  return {
    at: socket.outcome.pass.nameWord.span,
    summary: `${NAME} is not sent to Mattermost although clients speak TLS to this server.`,
    fix: LINE,
    ...addHeader(view, socket, LINE),
  };
}

/** Lines dropped together by one inner line are one defect, and WS007 tells it; so are WS013 and WS015 about a wrong location. */
const isExplainedElsewhere = (view: View, { site }: ProxiedSocket): boolean =>
  droppedHeaders(view, site.socket)?.lost.some((line) => headerName(line) === NAME.toLowerCase()) === true ||
  shadowed(site) !== null ||
  legacyOnly(site) !== null;
