import type { Directive } from '../parse/tree.ts';
import { handshakeArrives, headerName, headerValue } from './forwarding.ts';
import { locationMatches, locationPattern } from './pattern.ts';
import type { Site } from './rule.ts';

/** Locations of the server that were made for the WebSocket and do not get it. */

/** Where clients opened their WebSocket before Mattermost 3.8 moved it to version 4 of its API, in 2017. */
const LEGACY_PATHS = ['/api/v3/users/websocket', '/api/v3/websocket', '/api/v2/websocket', '/api/v1/websocket'];

export interface Shadowed {
  /** The one that was meant. */
  readonly meant: Directive;
  /** The one that nginx takes. */
  readonly taken: Directive;
}

/**
 * @returns a location whose own lines forward Upgrade, that matches the WebSocket's path, and that another one keeps it from;
 * null where the WebSocket gets through anyhow, or there is none. `location /` is not such a one: it is meant for the rest.
 */
export const shadowed = (site: Site): Shadowed | null => rivalsOf(site).shadowed;

/** @returns a location made for the WebSocket of API version 3 or older alone, while today's goes without; else null */
export const legacyOnly = (site: Site): Directive | null => rivalsOf(site).legacy;

interface Rivals {
  readonly shadowed: Shadowed | null;
  readonly legacy: Directive | null;
}

/** Half of the rules ask, of every site. */
const known = new WeakMap<Site, Rivals>();

function rivalsOf(site: Site): Rivals {
  let rivals = known.get(site);
  if (rivals === undefined) {
    const lost = handshakeArrives(site.socket) === 'lost' && !isAnsweredByServer(site);
    const takenFrom = lost ? findShadowed(site) : null;
    rivals = { shadowed: takenFrom, legacy: lost && takenFrom === null ? findLegacy(site) : null };
    known.set(site, rivals);
  }
  return rivals;
}

function findShadowed(site: Site): Shadowed | null {
  const taken = site.socket.resolution.location;
  if (taken === null) return null;
  const path = pathOf(site.socket.request.target);
  // A rewrite, try_files or an error page leads there: it stands in nobody's way.
  if (locationMatches(taken, path) === false) return null;
  const meant = socketLocations(site).find(
    (location) =>
      !isWithin(taken, location) && locationPattern(location).text !== '/' && locationMatches(location, path) === true,
  );
  return meant === undefined ? null : { meant, taken };
}

function findLegacy(site: Site): Directive | null {
  const path = pathOf(site.socket.request.target);
  const legacy = socketLocations(site).find(
    (location) =>
      locationMatches(location, path) === false && LEGACY_PATHS.some((old) => locationMatches(location, old) === true),
  );
  return legacy ?? null;
}

/** Locations right in the server that forward Upgrade by lines of their own and pass the request on. */
function socketLocations({ server }: Site): readonly Directive[] {
  const locations = server.directive.block?.children.filter(({ name }) => name === 'location') ?? [];
  return locations.filter(({ block }) => {
    const children = block?.children ?? [];
    const forwards = children.some(
      (line) => line.name === 'proxy_set_header' && headerName(line) === 'upgrade' && headerValue(line) !== '',
    );
    return forwards && children.some(({ name }) => name === 'proxy_pass');
  });
}

function isWithin(inner: Directive, outer: Directive): boolean {
  for (let at: Directive | null = inner; at !== null; at = at.parent) if (at === outer) return true;
  return false;
}

/** A return of the server itself, or of an `if` in it, comes before every location: none is in another's way then. */
const isAnsweredByServer = ({ socket, server }: Site): boolean => {
  const { outcome } = socket.resolution;
  if (outcome.kind !== 'answer') return false;
  const { parent } = outcome.by;
  return parent === server.directive || (parent?.name === 'if' && parent.parent === server.directive);
};

/** @param target of a request line @returns its path */
export const pathOf = (target: string): string => target.split('?', 1)[0] ?? target;
