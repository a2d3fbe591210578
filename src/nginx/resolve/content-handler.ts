import { directiveInfo } from '../directives/table.ts';
import type { Directive } from '../parse/tree.ts';
import { childrenOf } from './tree.ts';
import type { Effective } from './types.ts';

/** What makes the answer in a location, where it is not files. */

const HANDLERS: ReadonlySet<string> = new Set([
  ...['proxy_pass', 'grpc_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'memcached_pass'],
  ...['stub_status', 'empty_gif', 'flv', 'mp4', 'hls', 'api', 'perl'],
  ...['content_by_lua', 'content_by_lua_block', 'content_by_lua_file', 'js_content'],
  ...['echo', 'postgres_pass', 'redis_pass', 'redis2_pass', 'memc_pass', 'upload_pass'],
  ...['nchan_pubsub', 'nchan_publisher', 'nchan_subscriber', 'vhost_traffic_status_display', 'check_status'],
]);

/** @returns the last one, since each sets the same pointer (`clcf->handler`); null where nginx looks for a file */
export function handlerOf(effective: Effective): Directive | null {
  return lastIn(effective, ({ name }) => HANDLERS.has(name));
}

/** @returns a directive of a module that nobody knows here, which may be a handler */
export function strangerIn(effective: Effective): Directive | null {
  return lastIn(effective, ({ name }) => directiveInfo(name).length === 0);
}

function lastIn(effective: Effective, wanted: (directive: Directive) => boolean): Directive | null {
  const block = effective.scope.at(-1) ?? null;
  const inner = childrenOf(block).findLast(wanted);
  if (inner !== undefined) return inner;
  // An `if` or a limit_except without one has its location's.
  const outer = block?.name === 'if' || block?.name === 'limit_except' ? block.parent : null;
  return childrenOf(outer).findLast(wanted) ?? null;
}
