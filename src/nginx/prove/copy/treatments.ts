/**
 * What becomes of each directive in the copy. It is a list of what is allowed: a name that is not here, and that no
 * rewriting knows, is refused. (Names from the sources of nginx 1.18 to 1.26 and the documentation up to 1.31.)
 */
export type Treatment =
  | { readonly do: 'keep' }
  | { readonly do: 'leave-out'; readonly says: string }
  | { readonly do: 'refuse'; readonly says: string }
  /** Its lines are data and no directives: `map`, `types` … */
  | { readonly do: 'data' };

const KEEP: Treatment = { do: 'keep' };
const DATA: Treatment = { do: 'data' };
const leaveOut = (says: string): Treatment => ({ do: 'leave-out', says });
const refuse = (says: string): Treatment => ({ do: 'refuse', says });

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

const KEPT = words(`
  pcre_jit timer_resolution thread_pool worker_shutdown_timeout ssl_object_cache_inheritable
  events accept_mutex accept_mutex_delay multi_accept use worker_aio_requests epoll_events
  http server location if limit_except upstream
  server_name server_names_hash_bucket_size server_names_hash_max_size server_name_in_redirect server_tokens
  variables_hash_bucket_size variables_hash_max_size types_hash_bucket_size types_hash_max_size default_type
  map_hash_bucket_size map_hash_max_size referer_hash_bucket_size referer_hash_max_size
  connection_pool_size request_pool_size client_header_buffer_size client_header_timeout large_client_header_buffers
  ignore_invalid_headers merge_slashes underscores_in_headers client_body_buffer_size client_body_in_file_only
  client_body_in_single_buffer client_body_timeout client_max_body_size max_headers
  sendfile sendfile_max_chunk subrequest_output_buffer_size aio aio_write read_ahead directio directio_alignment
  tcp_nodelay tcp_nopush send_lowat send_timeout postpone_output output_buffers limit_rate limit_rate_after
  keepalive_disable keepalive_min_timeout keepalive_requests keepalive_time keepalive_timeout
  lingering_close lingering_time lingering_timeout reset_timedout_connection chunked_transfer_encoding early_hints
  absolute_redirect port_in_redirect msie_padding msie_refresh log_not_found recursive_error_pages error_page
  allow deny satisfy auth_basic auth_delay auth_request auth_request_set internal post_action
  if_modified_since max_ranges etag index try_files disable_symlinks open_file_cache open_file_cache_errors
  open_file_cache_events open_file_cache_min_uses open_file_cache_valid open_log_file_cache resolver_timeout
  add_header add_header_inherit add_trailer add_trailer_inherit expires
  autoindex autoindex_exact_size autoindex_format autoindex_localtime random_index
  ancient_browser ancient_browser_value modern_browser modern_browser_value
  charset charset_types override_charset source_charset
  gzip gzip_buffers gzip_comp_level gzip_disable gzip_hash gzip_http_version gzip_min_length gzip_no_buffer
  gzip_proxied gzip_static gzip_types gzip_vary gzip_window postpone_gzipping gunzip gunzip_buffers
  return rewrite rewrite_log set break uninitialized_variable_warn valid_referers
  limit_conn_dry_run limit_conn_log_level limit_conn_status limit_conn_zone limit_zone
  limit_req_dry_run limit_req_log_level limit_req_status limit_req_zone
  real_ip_header real_ip_recursive set_real_ip_from secure_link secure_link_md5 secure_link_secret
  add_after_body add_before_body addition_types sub_filter sub_filter_last_modified sub_filter_once sub_filter_types
  ssi ssi_ignore_recycled_buffers ssi_last_modified ssi_min_file_chunk ssi_silent_errors ssi_types ssi_value_length
  userid userid_domain userid_expires userid_flags userid_mark userid_name userid_p3p userid_path userid_service
  flv mp4 mp4_buffer_size mp4_max_buffer_size mp4_start_key_frame slice empty_gif stub_status
  dav_access dav_methods create_full_put_path min_delete_depth
  image_filter image_filter_buffer image_filter_interlace image_filter_jpeg_quality image_filter_sharpen
  image_filter_transparency image_filter_webp_quality
  hash ip_hash keepalive least_conn random zone sticky
  http2 http2_body_preread_size http2_chunk_size http2_idle_timeout http2_max_concurrent_pushes
  http2_max_concurrent_streams http2_max_field_size http2_max_header_size http2_max_requests http2_pool_size
  http2_push http2_push_preload http2_recv_buffer_size http2_recv_timeout http2_streams_index_size
  ssl ssl_buffer_size ssl_ciphers ssl_early_data ssl_ecdh_curve ssl_prefer_server_ciphers ssl_protocols
  ssl_reject_handshake ssl_session_cache ssl_session_tickets ssl_session_timeout ssl_certificate_compression
  ssl_verify_client ssl_verify_depth
  more_set_headers more_clear_headers more_set_input_headers more_clear_input_headers
  brotli brotli_buffers brotli_comp_level brotli_min_length brotli_static brotli_types brotli_window
  zstd zstd_buffers zstd_comp_level zstd_min_length zstd_static zstd_types
  echo echo_duplicate
`);

const BLOCKS_OF_DATA = words('map geo types split_clients charset_map');

const OURS = 'the copy has its own';
const NOT_HTTP = 'it is not run, nor measured: only the http section is';
const REVOKED = 'the certificates of the copy are its own';
const LIMITS = 'everything is measured at once, and would meet it';
const FIXED = 'the copy runs one nginx in the foreground as the user who may';
const PERFORMANCE = 'it changes nothing that is measured, and asks more of this machine than a copy needs';
const HTTP3 = 'HTTP/3 is not run: a WebSocket stays on TCP';
const STAPLING = 'OCSP would ask an outside server';
const GEOIP = 'its database is a file outside the copy, where its variables are empty';

const LEFT_OUT: Readonly<Record<string, string>> = {
  daemon: FIXED,
  master_process: FIXED,
  user: FIXED,
  pid: OURS,
  lock_file: OURS,
  env: 'the copy gets no environment',
  working_directory: OURS,
  debug_points: FIXED,
  debug_connection: 'the copy logs at info',
  worker_processes: 'one worker is enough to measure',
  worker_cpu_affinity: PERFORMANCE,
  worker_priority: PERFORMANCE,
  worker_rlimit_core: PERFORMANCE,
  worker_rlimit_nofile: PERFORMANCE,
  google_perftools_profiles: PERFORMANCE,
  ssl_engine: 'the copy has certificates of its own, in files',
  quic_bpf: HTTP3,
  http3: HTTP3,
  stream: NOT_HTTP,
  mail: NOT_HTTP,
  resolver: 'the copy asks no DNS: every upstream is hangup itself',
  access_log: 'the copy writes a log of its own',
  log_format: 'the copy writes a log of its own',
  log_subrequest: 'the copy writes a log of its own',
  client_body_temp_path: OURS,
  limit_conn: LIMITS,
  limit_req: LIMITS,
  mirror: 'its copies of each request would be counted as requests',
  mirror_request_body: 'mirror is left out',
  state: 'it names a file outside the copy',
  ssl_password_file: 'the copy has certificates of its own',
  ssl_dhparam: 'it is a file outside the copy; OpenSSL chooses its own',
  ssl_crl: REVOKED,
  ssl_session_ticket_key: 'it is a file outside the copy; nginx makes its own',
  ssl_stapling: STAPLING,
  ssl_stapling_file: STAPLING,
  ssl_stapling_responder: STAPLING,
  ssl_stapling_verify: STAPLING,
  ssl_ocsp: STAPLING,
  ssl_ocsp_cache: STAPLING,
  ssl_ocsp_responder: STAPLING,
  ssl_conf_command: 'it can make OpenSSL read other files',
  ssl_ech_file: 'it is a file outside the copy',
  ssl_key_log: 'it would write the keys of TLS into a file',
  ssl_certificate_cache: 'the copy has certificates of its own',
  geoip_country: GEOIP,
  geoip_city: GEOIP,
  geoip_org: GEOIP,
  geoip_proxy: GEOIP,
  geoip_proxy_recursive: GEOIP,
};

/** Code of the operator's: it can open sockets and files as it likes, and no reader can tell that it does not. */
const REFUSED: readonly (readonly [pattern: RegExp, says: string])[] = [
  [/_by_lua(_block|_file)?$|^lua_/, 'Lua can open any socket and file'],
  [/^js_/, 'njs can open sockets and files'],
  [/^perl/, 'Perl can open any socket and file'],
  [/^(passenger_|php_|wsgi_)/, 'it starts programs'],
  [/^xslt_|^xml_entities$/, 'its stylesheets can read any file and address'],
  [/^echo_/, 'it makes requests of its own'],
];

const TABLE = new Map<string, Treatment>([
  ...KEPT.map((name): [string, Treatment] => [name, KEEP]),
  ...BLOCKS_OF_DATA.map((name): [string, Treatment] => [name, DATA]),
  ...Object.entries(LEFT_OUT).map(([name, says]): [string, Treatment] => [name, leaveOut(says)]),
]);

/** `proxy_…`, `fastcgi_…` and the like: what stands behind the prefix is treated alike. */
const FAMILY = /^(proxy|fastcgi|uwsgi|scgi|grpc|memcached)_(.+)$/;

const FAMILY_KEPT = new Set(
  words(`
    set_header pass_header hide_header ignore_headers pass_request_headers pass_request_body set_body method
    http_version pass_trailers redirect cookie_domain cookie_flags cookie_path param index
    split_path_info keep_conn catch_stderr string modifier1 modifier2 gzip_flag
    headers_hash_bucket_size headers_hash_max_size buffering request_buffering buffer_size buffers busy_buffers_size
    max_temp_file_size temp_file_write_size force_ranges limit_rate connect_timeout read_timeout send_timeout
    send_lowat socket_keepalive ignore_client_abort intercept_errors next_upstream next_upstream_timeout
    next_upstream_tries no_cache
    cache cache_background_update cache_bypass cache_convert_head cache_key cache_lock cache_lock_age
    cache_lock_timeout cache_max_range_offset cache_methods cache_min_uses cache_purge cache_revalidate cache_use_stale
    cache_valid set_header_inherit
    ssl_ciphers ssl_name ssl_protocols ssl_server_name ssl_session_reuse ssl_alpn`),
);

const BACKEND_CERTIFICATE = "hangup's backend has a certificate of its own, which is not verified";

const FAMILY_LEFT_OUT: Readonly<Record<string, string>> = {
  temp_path: OURS,
  bind: 'the copy connects to hangup alone, from loopback',
  bind_dynamic: 'the copy connects to hangup alone, from loopback',
  store: 'it writes files outside the copy',
  store_access: 'it writes files outside the copy',
  ssl_certificate: BACKEND_CERTIFICATE,
  ssl_certificate_key: BACKEND_CERTIFICATE,
  ssl_certificate_cache: BACKEND_CERTIFICATE,
  ssl_password_file: BACKEND_CERTIFICATE,
  ssl_trusted_certificate: BACKEND_CERTIFICATE,
  ssl_crl: BACKEND_CERTIFICATE,
  ssl_verify: BACKEND_CERTIFICATE,
  ssl_verify_depth: BACKEND_CERTIFICATE,
  ssl_conf_command: 'it can make OpenSSL read other files',
  ssl_key_log: 'it would write the keys of TLS into a file',
};

/** Directives of modules that few builds have, by the module's file: they go with it when it is missing. */
const OF_MODULE: readonly (readonly [pattern: RegExp, file: string])[] = [
  [/^more_/, 'ngx_http_headers_more_filter_module.so'],
  [/^brotli_static$/, 'ngx_http_brotli_static_module.so'],
  [/^brotli/, 'ngx_http_brotli_filter_module.so'],
  [/^zstd_static$/, 'ngx_http_zstd_static_module.so'],
  [/^zstd/, 'ngx_http_zstd_filter_module.so'],
  [/^image_filter/, 'ngx_http_image_filter_module.so'],
  [/^echo/, 'ngx_http_echo_module.so'],
];

/** The file of the dynamic module that has this directive, where it is one that nginx itself does not have. */
export const moduleOf = (name: string): string | null => OF_MODULE.find(([pattern]) => pattern.test(name))?.[1] ?? null;

/** Modules whose directives are all on the list: any other could do anything as soon as it is loaded. */
export const isKnownModule = (file: string): boolean => OF_MODULE.some(([, known]) => known === file);

/** @returns null for a directive that hangup does not know */
export function treatmentOf(name: string): Treatment | null {
  const known = TABLE.get(name);
  if (known !== undefined) return known;
  const code = REFUSED.find(([pattern]) => pattern.test(name));
  if (code !== undefined) return refuse(code[1]);
  if (/^(http3|quic)_/.test(name)) return leaveOut(HTTP3);
  const suffix = FAMILY.exec(name)?.[2];
  if (suffix === undefined) return null;
  if (FAMILY_KEPT.has(suffix)) return KEEP;
  const says = FAMILY_LEFT_OUT[suffix];
  return says === undefined ? null : leaveOut(says);
}
