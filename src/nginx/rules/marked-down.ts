import type { Word } from '../parse/tree.ts';
import { childrenOf } from '../resolve/tree.ts';
import type { Proxied } from './forwarding.ts';
import { unreadIncludes } from './unread.ts';

/**
 * The `down` of an upstream's servers where each has one: a server marked so is never asked, not even where it is the only one
 * (ngx_http_upstream_get_round_robin_peer).
 * @returns none where one may be up
 */
export function allMarkedDown({ upstream, pass }: Proxied): readonly Word[] {
  if (upstream === null || unreadIncludes(upstream.directive).length > 0) return [];
  const marks = upstream.servers.flatMap(({ directive }) => directive.args.slice(1).find(isDown) ?? []);
  if (marks.length < upstream.servers.length) return [];
  // The commercial nginx can take `down` back while it runs, where there is a zone or a state.
  if (childrenOf(upstream.directive).some(({ name }) => name === 'zone' || name === 'state')) return [];
  // With a port it is a host's name.
  return /^[^:]*:\/\/[^/?]*:/.test(pass.args[0]?.text ?? '') ? [] : marks;
}

const isDown = ({ text }: Word): boolean => text === 'down';
