import { type DirectiveInfo, ofForeignModule, type Row } from './row.ts';

/** OpenResty's Lua modules. */

/** The phases in which Lua may run, each as `…_by_lua`, `…_by_lua_file` and `…_by_lua_block`. */
const PHASES: readonly (readonly [phase: string, contexts: string])[] = [
  ['init', 'http stream'],
  ['init_worker', 'http stream'],
  ['exit_worker', 'http'],
  ['set', 'server server-if location location-if'],
  ['server_rewrite', 'http server'],
  ['rewrite', 'http server location location-if'],
  ['access', 'http server location location-if'],
  ['precontent', 'http server location location-if'],
  ['content', 'location location-if stream-server'],
  ['header_filter', 'http server location location-if'],
  ['body_filter', 'http server location location-if'],
  ['log', 'http server location location-if stream stream-server'],
  ['preread', 'stream stream-server'],
  ['balancer', 'upstream stream-upstream'],
  ['ssl_client_hello', 'http server stream stream-server'],
  ['ssl_certificate', 'server stream-server'],
  ['ssl_session_fetch', 'http'],
  ['ssl_session_store', 'http'],
  ['proxy_ssl_certificate', 'http server location'],
  ['proxy_ssl_verify', 'http server location'],
];

const SCRIPTS = PHASES.flatMap(([phase, contexts]): Row[] => [
  [`${phase}_by_lua`, contexts, 'any', 'custom'],
  [`${phase}_by_lua_file`, contexts, 'any', 'custom'],
  // set_by_lua_block names its variable first.
  [`${phase}_by_lua_block`, contexts, 'any', 'block'],
]);

const HTTP = 'http server location location-if';
const BOTH = 'http server location location-if stream stream-server';

export const LUA: readonly DirectiveInfo[] = ofForeignModule('ngx_http_lua_module (OpenResty)', 'third-party', [
  ...SCRIPTS,
  ['lua_load_resty_core', 'http stream', '1', 'custom'],
  ['lua_capture_error_log', 'http stream', '1', 'custom'],
  ['lua_use_default_type', HTTP, '1', 'flag'],
  ['lua_malloc_trim', 'http stream', '1', 'custom'],
  ['lua_code_cache', BOTH, '1', 'custom'],
  ['lua_thread_cache_max_entries', 'http', '1', 'custom'],
  ['lua_regex_cache_max_entries', 'http stream', '1', 'custom'],
  ['lua_regex_match_limit', 'http stream', '1', 'custom'],
  ['lua_package_path', 'http stream', '1', 'custom'],
  ['lua_package_cpath', 'http stream', '1', 'custom'],
  ['lua_shared_dict', 'http stream', '2', 'custom', null, { repeat: 'list' }],
  ['lua_sa_restart', 'http stream', '1', 'custom'],
  ['lua_need_request_body', HTTP, '1', 'flag'],
  ['lua_transform_underscores_in_response_headers', HTTP, '1', 'flag'],
  ['lua_check_client_abort', BOTH, '1', 'flag'],
  ['lua_http10_buffering', HTTP, '1', 'flag'],
  ['lua_max_pending_timers', 'http stream', '1', 'custom'],
  ['lua_max_running_timers', 'http stream', '1', 'custom'],
  ['lua_socket_connect_timeout', BOTH, '1', 'custom'],
  ['lua_socket_send_timeout', BOTH, '1', 'custom'],
  ['lua_socket_send_lowat', BOTH, '1', 'custom'],
  ['lua_socket_read_timeout', BOTH, '1', 'custom'],
  ['lua_socket_buffer_size', BOTH, '1', 'custom'],
  ['lua_socket_pool_size', BOTH, '1', 'custom'],
  ['lua_socket_keepalive_timeout', BOTH, '1', 'custom'],
  ['lua_socket_log_errors', BOTH, '1', 'custom'],
  ['lua_ssl_ciphers', BOTH, '1', 'custom'],
  ['lua_ssl_crl', BOTH, '1', 'custom'],
  ['lua_ssl_protocols', BOTH, '1+', 'custom'],
  ['lua_ssl_certificate', BOTH, '1', 'custom', null, { repeat: 'list' }],
  ['lua_ssl_certificate_key', BOTH, '1', 'custom', null, { repeat: 'list' }],
  ['lua_ssl_trusted_certificate', BOTH, '1', 'custom'],
  ['lua_ssl_verify_depth', BOTH, '1', 'custom'],
  ['lua_ssl_key_log', BOTH, '1', 'custom'],
  ['lua_ssl_conf_command', BOTH, '2', 'custom', null, { repeat: 'list' }],
  ['lua_upstream_skip_openssl_default_verify', HTTP, '1', 'custom'],
  ['lua_worker_thread_vm_pool_size', 'http', '1', 'custom'],
  ['lua_add_variable', 'stream', '1', 'custom', null, { repeat: 'list' }],
  ['access_by_lua_no_postpone', 'http', '1', 'flag'],
  ['rewrite_by_lua_no_postpone', 'http', '1', 'flag'],
  ['precontent_by_lua_no_postpone', 'http', '1', 'flag'],
  ['preread_by_lua_no_postpone', 'stream', '1', 'flag'],
  ['log_escape_non_ascii', 'http server location', '1', 'flag'],
  ['balancer_keepalive', 'upstream', '1+', 'custom'],
]);
