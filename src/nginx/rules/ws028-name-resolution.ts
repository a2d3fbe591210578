import type { Directive, Word } from '../parse/tree.ts';
import type { Upstream } from '../resolve/types.ts';
import { isAtLeast } from '../version.ts';
import { type BackendAddress, backendAddress, isSingleLabel } from './backend-address.ts';
import { constantValues } from './constant-values.ts';
import { type ProxiedSocket, proxiedSockets } from './proxied-sockets.ts';
import type { Rule, RuleFinding, View } from './rule.ts';

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
    for (const socket of proxiedSockets(view)) {
      const target = socket.outcome.pass.args[0];
      if (target === undefined) continue;
      if (!target.text.includes('$')) yield* resolvedOnce(view, socket, target);
      else if (socket.resolution.effective.one('resolver') === null) yield* neverResolved(view, socket, target, known);
    }
  },
};

/** With a variable in it, nginx reads proxy_pass anew for each request, and asks neither the system nor /etc/hosts. */
function* neverResolved(
  view: View,
  { site }: ProxiedSocket,
  target: Word,
  known: ReadonlySet<string>,
): Iterable<RuleFinding> {
  const values = constantValues(view, site.server.directive, beforePath(target.text)) ?? [];
  const unresolved = values.filter((value) => !isKnown(known, value));
  const [first] = unresolved;
  if (first === undefined) return;
  const { host } = parts(first);
  yield {
    at: target.span,
    severity: unresolved.length === values.length ? 'error' : 'warning',
    summary: `proxy_pass has a variable in it, so nginx resolves ${host} at each request, and no resolver is set: it answers 502.`,
    why: 'The log says “no resolver defined to resolve …” and the backend sees nothing.',
    fix: `${RESOLVER}  # Docker’s own DNS; elsewhere a name server of /etc/resolv.conf`,
  };
}

function* resolvedOnce(view: View, { outcome }: ProxiedSocket, target: Word): Iterable<RuleFinding> {
  const scheme = outcome.scheme ?? 'http';
  if (outcome.upstream !== null) {
    for (const { directive, address } of outcome.upstream.servers) {
      const word = directive.args[0];
      const backend = backendAddress(address);
      if (word === undefined || !isSingleLabel(backend) || resolves(directive)) continue;
      yield once(word, backend, inUpstream(view, scheme, outcome.upstream, address));
    }
    return;
  }
  const backend = backendAddress(parts(target.text).rest);
  if (isSingleLabel(backend)) yield once(target, backend, byVariable(scheme, backend));
}

const once = ({ span }: Word, { host }: BackendAddress, fix: string): RuleFinding => ({
  at: span,
  severity: 'warning',
  summary: `nginx resolves ${host} once, when it starts or reloads: if that is a container, its next address is not seen.`,
  fix,
});

const resolves = ({ args }: Directive): boolean => args.some(({ text }) => text === 'resolve');

function inUpstream(view: View, scheme: string, { name }: Upstream, address: string): string {
  const lines = [RESOLVER, `upstream ${name} {`, `    zone ${name} 64k;`, `    server ${address} resolve;`, '}'];
  if (isAtLeast(view.version, RESOLVES_IN_UPSTREAM) === true) return lines.join('\n');
  const older = byVariable(scheme, backendAddress(address));
  return [
    `# since nginx ${RESOLVES_IN_UPSTREAM}`,
    ...lines,
    '# before, in the location, without the upstream',
    older,
  ].join('\n');
}

/** Without a path: beside a variable nginx would send it in place of the request's own. */
function byVariable(scheme: string, { host, port }: BackendAddress): string {
  const address = port === null ? '$mattermost' : `$mattermost:${port}`;
  return [RESOLVER, `set $mattermost ${host};`, `proxy_pass ${scheme}://${address};`].join('\n');
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
  const [authority = target] = /^(?:https?:\/\/)?[^/?]*/.exec(target) ?? [];
  return authority.split(PATH_VARIABLE, 1)[0] ?? authority;
}
