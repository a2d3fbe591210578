import type { Directive } from '../parse/tree.ts';
import { effectiveAt } from '../resolve/effective.ts';
import { childrenOf, enclosing, written } from '../resolve/tree.ts';
import type { Server } from '../resolve/types.ts';
import { isWayOfEverySocket } from './every-socket.ts';
import { isMisrouted } from './explained.ts';
import { named, sourceText } from './forwarding.ts';
import { allMarkedDown } from './marked-down.ts';
import { lastMet } from './met.ts';
import { locationPattern } from './pattern.ts';
import { type ProxiedSocket, proxiedSockets } from './proxied-sockets.ts';
import type { Rule, RuleFinding, Site, SocketPath, View } from './rule.ts';
import { mayBeUnread, unlessAround, unreadIncludes } from './unread.ts';
import { newStatus } from './ws033-error-page.ts';

/** They have rules of their own: WS034, WS028. */
const SAID_ELSEWHERE: readonly string[] = ['try_files', 'proxy_pass'];

/** nginx's own code for it. */
const CLOSED = 444;

export const refusedByNginx: Rule = {
  id: 'WS046',
  severity: 'error',
  title: 'nginx answers the WebSocket itself and asks no backend',
  why: 'Pages load and messages can be sent, but nothing new arrives; Mattermost never hears of the WebSocket, and its clients come back every few seconds.',
  *check(view) {
    for (const site of view.sites) {
      const finding = isMisrouted(site) ? null : refused(view, site);
      if (finding !== null) yield finding;
      const tls = oldTlsOnly(view, site);
      if (tls !== null) yield tls;
    }
    for (const socket of proxiedSockets(view)) {
      const finding = allDown(socket);
      if (finding !== null) yield finding;
    }
  },
};

function refused(view: View, { server, socket, plain }: Site): RuleFinding | null {
  const { outcome } = socket.resolution;
  if (!isWayOfEverySocket(socket.resolution)) return null;
  if (outcome.kind === 'files') return withoutPass(socket, plain);
  if (outcome.kind !== 'answer' || isRedirect(outcome.status) || SAID_ELSEWHERE.includes(outcome.by.name)) return null;
  const { by, status } = outcome;
  const api = apiOf(plain);
  if (api === undefined || mayBeAllowed(view, socket, by)) return null;
  const target = socket.request.target;
  if (goesInCircles(by, status)) return inCircles(server, socket, by);
  const passed = api.resolution.outcome;
  if (passed.kind !== 'proxy') return isDenied(api) ? deniedToAll(by, target, status) : null;
  const line = by.block === null ? written(by) : named(by);
  const answers =
    status === CLOSED ? `closes without an answer (444) what asks for ${target}` : `answers ${status} to ${target}`;
  return {
    at: by.block === null ? by.span : by.nameWord.span,
    summary: `nginx ${answers}, by ${line}, and passes ${api.request.target} on.`,
    fix: mend(by, socket, passed.pass),
  };
}

/** WS032 tells of those. */
const isRedirect = (status: number): boolean => status >= 300 && status < 400;

const apiOf = (plain: readonly SocketPath[]): SocketPath | undefined =>
  plain.find(({ request }) => request.target.includes('/api/v4/'));

/** A location of the WebSocket's that forgets to pass it on, while the API around it is passed on. */
function withoutPass({ request, resolution }: SocketPath, plain: readonly SocketPath[]): RuleFinding | null {
  const { location, effective } = resolution;
  const api = apiOf(plain)?.resolution.outcome;
  if (location === null || api?.kind !== 'proxy' || effective.one('try_files') !== null) return null;
  // Whose answer is the client's, with a status of its own.
  const pages = effective
    .all('error_page')
    .filter(({ args }) => args.some(({ text }) => text === '404' || text === '403'));
  if (pages.some((page) => newStatus(page) !== null)) return null;
  if (effective.scope.slice(1).some((block) => unreadIncludes(block).length > 0)) return null;
  return {
    at: location.nameWord.span,
    summary: `${named(location)} has no proxy_pass: nginx looks for ${request.target} among its files and answers 404 or 403.`,
    fix: sourceText(api.pass),
  };
}

/** The rewrites of a location lead to itself: ngx_http_core_post_rewrite_phase gives up after ten turns. Nobody means that. */
const goesInCircles = (by: Directive, status: number): boolean => by.name === 'location' && status === 500;

function inCircles(server: Server, { request, resolution }: SocketPath, location: Directive): RuleFinding | null {
  const rewrite = lastMet(server.directive, resolution, ['rewrite']);
  if (rewrite === null) return null;
  return {
    at: rewrite.span,
    summary: `${request.target} goes in circles through ${named(location)}: after ten times nginx gives up and answers 500.`,
    why: 'After a rewrite with last, or with no flag, nginx looks for a location again, and comes back to one where it has been; break ends the rewriting there.',
    fix: `rewrite ${rewrite.args.slice(0, 2).map(sourceText).join(' ')} break;`,
  };
}

const isDenied = ({ resolution: { outcome } }: SocketPath): boolean =>
  outcome.kind === 'answer' && outcome.by.name === 'deny';

/** It may be meant so: a server that is to be closed. That nobody gets in is certain all the same. */
const deniedToAll = (by: Directive, target: string, status: number): RuleFinding | null =>
  by.name !== 'deny'
    ? null
    : {
        at: by.span,
        severity: 'note',
        summary: `${written(by)}, with no allow before it, lets nobody in: nginx answers ${status} to ${target} and to the rest of the API.`,
        why: 'Until an allow names who may enter, no client opens a WebSocket here, and none loads a page of the API.',
        fix: 'allow 10.0.0.0/8;  # before it: those who may enter',
      };

/** An include beside `deny`, or further in, may hold the addresses that are allowed. */
function mayBeAllowed(view: View, { resolution }: SocketPath, by: Directive): boolean {
  if (by.name !== 'deny') return false;
  const inServer = by.parent !== null && by.parent.name !== 'http';
  return mayBeUnread(resolution.effective, 'deny') || (!inServer && unlessAround(view) !== '');
}

function allDown({ resolution: { effective }, outcome }: ProxiedSocket): RuleFinding | null {
  const { upstream } = outcome;
  const marks = allMarkedDown(outcome);
  const [first] = marks;
  if (upstream === null || first === undefined) return null;
  const isCaught = effective.all('error_page').some(({ args }) => args.some(({ text }) => text === '502'));
  if (isCaught || mayBeUnread(effective, 'error_page')) return null;
  const every = marks.length === 1 ? 'The only server' : 'Every server';
  return {
    at: first.span,
    measured: 'all-down',
    summary: `${every} of upstream ${upstream.name} is marked down: nginx asks none and answers 502.`,
    why: 'The log says “no live upstreams while connecting to upstream”, and Mattermost hears of nothing.',
    fix: `server ${upstream.servers[0]?.address ?? ''};  # without down: one that Mattermost is on`,
  };
}

const OLD_TLS = /^(?:SSLv[23]|TLSv1|TLSv1\.1)$/;

const areOld = ({ args }: Directive): boolean => args.every(({ text }) => OLD_TLS.test(text));

/** Which server's line counts depends on nginx's version and on OpenSSL's: all of the address have to say so. */
function oldTlsOnly({ http, version }: View, { server, socket }: Site): RuleFinding | null {
  const { request, resolution } = socket;
  const line = resolution.effective.one('ssl_protocols');
  if (request.scheme !== 'https' || line === null || !areOld(line)) return null;
  const beside = http.servers.filter(({ listens }) => listens.some(({ port }) => port === request.port));
  const isOld = ({ directive }: Server): boolean => {
    const scope = http.block === null ? [directive] : [http.block, directive];
    const effective = effectiveAt(scope, version, http.top);
    const protocols = effective.one('ssl_protocols');
    // It can switch protocols on as well.
    if (protocols === null || effective.one('ssl_conf_command') !== null) return false;
    if (protocols.parent !== directive && directive.block?.children.some(({ unread }) => unread) === true) return false;
    return areOld(protocols);
  };
  if (!beside.includes(server) || !beside.every(isOld)) return null;
  return {
    at: line.span,
    severity: 'note',
    measured: 'old-tls-only',
    summary: `${written(line)} leaves out TLS 1.2 and 1.3: browsers, Node and Go begin at TLS 1.2 unless they are told otherwise.`,
    why: 'Such a client ends in the TLS handshake, before nginx reads a request; OpenSSL 3 refuses TLS 1.0 and 1.1 as well, unless ssl_ciphers has @SECLEVEL=0.',
    fix: 'ssl_protocols TLSv1.2 TLSv1.3;',
  };
}

function mend(by: Directive, { request, resolution }: SocketPath, pass: Directive): string {
  const line = by.block?.children.find(({ name }) => name === 'internal') ?? by;
  const location = enclosing(line, 'location');
  if (location === null && by.name === 'deny' && resolution.location !== null)
    return `allow all;  # in ${named(resolution.location)}, whose own lines take the place of those further out`;
  if (location === null)
    return `# of the server itself it comes before every location: let it leave ${request.target} alone`;
  if (!childrenOf(location).some(({ name }) => name === 'proxy_pass'))
    return `# in place of ${written(line)}, and with the lines of the upgrade\n${sourceText(pass)}`;
  if (locationPattern(location).kind === 'exact') return `Remove the line: ${written(line)};`;
  return `# exact locations come before all others: with the lines of the upgrade, and without ${written(line)}\nlocation = ${request.target} {`;
}
