import type { Context } from '../directives/table.ts';
import { checkCache, checkCachePath, checkLimitConn, checkLimitReq, checkLimitZone } from './limits.ts';
import { checkListen } from './listening.ts';
import { checkLocation } from './locations.ts';
import { checkAccessLog, checkErrorLog, checkLogFormat } from './logs.ts';
import type { Check } from './place.ts';
import { checkProxyPass } from './proxying.ts';
import {
  checkAccess,
  checkAddHeader,
  checkConnections,
  checkErrorPage,
  checkKeepaliveTimeout,
  checkProcesses,
  checkRate,
  checkResolver,
  checkRoot,
  checkServerName,
  checkTryFiles,
  checkVariableSet,
  checkVariables,
} from './requests.ts';
import { checkIf, checkReturn, checkRewrite, checkSet } from './rewriting.ts';
import { checkTable } from './tables.ts';
import { checkKeepalive, checkUpstream, checkUpstreamServer, checkUpstreamZone } from './upstreams.ts';

/** Directives whose arguments may hold variables, though the table knows them as lists or as their module's own. */
const TEXTS: readonly string[] = [
  ...['proxy', 'fastcgi', 'uwsgi', 'scgi'].flatMap((backend) => [
    `${backend}_bind`,
    `${backend}_cache_key`,
    `${backend}_store`,
    `${backend}_param`,
  ]),
  'proxy_set_body',
  'proxy_set_header',
  'grpc_set_header',
  'grpc_bind',
  'grpc_pass',
  'memcached_bind',
  'fastcgi_pass',
  'uwsgi_pass',
  'scgi_pass',
  'auth_basic_user_file',
  'expires',
  'hash',
  'index',
  'sub_filter',
];

/** What is asked of a directive beyond its form, by its name. */
const SPECIAL: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['worker_connections', checkConnections],
  ['worker_processes', checkProcesses],
  ['error_log', checkErrorLog],
  ['log_format', checkLogFormat],
  ['access_log', checkAccessLog],
  ['map', checkTable],
  ['geo', checkTable],
  ['split_clients', checkTable],
  ['types', checkTable],
  ['charset_map', checkTable],
  ['upstream', checkUpstream],
  ['keepalive', checkKeepalive],
  ['zone', checkUpstreamZone],
  ['listen', checkListen],
  ['server_name', checkServerName],
  ['location', checkLocation],
  ['if', checkIf],
  ['rewrite', checkRewrite],
  ['return', checkReturn],
  ['set', checkSet],
  ['auth_request_set', checkVariableSet],
  ['json_set', ({ directive, memory }) => memory.defines(directive.args[0]?.text ?? '')],
  ['proxy_pass', checkProxyPass],
  ['root', checkRoot],
  ['alias', checkRoot],
  ['try_files', checkTryFiles],
  ['error_page', checkErrorPage],
  ['add_header', checkAddHeader],
  ['add_trailer', checkAddHeader],
  ['keepalive_timeout', checkKeepaliveTimeout],
  ['allow', checkAccess],
  ['deny', checkAccess],
  ['resolver', checkResolver],
  ['limit_req_zone', checkLimitZone],
  ['limit_conn_zone', checkLimitZone],
  ['limit_req', checkLimitReq],
  ['limit_conn', checkLimitConn],
  ['proxy_cache_path', checkCachePath],
  ['fastcgi_cache_path', checkCachePath],
  ['uwsgi_cache_path', checkCachePath],
  ['scgi_cache_path', checkCachePath],
  ['proxy_cache', checkCache],
  ['fastcgi_cache', checkCache],
  ['uwsgi_cache', checkCache],
  ['scgi_cache', checkCache],
  ['limit_rate', checkRate],
  ['limit_rate_after', checkRate],
  ...TEXTS.map((name): [string, Check] => [name, checkVariables]),
]);

/** The stream module has directives of the same names that take other arguments. */
const IN_STREAM: ReadonlySet<string> = new Set([
  'map',
  'geo',
  'split_clients',
  'log_format',
  'error_log',
  'upstream',
  'zone',
]);

export function specialCheck(name: string, context: Context): Check | undefined {
  if (name === 'server') return isUpstream(context) ? checkUpstreamServer : undefined;
  const http = !context.startsWith('stream') && !context.startsWith('mail');
  return http || IN_STREAM.has(name) ? SPECIAL.get(name) : undefined;
}

const isUpstream = (context: Context): boolean => context === 'upstream' || context === 'stream-upstream';
