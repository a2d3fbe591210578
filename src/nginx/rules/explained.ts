import { droppedHeaders, type Essential } from './dropped-headers.ts';
import { legacyOnly, shadowed } from './rival-locations.ts';
import type { Site, View } from './rule.ts';

/** One cause, one finding: what a more precise rule says already. */

/** Whether the WebSocket reaches a location that was not meant for it (WS013, WS015): nothing that lacks there is missed. */
export const isMisrouted = (site: Site): boolean => shadowed(site) !== null || legacyOnly(site) !== null;

/** Whether a line of the location throws the header away (WS007), or it is misrouted. */
export const isExplained = (view: View, site: Site, header: Essential): boolean =>
  droppedHeaders(view, site.socket)?.essential.includes(header) === true || isMisrouted(site);
