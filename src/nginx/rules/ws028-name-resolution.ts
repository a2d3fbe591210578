import type { Directive, Word } from '../parse/tree.ts';
import { within } from '../resolve/tree.ts';
import type { Upstream } from '../resolve/types.ts';
import { isAtLeast } from '../version.ts';
import { type BackendAddress, backendAddress, isSingleLabel } from './backend-address.ts';
import { constantValues } from './constant-values.ts';
import { isOfEverySocket, isWayOfEverySocket } from './every-socket.ts';
import { sourceText, variablesIn } from './forwarding.ts';
import { uriPart } from './pass-uri.ts';
import { locationPattern } from './pattern.ts';
import { type ProxiedSocket, proxiedSockets } from './proxied-sockets.ts';
import type { Rule, RuleFinding, Site, View } from './rule.ts';
import { mayBeUnread, unlessAround } from './unread.ts';

/** `resolve` of an upstream's server is in nginx itself since then; before, in the commercial one only. */
const RESOLVES_IN_UPSTREAM = '1.27.3';
const RESOLVER = 'resolver 127.0.0.11 valid=10s;';
const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ['http', '80'],
  ['https', '443'],
]);

export const nameResolution: Rule = {
  id: 'WS028',
  severity: 'error',
  title: 'The backend’s name is never resolved, or only once',
  why: 'A container that is made anew gets a new address: nginx goes on connecting to the old one, and every upgrade ends in 502 or at another container.',
  *check(view) {
    const known = knownAtStart(view);
    for (const site of view.sites) yield* noAddress(view, site);
    for (const socket of proxiedSockets(view)) {
      const target = socket.outcome.pass.args[0];
      if (target === undefined) continue;
      if (!target.text.includes('$')) yield* resolvedOnce(view, socket, target);
      else if (lacksResolver(socket)) yield* neverResolved(view, socket, target, known);
    }
  },
};

/** What the variables of proxy_pass make is no URL. A variable that nothing has set is empty (ngx_http_script_set_var_code never ran). */
function* noAddress(view: View, { server, socket }: Site): Iterable<RuleFinding> {
  const { outcome, location } = socket.resolution;
  if (outcome.kind !== 'answer' || outcome.status !== 500 || outcome.by.name !== 'proxy_pass') return;
  const target = outcome.by.args[0];
  if (target === undefined || constantValues(view, server.directive, null, beforePath(target.text)) === null) return;
  const names = variablesIn(beforePath(target.text));
  const isOurs = ({ args }: Directive): boolean => names.includes(args[0]?.text.replace(/^\$/, '').toLowerCase() ?? '');
  const sets = [...within(server.directive)].filter((line) => line.name === 'set' && isOurs(line));
  const conditions = sets.flatMap(({ parent }) => (parent?.name === 'if' ? [parent] : []));
  if (!isWayOfEverySocket(socket.resolution) || !conditions.every(isOfEverySocket)) return;
  yield {
    at: target.span,
    measured: 'answered-with-500',
    summary: `${target.text} makes no address for the WebSocket: nginx answers 500.`,
    why: 'nginx makes the address when the request comes. A set that the request does not meet leaves its variable empty; those after a break, or after a rewrite with break or last that matched, are not met. The log says “invalid URL prefix” or “no host in upstream”, and the backend sees nothing.',
    fix: setMend(sets, location, names[0] ?? 'mattermost'),
  };
}

function setMend(sets: readonly Directive[], location: Directive | null, name: string): string {
  const [empty] = sets.filter(({ args }) => args[1]?.text === '');
  const late = sets.find((line) => line.parent === location && line.args[1]?.text !== '');
  if (late !== undefined) return `${sourceText(late)}  # before the rewrite or break of this location`;
  if (empty !== undefined) return `Give $${name} a value where it is set to nothing: ${sourceText(empty)}`;
  return `set $${name} 127.0.0.1:8065;  # where each request of this location meets it`;
}

/** An include that was not given may have it: `include resolver.conf;`. */
const lacksResolver = ({ resolution: { effective } }: ProxiedSocket): boolean =>
  effective.one('resolver') === null && !mayBeUnread(effective, 'resolver');

/** With a variable in it, nginx reads proxy_pass anew for each request, and asks neither the system nor /etc/hosts. */
function* neverResolved(
  view: View,
  socket: ProxiedSocket,
  target: Word,
  known: ReadonlySet<string>,
): Iterable<RuleFinding> {
  const values = addresses(view, socket, target);
  const unresolved = values.filter((value) => !isKnown(known, value));
  const [first] = unresolved;
  if (first === undefined) return;
  const { host } = parts(first);
  const unless = unlessAround(view);
  yield {
    at: target.span,
    measured: 'never-resolved',
    severity: unresolved.length === values.length && unless === '' ? 'error' : 'warning',
    summary: `proxy_pass has a variable in it, so nginx resolves ${host} at each request, and no line sets resolver${unless}: it answers 502.`,
    why: 'The log says “no resolver defined to resolve …” and the backend sees nothing.',
    fix: `${RESOLVER}  # Docker’s own DNS; elsewhere a name server of /etc/resolv.conf`,
  };
}

/** @returns what the variables can make of the address; nothing where that is not known */
function addresses(view: View, { site, resolution, outcome }: ProxiedSocket, target: Word): readonly string[] {
  const { address } = outcome;
  const set = constantValues(view, site.server.directive, resolution.location, beforePath(target.text)) ?? [];
  // A set that the request does not meet, as after a break, makes none.
  const isMet = address === null || set.some((value) => beforePath(value) === address);
  return isMet || set.length === 0 ? set : [address];
}

function* resolvedOnce(view: View, { outcome }: ProxiedSocket, target: Word): Iterable<RuleFinding> {
  const scheme = outcome.scheme ?? 'http';
  if (outcome.upstream !== null) {
    for (const { directive, address } of outcome.upstream.servers) {
      const word = directive.args[0];
      const backend = backendAddress(address);
      if (word === undefined || !isSingleLabel(backend) || resolves(directive)) continue;
      yield once(word, backend, inUpstream(view, outcome.pass, scheme, outcome.upstream, address));
    }
    return;
  }
  const backend = backendAddress(parts(target.text).rest);
  if (isSingleLabel(backend)) yield once(target, backend, byVariable(outcome.pass, scheme, backend));
}

const once = ({ span }: Word, { host }: BackendAddress, fix: string): RuleFinding => ({
  at: span,
  severity: 'warning',
  summary: `nginx resolves ${host} once, when it starts or reloads: if that is a container, its next address is not seen.`,
  fix,
});

const resolves = ({ args }: Directive): boolean => args.some(({ text }) => text === 'resolve');

function inUpstream(view: View, pass: Directive, scheme: string, { name }: Upstream, address: string): string {
  const lines = [RESOLVER, `upstream ${name} {`, `    zone ${name} 64k;`, `    server ${address} resolve;`, '}'];
  if (isAtLeast(view.version, RESOLVES_IN_UPSTREAM) === true) return lines.join('\n');
  const older = byVariable(pass, scheme, backendAddress(address));
  return [
    `# since nginx ${RESOLVES_IN_UPSTREAM}`,
    ...lines,
    '# before, in the location, without the upstream',
    older,
  ].join('\n');
}

/**
 * Without a path: beside a variable nginx would send it in place of the request's own. What the URI part has done a rewrite
 * does then; after one with break no `set` runs.
 */
function byVariable(pass: Directive, scheme: string, { host, port }: BackendAddress): string {
  const address = port === null ? '$mattermost' : `$mattermost:${port}`;
  const line = `set $mattermost ${host};`;
  const level = pass.parent?.block?.children ?? [];
  const late = level.some(({ name }) => name === 'rewrite' || name === 'break');
  const set = late ? `${line}  # before the rewrite or break of this location` : line;
  return [RESOLVER, set, ...inPlaceOfUri(pass), `proxy_pass ${scheme}://${address};`].join('\n');
}

function inPlaceOfUri({ parent, args }: Directive): readonly string[] {
  const uri = uriPart(args[0]?.text ?? '');
  if (uri === null || parent?.name !== 'location') return [];
  const { kind, text } = locationPattern(parent);
  if (text === uri || (kind !== 'prefix' && kind !== 'first-prefix')) return [];
  return [`rewrite ^${text.replace(/[.*+?()[\]{}|^$\\]/g, '\\$&')}(.*)$ ${uri}$1 break;`];
}

/**
 * What nginx has resolved when it starts: upstreams by their names, which take no port here, and hosts with ports of the
 * proxy_pass lines without variables.
 */
function knownAtStart(view: View): ReadonlySet<string> {
  const fixed = view.every('proxy_pass').flatMap(({ args }) => args.slice(0, 1).map(({ text }) => text));
  const upstreams = new Set(view.http.upstreams.map(({ name }) => name.toLowerCase()));
  const hosts = fixed.filter((text) => !text.includes('$')).map(parts);
  return new Set([...upstreams, ...hosts.filter(({ host }) => !upstreams.has(host.toLowerCase())).map(withPort)]);
}

/** An address needs no resolving. */
function isKnown(known: ReadonlySet<string>, target: string): boolean {
  const one = parts(target);
  const { host, port, kind } = backendAddress(one.rest);
  if (kind !== 'name' || host === '') return true;
  return (port === null && known.has(host.toLowerCase())) || known.has(withPort(one));
}

function withPort({ scheme, rest }: Parts): string {
  const { host, port } = backendAddress(rest);
  return `${host.toLowerCase()}:${port ?? DEFAULT_PORTS.get(scheme) ?? ''}`;
}

interface Parts {
  readonly scheme: string;
  readonly rest: string;
  readonly host: string;
}

function parts(target: string): Parts {
  const [, scheme = '', rest = ''] = /^(?:(https?):\/\/)?(.*)$/s.exec(target) ?? [];
  return { scheme, rest, host: backendAddress(rest).host };
}

/** Variables of the path say nothing about where the request goes; the usual ones begin with the path's slash or `?`. */
const PATH_VARIABLE = /\$\{?(?:request_uri|uri|document_uri|is_args)\b/;

function beforePath(target: string): string {
  const [authority = target] = /^(?:(?:https?|\$\{?\w+\}?):\/\/)?[^/?]*/.exec(target) ?? [];
  return authority.split(PATH_VARIABLE, 1)[0] ?? authority;
}
