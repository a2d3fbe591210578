import type { Resolution } from '../resolve/types.ts';
import { type Proxied, proxied } from './forwarding.ts';
import type { Site, View } from './rule.ts';

/** A site whose `GET /api/v4/websocket` nginx hands to a backend, as far as the configuration tells. */
export interface ProxiedSocket {
  readonly site: Site;
  readonly resolution: Resolution;
  readonly outcome: Proxied;
}

export function* proxiedSockets(view: View): Iterable<ProxiedSocket> {
  for (const site of view.sites) {
    const outcome = proxied(site.socket);
    if (outcome !== null) yield { site, resolution: site.socket.resolution, outcome };
  }
}
