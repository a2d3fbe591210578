import { placeholdersIn } from '../parse/placeholders.ts';
import type { Directive } from '../parse/tree.ts';
import { asBytes, asText, lowered } from './bytes.ts';
import { definitionsOf } from './definitions.ts';
import { evaluate } from './evaluate.ts';
import { readLocation } from './locations.ts';
import { type ProxyUrl, readProxyUrl, writtenTarget } from './proxy-url.ts';
import { sentHeaders } from './sent-headers.ts';
import type { RequestState } from './state.ts';
import { argument, positionOf, written } from './tree.ts';
import type { Effective, HttpModel, Outcome, Upstream } from './types.ts';
import { escapeUri } from './uri.ts';

/**
 * What proxy_pass makes of the request (ngx_http_proxy_handler, ngx_http_proxy_create_request).
 * @returns null where it does not make a URL, and nginx answers 500
 */
export function proxied(pass: Directive, effective: Effective, state: RequestState): Outcome | null {
  const template = asBytes(argument(pass, 0));
  const aim = aimOf(pass, template, state);
  if (aim === null) return null;
  state.say(`${written(pass)} passes it on`, positionOf(pass));
  state.proxied = aim.parts;
  const version = effective.setting('proxy_http_version');
  return {
    kind: 'proxy',
    pass,
    scheme: aim.parts?.scheme ?? literalScheme(template),
    to: asText(writtenTarget(template)),
    address: aim.address === null ? null : asText(aim.address),
    upstream: aim.parts === null ? null : upstreamOf(aim.parts, state.http),
    target: aim.uri === null ? null : textOf(target(pass, aim.uri, aim.variables, state)),
    httpVersion: version.unsure === null ? httpVersion(version.words[0]) : null,
    headers: sentHeaders(effective, state),
    kept: state.kept,
  };
}

interface Aim {
  /** null where the address is not known. */
  readonly parts: ProxyUrl | null;
  /** The URL up to what stands after the address. */
  readonly address: string | null;
  /** What stands after the address; null where it is not known. */
  readonly uri: string | null;
  /** A proxy_pass with variables takes its URI as it comes out. */
  readonly variables: boolean;
}

/** @returns null for what nginx cannot use */
function aimOf(pass: Directive, template: string, state: RequestState): Aim | null {
  if (!template.includes('$')) return literalAim(template);
  const filled = fillPlaceholders(template, state);
  if (filled !== template && !filled.includes('$')) {
    state.say('the address is a placeholder: taken for a host without a path', positionOf(pass));
    const parts = readProxyUrl(filled);
    return {
      parts: null,
      address: null,
      uri: parts?.uri.includes(STAND_IN) === false ? parts.uri : null,
      variables: false,
    };
  }
  const url = evaluate(template, state);
  if (url === null) return { parts: null, address: null, uri: uriAfterPort(template, state), variables: true };
  const parts = readProxyUrl(url);
  return parts === null ? null : { parts, address: addressIn(url, parts), uri: parts.uri, variables: true };
}

function literalAim(url: string): Aim | null {
  const parts = readProxyUrl(url);
  return parts === null ? null : { parts, address: addressIn(url, parts), uri: parts.uri, variables: false };
}

const addressIn = (url: string, { scheme }: ProxyUrl): string => `${scheme}://${writtenTarget(url)}`;

/** A host name that nobody has (RFC 2606). */
const STAND_IN = 'placeholder.invalid';

/** A template's `${NAME}`, which nginx would see filled in. */
function fillPlaceholders(template: string, { http }: RequestState): string {
  const { maps, geos, made } = definitionsOf(http);
  const open = placeholdersIn(template).filter((name) => {
    const key = lowered(name);
    return !maps.has(key) && !geos.has(key) && !made.has(key);
  });
  return open.reduce((text, name) => text.replaceAll(`\${${name}}`, STAND_IN), template);
}

/** Where the address is not known but its port is written out, what follows the port is the URI. */
function uriAfterPort(template: string, state: RequestState): string | null {
  const rest = /^https?:\/\/[^/?]*:\d+([/?].*)?$/i.exec(template);
  return rest === null ? null : evaluate(rest[1] ?? '', state);
}

const textOf = (bytes: string | null): string | null => (bytes === null ? null : asText(bytes));

const literalScheme = (template: string): 'http' | 'https' | null =>
  /^https:\/\//i.test(template) ? 'https' : /^http:\/\//i.test(template) ? 'http' : null;

const httpVersion = (word: string | undefined): '1.0' | '1.1' | '2' | null =>
  word === '1.0' || word === '1.1' || word === '2' ? word : null;

/** Names are compared without case (ngx_http_upstream_add); a port in proxy_pass would be refused. */
function upstreamOf({ name }: ProxyUrl, http: HttpModel): Upstream | null {
  let byName = upstreams.get(http);
  if (byName === undefined) {
    // Of two with one name, which nginx refuses, the first.
    byName = new Map(http.upstreams.toReversed().map((upstream) => [lowered(asBytes(upstream.name)), upstream]));
    upstreams.set(http, byName);
  }
  return byName.get(lowered(name)) ?? null;
}

const upstreams = new WeakMap<HttpModel, ReadonlyMap<string, Upstream>>();

/** The target of the request line that the backend receives. */
function target(pass: Directive, uri: string, variables: boolean, state: RequestState): string | null {
  // Only what variables made gets the slash that it lacks.
  if (variables && uri !== '') return uri.startsWith('?') ? `/${uri}` : uri;
  if (uri === '' && state.validUnparsed) return state.target;
  if (state.argsUnknown) return null;
  const replaced = state.validLocation && uri !== '' ? locationLength(pass) : 0;
  const rest = state.uri.slice(replaced);
  const path = state.quoted || state.internal ? escapeUri(rest) : rest;
  return (state.validLocation ? uri : '') + path + (state.args === '' ? '' : `?${state.args}`);
}

/** How much of the URI proxy_pass's own one takes the place of: the location's name, nothing for patterns, names and `if`. */
function locationLength(pass: Directive): number {
  const location = pass.parent;
  if (location?.name !== 'location') return 0;
  const { kind, name } = readLocation(location);
  return kind === 'regex' || kind === 'regex-caseless' || kind === 'named' ? 0 : name.length;
}
