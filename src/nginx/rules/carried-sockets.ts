import type { Directive } from '../parse/tree.ts';
import type { Resolution } from '../resolve/types.ts';
import { handshakeArrives, type Proxied, proxied } from './forwarding.ts';
import type { Site, View } from './rule.ts';

/** A WebSocket on its way through one location of one site. */
export interface CarriedSocket {
  readonly site: Site;
  /** Path and query, as the client asks for it. */
  readonly target: string;
  readonly resolution: Resolution;
  readonly outcome: Proxied;
  readonly location: Directive;
}

/**
 * Mattermost's own socket wherever nginx proxies it, and its other sockets where their upgrade gets through: one that is
 * refused for want of headers is told of by WS014 and WS016, and nothing else matters to it.
 */
export function carriedSockets(view: View): readonly CarriedSocket[] {
  let sockets = known.get(view);
  if (sockets === undefined) {
    sockets = [...carried(view)];
    known.set(view, sockets);
  }
  return sockets;
}

/** A quarter of the rules ask. */
const known = new WeakMap<View, readonly CarriedSocket[]>();

function* carried(view: View): Iterable<CarriedSocket> {
  for (const site of view.sites) {
    for (const path of [site.socket, site.socketSlash, ...site.plugins]) {
      const outcome = proxied(path);
      const { location } = path.resolution;
      if (outcome === null || location === null) continue;
      if (path !== site.socket && handshakeArrives(path) !== 'arrives') continue;
      yield { site, target: path.request.target, resolution: path.resolution, outcome, location };
    }
  }
}
