import { replaceWord } from '../fix/edits.ts';
import type { HttpRequest, Resolution, SentHeader } from '../resolve/types.ts';
import { backendAddress } from './backend-address.ts';
import { isExplained } from './explained.ts';
import { sentHeaders } from './forwarding.ts';
import { headerMend } from './header-mend.ts';
import { type ProxiedSocket, proxiedSockets } from './proxied-sockets.ts';
import { headerLine } from './request-headers.ts';
import type { Rule, RuleFinding, View } from './rule.ts';
import { mayBeUnread } from './unread.ts';
import { isLocal } from './virtual-servers.ts';

const LINE = 'proxy_set_header Host $http_host;';
const DEFAULT_PORTS = { http: 80, https: 443 } as const;

export const hostHeader: Rule = {
  id: 'WS017',
  severity: 'error',
  title: 'Mattermost receives another Host than the one in the browser’s address bar',
  why: 'Mattermost compares the Origin of the upgrade with Host (before 7.8.7, and whenever SiteURL is not set) and answers 403 where they differ.',
  *check(view) {
    for (const socket of proxiedSockets(view)) {
      const finding = mismatch(view, socket);
      if (finding !== null) yield finding;
    }
  },
};

function mismatch(view: View, socket: ProxiedSocket): RuleFinding | null {
  const { resolution, outcome } = socket;
  const { effective } = resolution;
  // Without an Origin there is nothing to compare: Mattermost lets the request pass.
  if (headerLine(effective, 'Origin') !== null) return null;
  const sent = sentHeaders(outcome, 'host').at(-1);
  if (sent === undefined) return emptied(socket);
  if (sent.from === 'client') return null;
  // `include proxy_params;` that nobody gave sets Host more often than not.
  if (mayBeUnread(effective, 'proxy_set_header')) return null;
  if (sent.from === 'default') return isExplained(view, socket.site, 'host') ? null : unset(view, socket, sent);
  const word = sent.from.args[1];
  if (word === undefined) return null;
  const judged = sent.written.includes('$') ? judgeVariable(sent, resolution) : judgeLiteral(sent, socket);
  if (judged === null) return null;
  return { at: word.span, fix: LINE, edits: [replaceWord(word, '$http_host')], ...judged };
}

/** What is wrong with the value sent, and how sure that is. */
type Judged = Pick<RuleFinding, 'summary' | 'measured'> & { readonly severity?: 'warning' };

function unset(view: View, socket: ProxiedSocket, sent: SentHeader): RuleFinding | null {
  const { outcome, resolution } = socket;
  if (sent.value === browserHost(resolution.request)) return null;
  return {
    at: outcome.pass.nameWord.span,
    summary: `Host is not set here, so Mattermost receives nginx’s own ${sent.value ?? sent.written}.`,
    ...headerMend(view, socket.site.socket),
  };
}

/** `proxy_set_header Host "";` takes the header out, and HTTP/1.1 wants one (RFC 9112 §3.2): Go's server answers 400. */
function emptied({ resolution }: ProxiedSocket): RuleFinding | null {
  const word = headerLine(resolution.effective, 'Host')?.args[1];
  if (word === undefined || word.text !== '') return null;
  return {
    at: word.span,
    summary: 'Host is set to nothing, so nginx sends none.',
    why: 'A request of HTTP/1.1 without Host is refused with 400 before Mattermost looks at it.',
    fix: LINE,
    edits: [replaceWord(word, '$http_host')],
  };
}

function judgeVariable({ value, written }: SentHeader, { request, listen }: Resolution): Judged | null {
  const expected = browserHost(request);
  if (value === null || value.toLowerCase() === expected) return null;
  const { scheme, host } = request;
  const sent = backendAddress(value.toLowerCase());
  if (sent.host !== host.toLowerCase()) {
    return { summary: `Host ${written} is “${value}” where a browser’s Origin says ${expected}.` };
  }
  if (sent.port === null) {
    // Only another proxy of this machine connects there, and the browser's port is that one's.
    if (isLocal(listen)) return null;
    return {
      severity: 'warning',
      summary: `Host ${written} loses the port: a browser’s Origin ends with :${request.port}, unless another proxy in front listens on the default port.`,
    };
  }
  // Another port may be the one that a container’s is published as.
  if (sent.port !== String(DEFAULT_PORTS[scheme])) return null;
  return { summary: `Host ${written} says :${sent.port}, which no browser writes into its Origin.` };
}

function judgeLiteral({ value, written }: SentHeader, { site, outcome }: ProxiedSocket): Judged | null {
  if (value === null) return null;
  const { names } = site.server;
  const { host } = backendAddress(value.toLowerCase());
  if (names.some((name) => name.toLowerCase() === host)) return null;
  const name = names.find(isPlainName);
  const backend = (outcome.upstream?.name ?? backendAddress(outcome.to).host).toLowerCase();
  if (
    (name !== undefined && (host === backend || LOOPBACK.test(host))) ||
    outcome.upstream?.name.toLowerCase() === host
  ) {
    return {
      summary: `Host is fixed to “${written}”, while a browser’s Origin says ${name ?? 'what clients call this server'}.`,
    };
  }
  return {
    severity: 'warning',
    measured: 'host-unknown',
    summary: `Host is fixed to “${written}”: that is right only if it is the name in the browser’s address bar.`,
  };
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1)$/;

/** Names that say what is in the address bar: no catch-all, wildcard, expression, placeholder or address. */
const isPlainName = (name: string): boolean => /^[\w-]+(?:\.[\w-]+)+$/.test(name);

/** What a browser writes into Host, and after the scheme into Origin: no port where it is the scheme's own. */
function browserHost({ scheme, host, port }: HttpRequest): string {
  const name = host.toLowerCase();
  return port === DEFAULT_PORTS[scheme] ? name : `${name}:${port}`;
}
