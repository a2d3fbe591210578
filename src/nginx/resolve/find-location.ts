import type { Directive } from '../parse/tree.ts';
import { isAtLeast } from '../version.ts';
import { matchInto } from './evaluate.ts';
import { type Location, type Locations, locationsIn } from './locations.ts';
import { mayMatch } from './open-locations.ts';
import type { RequestState } from './state.ts';
import { childrenOf, named, positionOf, written } from './tree.ts';
import type { Step } from './types.ts';

/**
 * ngx_http_core_find_location. On each level: the exact location; else the longest prefix, with what is nested in it; then,
 * unless that found an exact one or a pattern, or the prefix has `^~`, the patterns of the level in their order.
 */
export type FoundLocation =
  /** Locations within each other, the innermost last; empty where none matches. */
  | { readonly kind: 'found'; readonly path: readonly Directive[] }
  /** A 301 to the same with a slash at its end. */
  | { readonly kind: 'redirect'; readonly path: readonly Directive[]; readonly to: string }
  | { readonly kind: 'unknown'; readonly step: Step };

/** @param parent the server */
export function findLocation(parent: Directive, state: RequestState): FoundLocation {
  const result = search(parent, state);
  if (result.kind === 'unknown') return result;
  if (result.kind === 'redirect') return { kind: 'redirect', path: result.path, to: result.to };
  if (result.path.length === 0) state.say('no location matches: the server itself answers', positionOf(parent));
  return { kind: 'found', path: result.path };
}

/** `final` is nginx's NGX_OK: nobody looks further. `open` leaves it to the patterns of the levels around. */
type Result =
  | { readonly kind: 'final' | 'open'; readonly path: readonly Directive[] }
  | Exclude<FoundLocation, { kind: 'found' }>;

function search(parent: Directive, state: RequestState): Result {
  const locations = locationsIn(parent);
  const exact = locations.exact.get(state.uri);
  if (exact !== undefined) {
    say(state, exact, 'matches exactly');
    return { kind: 'final', path: [exact.directive] };
  }
  const prefix = longestPrefix(locations, state.uri);
  const rival = rivalOf(locations, prefix, state.uri);
  if (rival !== null) return besideOpen(rival, locations, prefix, state);
  if (prefix?.name !== state.uri) {
    const slashed = withSlash(locations, state.uri);
    if (slashed !== undefined) {
      say(state, slashed, 'is the same with a slash at its end: nginx redirects there by itself');
      return { kind: 'redirect', path: [slashed.directive], to: slashed.name };
    }
  }
  if (prefix === undefined) return searchPatterns(locations, [], state);
  const keepsOut = prefix.kind === 'prefix-no-regex';
  say(state, prefix, `is the longest prefix that matches${keepsOut ? '; its "^~" keeps regular expressions out' : ''}`);
  const inside = search(prefix.directive, state);
  if (inside.kind === 'unknown') return inside;
  const path = [prefix.directive, ...inside.path];
  if (inside.kind !== 'open') return { ...inside, path };
  return keepsOut ? searchPredicates(locations, path, state) : searchPatterns(locations, path, state);
}

/** @returns a location whose placeholder may make it the one: exact, a longer prefix, or the same with a slash at its end */
function rivalOf({ open }: Locations, prefix: Location | undefined, uri: string): Location | null {
  const rival = open.find((one) => {
    const { kind, directive } = one.location;
    if (one.pattern === null || kind === 'named') return false;
    if (kind === 'exact' && mayMatch(one, uri) !== -1) return true;
    if (mayMatch(one, uri) > (prefix?.name.length ?? -1)) return true;
    return prefix?.name !== uri && redirects(directive) && mayMatch(one, `${uri}/`) > uri.length;
  });
  return rival?.location ?? null;
}

/** Whichever prefix it is, a pattern goes before it, unless one of the two keeps patterns out or has locations of its own. */
function besideOpen(rival: Location, locations: Locations, prefix: Location | undefined, state: RequestState): Result {
  const prefixes = locations.open.filter(({ pattern }) => pattern !== null).map(({ location }) => location);
  const all = prefix === undefined ? prefixes : [prefix, ...prefixes];
  const isPlain = ({ kind, directive }: Location): boolean =>
    kind === 'named' || (kind === 'prefix' && named(childrenOf(directive), 'location').length === 0);
  const found = all.every(isPlain) ? searchPatterns(locations, [], state) : null;
  if (found !== null && found.kind !== 'open') return found;
  return unknown(rival.directive, 'may be any path: what a template puts there is not known');
}

/** @param otherwise the path that stands where no pattern matches */
function searchPatterns(locations: Locations, otherwise: readonly Directive[], state: RequestState): Result {
  for (const location of locations.regexes) {
    const { regex, directive, isOpen } = location;
    if (isOpen) return unknown(directive, 'may be any pattern: what a template puts there is not known');
    if ('refused' in regex) return unknown(directive, `cannot be followed here (${regex.refused})`);
    const matches = matchInto(regex, state.uri, state);
    if (matches === null) return unknown(directive, 'takes too long to match');
    if (!matches) continue;
    say(state, location, 'is the first regular expression that matches');
    const inside = search(directive, state);
    // Even where a nested location would redirect to its slash, nginx takes it as it is.
    return inside.kind === 'unknown' ? inside : { kind: 'final', path: [directive, ...inside.path] };
  }
  return searchPredicates(locations, otherwise, state);
}

/** nginx asks them last, before it takes the prefix. Which holds is not followed here. */
function searchPredicates({ predicates }: Locations, otherwise: readonly Directive[], state: RequestState): Result {
  const [first] = predicates;
  if (first === undefined || isAtLeast(state.version, '1.31.5') === false) return { kind: 'open', path: otherwise };
  return unknown(first.directive, 'is a condition since nginx 1.31.5, and is not followed here');
}

function longestPrefix({ prefixes, longestPrefix: longest }: Locations, uri: string): Location | undefined {
  for (let length = Math.min(longest, uri.length); length >= 0; length--) {
    const location = prefixes.get(uri.slice(0, length));
    if (location !== undefined) return location;
  }
  return undefined;
}

/** What sets `auto_redirect` on a location whose name ends with a slash. */
const PASSES: readonly string[] = [
  'proxy_pass',
  'grpc_pass',
  'fastcgi_pass',
  'uwsgi_pass',
  'scgi_pass',
  'memcached_pass',
];

function withSlash({ exact, prefixes }: Locations, uri: string): Location | undefined {
  const both = [exact.get(`${uri}/`), prefixes.get(`${uri}/`)].filter((location) => location !== undefined);
  return both.some(({ directive }) => redirects(directive)) ? both[0] : undefined;
}

const redirects = (location: Directive): boolean => childrenOf(location).some(({ name }) => PASSES.includes(name));

function say(state: RequestState, { directive }: Location, why: string): void {
  state.say(`${written(directive)} ${why}`, positionOf(directive));
}

const unknown = (directive: Directive, why: string): Result => ({
  kind: 'unknown',
  step: { says: `${written(directive)} ${why}`, at: positionOf(directive) },
});
