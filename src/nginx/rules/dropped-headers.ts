import type { Directive } from '../parse/tree.ts';
import { named } from '../resolve/tree.ts';
import {
  connectionArrives,
  hasToken,
  headerName,
  headerValue,
  proxied,
  sentHeaders,
  upgradeArrives,
} from './forwarding.ts';
import type { SocketPath, View } from './rule.ts';
import { mayBeUnread } from './unread.ts';
import { mapsOfUpgrade } from './upgrade-map.ts';

/**
 * proxy_set_header is inherited only by a level that has none of its own: the first line of a location throws away all of
 * the server's (ngx_http_proxy_merge_loc_conf takes `headers_source` of one level, never of two).
 */

/** The headers without which a browser's WebSocket does not reach Mattermost. */
export type Essential = 'upgrade' | 'connection' | 'host';

export interface DroppedHeaders {
  /** The lines in force, of which the first throws the others away. */
  readonly own: readonly Directive[];
  /** What the level outside would have given, of headers that are not set here. */
  readonly lost: readonly Directive[];
  /** Those among them that the request fails without. */
  readonly essential: readonly Essential[];
}

/** @returns null where nothing was there to inherit, or nothing of it is missed */
export function droppedHeaders(view: View, path: SocketPath): DroppedHeaders | null {
  const outcome = proxied(path);
  if (outcome === null) return null;
  const { effective } = path.resolution;
  const own = effective.all('proxy_set_header');
  const level = own[0]?.parent;
  if (level === undefined || level === null) return null;
  const names = new Set(own.map(headerName));
  const lost = nearestOutside(view, effective.scope, level).filter((line) => !names.has(headerName(line)));
  const essential = lost.flatMap((line): Essential[] => {
    const name = headerName(line);
    if (name === 'upgrade' && headerValue(line) !== '' && upgradeArrives(path) === 'lost') return [name];
    if (name === 'connection' && meansUpgrade(view, headerValue(line)) && connectionArrives(path) === 'lost') {
      return [name];
    }
    if (
      name === 'host' &&
      !mayBeUnread(effective, 'proxy_set_header') &&
      sentHeaders(outcome, name).some(({ from }) => from === 'default')
    )
      return [name];
    return [];
  });
  return essential.length === 0 ? null : { own, lost, essential };
}

/** @param value of a Connection header as it is written @returns whether it makes `upgrade` of a WebSocket's request */
export function meansUpgrade(view: View, value: string): boolean {
  if (hasToken(value, 'upgrade') || value.toLowerCase() === '$http_connection') return true;
  return mapsOfUpgrade(view).some(
    (map) => value.toLowerCase() === `$${map.variable}` && map.value('websocket')?.toLowerCase() === 'upgrade',
  );
}

function nearestOutside(view: View, scope: readonly Directive[], level: Directive): readonly Directive[] {
  const outside = scope.slice(0, scope.indexOf(level)).toReversed();
  const blocks = outside.map((directive) => directive.block?.children ?? []);
  if (view.configuration.context === 'http') blocks.push(view.configuration.directives);
  for (const children of blocks) {
    const lines = named(children, 'proxy_set_header');
    if (lines.length > 0) return lines;
  }
  return [];
}
