import type { Directive } from '../parse/tree.ts';
import { within } from '../resolve/tree.ts';
import type { Effective, Outcome } from '../resolve/types.ts';
import { locationMatches } from './pattern.ts';
import { type ProxiedSocket, proxiedSockets } from './proxied-sockets.ts';
import type { Rule, RuleFinding, View } from './rule.ts';
import { mayBeUnread, unreadIncludes } from './unread.ts';
import { newStatus } from './ws033-error-page.ts';

/** Modules that ask who the client is before Mattermost does; `off` switches each of them off. */
const SIGN_INS = ['auth_request', 'auth_basic', 'auth_jwt', 'auth_oidc'] as const;

/** What a client that has signed in brings along. */
const CREDENTIAL = /\$\{?(?:cookie_\w+|http_cookie|http_authorization|remote_user)\b/;

export const signIn: Rule = {
  id: 'WS031',
  severity: 'warning',
  title: 'A sign-in stands before the WebSocket',
  why: 'A WebSocket cannot follow a redirect or show a sign-in page: without the proxy’s own cookie the client gets 302, 401 or 200 where it needs 101, and comes back every few seconds.',
  *check(view) {
    for (const socket of proxiedSockets(view)) {
      const { effective, request } = socket.resolution;
      for (const name of SIGN_INS) {
        const line = effective.one(name);
        if (line === null || line.args[0]?.text === 'off') continue;
        yield name === 'auth_request' && asksNowhere(view, socket, line) ? nowhere(line) : asks(line, effective);
      }
      const certificate = request.scheme === 'https' ? wantsCertificate(socket) : null;
      if (certificate !== null) yield certificate;
    }
    for (const { socket } of view.sites) {
      const { outcome } = socket.resolution;
      if (outcome.kind === 'answer' && isSignInRedirect(outcome)) yield redirects(outcome);
    }
  },
};

type Answer = Extract<Outcome, { readonly kind: 'answer' }>;

/** Whether clients are sent elsewhere because they bring no cookie or Authorization of the proxy’s. */
export const isSignInRedirect = ({ status, by }: Answer): boolean =>
  status >= 300 && status < 400 && by.parent?.name === 'if' && by.parent.args.some(({ text }) => CREDENTIAL.test(text));

function asks(line: Directive, effective: Effective): RuleFinding {
  const words = [line.name, ...line.args.map(({ text }) => text)].join(' ');
  const then = shownFor('401', effective) ?? '401';
  return {
    at: line.nameWord.span,
    summary: `${words} decides about the WebSocket: who has not signed in with it, as desktop, mobile apps and bots, gets ${then}.`,
    fix: `# in the WebSocket’s own location: Mattermost checks the session itself\n${line.name} off;`,
  };
}

/** @returns what an error page makes of a status of nginx's own; null where it stays */
function shownFor(status: string, effective: Effective): string | null {
  const page = pageFor(status, effective.all('error_page'));
  return page === undefined ? null : newStatus(page);
}

const pageFor = (status: string, pages: readonly Directive[]): Directive | undefined =>
  pages.find(({ args }) => args.slice(0, -1).some(({ text }) => text === status));

/**
 * 496 is nginx's own for it, which clients see as 400 (ngx_http_special_response_handler). Where a proxy in front is the client, the
 * certificate is the proxy's (Cloudflare calls it Authenticated Origin Pulls).
 */
function wantsCertificate({ site, resolution: { effective } }: ProxiedSocket): RuleFinding | null {
  const line = effective.one('ssl_verify_client');
  const server = site.server.directive;
  if (line === null || line.args[0]?.text !== 'on') return null;
  if (line.parent !== server && server.block?.children.some(({ unread }) => unread) === true) return null;
  const authority = effective.one('ssl_client_certificate')?.args[0]?.text ?? '';
  if (effective.one('set_real_ip_from') !== null || /cloudflare|origin.?pull/i.test(authority)) return null;
  return {
    at: line.nameWord.span,
    measured: 'client-certificate',
    summary: `ssl_verify_client on asks every client of this server for a certificate: who comes without one, as bots and apps mostly do, gets ${shownFor('496', effective) ?? '400'}.`,
    why: 'A browser takes the certificate that its user has chosen for the page; desktop and mobile apps and bots have to be given one each, and say no more than that the handshake failed.',
    fix: 'Give each client a certificate, or give bots and apps a server without this line.',
  };
}

const nowhere = (line: Directive): RuleFinding => ({
  at: line.args[0]?.span ?? line.nameWord.span,
  severity: 'error',
  measured: 'answered-with-500',
  summary: `auth_request takes a path of this server and no address: ${line.args[0]?.text ?? ''} is nowhere here, and nginx answers 500 to every request that it stands before.`,
  why: 'nginx looks for a location, then for a file of that name, and finds neither: its log says “auth request unexpected status: 404”, and the backend sees nothing.',
  fix: `auth_request /auth;\n# beside it\nlocation = /auth {\n    internal;\n    proxy_pass ${line.args[0]?.text ?? ''};\n    proxy_pass_request_body off;\n    proxy_set_header Content-Length "";\n}`,
});

/** By them a server can answer a request that no location takes, or make another of it. */
const CATCHES: readonly string[] = ['rewrite', 'return', 'if', 'try_files', 'error_page'];
const SCRIPT = /_by_lua|^js_|^perl/;

/** Whether nothing of the server answers to what stands there in place of a path. */
function asksNowhere(view: View, { site, resolution: { effective } }: ProxiedSocket, { args }: Directive): boolean {
  const uri = args[0]?.text ?? '';
  if (!/^https?:\/\/[^$]*$/i.test(uri) || mayBeUnread(effective, 'auth_request')) return false;
  // An address or a password may be enough.
  if (effective.setting('satisfy').words[0] === 'any' || mayBeUnread(effective, 'satisfy')) return false;
  const server = site.server.directive;
  const own = server.block?.children ?? [];
  if (own.some(({ name }) => CATCHES.includes(name)) || unreadIncludes(server).length > 0) return false;
  if (pageFor('404', view.every('error_page')) !== undefined) return false;
  for (const line of within(server)) {
    if (SCRIPT.test(line.name)) return false;
    if (line.name === 'location' && locationMatches(line, uri) !== false) return false;
  }
  return true;
}

function redirects({ status, to, by }: Answer): RuleFinding {
  const where = to === null ? 'elsewhere' : `to ${to}`;
  return {
    at: by.nameWord.span,
    summary: `A WebSocket without the sign-in’s cookie is sent ${where} with ${status}, which no client follows.`,
    fix: 'Give /api/v4/websocket a location without this condition: Mattermost checks the session itself.',
  };
}
