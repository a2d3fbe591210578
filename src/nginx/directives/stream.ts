import { backendTls } from './backend-tls.ts';
import { listenerTls, listenerTlsBeyondMail } from './listener-tls.ts';
import { type DirectiveInfo, ofModule, oneOf } from './row.ts';

/** The stream block. */
export const STREAM: readonly DirectiveInfo[] = [
  ...ofModule('ngx_stream_module', [['stream', 'main', '0', 'block']]),
  ...ofModule('ngx_stream_access_module', [
    ['allow', 'stream stream-server', '1', 'custom', null, { repeat: 'list', inherits: 'list', with: ['deny'] }],
    ['deny', 'stream stream-server', '1', 'custom', null, { repeat: 'list', inherits: 'list', with: ['allow'] }],
  ]),
  ...ofModule('ngx_stream_core_module', [
    ['variables_hash_max_size', 'stream', '1', 'number', '1024'],
    ['variables_hash_bucket_size', 'stream', '1', 'number', '64'],
    ['server_names_hash_max_size', 'stream', '1', 'number', '512', { since: '1.25.5' }],
    ['server_names_hash_bucket_size', 'stream', '1', 'number', '64', { since: '1.25.5' }],
    ['server', 'stream', '0', 'block'],
    ['listen', 'stream-server', '1+', 'custom', null, { repeat: 'list' }],
    ['server_name', 'stream-server', '1+', 'custom', null, { repeat: 'list', since: '1.25.5' }],
    ['error_log', 'stream stream-server', '1+', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['resolver', 'stream stream-server', '1+', 'custom'],
    ['resolver_timeout', 'stream stream-server', '1', 'ms', '30s'],
    ['proxy_protocol_timeout', 'stream stream-server', '1', 'ms', '30s'],
    ['tcp_nodelay', 'stream stream-server', '1', 'flag', 'on'],
    ['preread_buffer_size', 'stream stream-server', '1', 'size', '16k'],
    ['preread_timeout', 'stream stream-server', '1', 'ms', '30s'],
  ]),
  ...ofModule('ngx_stream_geo_module', [['geo', 'stream', '12', 'block']]),
  ...ofModule('ngx_stream_geoip_module', [
    ['geoip_country', 'stream', '12', 'custom'],
    ['geoip_org', 'stream', '12', 'custom'],
    ['geoip_city', 'stream', '12', 'custom'],
  ]),
  ...ofModule('ngx_stream_limit_conn_module', [
    ['limit_conn_zone', 'stream', '2', 'custom', null, { repeat: 'list' }],
    ['limit_conn', 'stream stream-server', '2', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['limit_conn_log_level', 'stream stream-server', '1', oneOf('info', 'notice', 'warn', 'error'), 'error'],
    ['limit_conn_dry_run', 'stream stream-server', '1', 'flag', 'off'],
  ]),
  ...ofModule('ngx_stream_log_module', [
    ['log_format', 'stream', '2+', 'custom', null, { repeat: 'list' }],
    ['access_log', 'stream stream-server', '1+', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['open_log_file_cache', 'stream stream-server', '1234', 'custom'],
  ]),
  ...ofModule('ngx_stream_map_module', [
    ['map', 'stream', '2', 'block'],
    ['map_hash_max_size', 'stream', '1', 'number'],
    ['map_hash_bucket_size', 'stream', '1', 'number'],
  ]),
  ...ofModule('ngx_stream_pass_module', [['pass', 'stream-server', '1', 'custom', null, { since: '1.25.5' }]]),
  ...ofModule('ngx_stream_proxy_module', [
    ['proxy_pass', 'stream-server', '1', 'custom'],
    ['proxy_bind', 'stream stream-server', '12', 'custom', null, { repeat: 'last' }],
    ['proxy_socket_keepalive', 'stream stream-server', '1', 'flag', 'off'],
    ['proxy_connect_timeout', 'stream stream-server', '1', 'ms', '60s'],
    ['proxy_timeout', 'stream stream-server', '1', 'ms', '600s'],
    ['proxy_buffer_size', 'stream stream-server', '1', 'size', '16k'],
    ['proxy_downstream_buffer', 'stream stream-server', '1', 'size', '16k'],
    ['proxy_upstream_buffer', 'stream stream-server', '1', 'size', '16k'],
    ['proxy_upload_rate', 'stream stream-server', '1', 'text'],
    ['proxy_download_rate', 'stream stream-server', '1', 'text'],
    ['proxy_requests', 'stream stream-server', '1', 'number', '0'],
    ['proxy_responses', 'stream stream-server', '1', 'number'],
    ['proxy_next_upstream', 'stream stream-server', '1', 'flag', 'on'],
    ['proxy_next_upstream_tries', 'stream stream-server', '1', 'number', '0'],
    ['proxy_next_upstream_timeout', 'stream stream-server', '1', 'ms', '0'],
    // `on`, `off`, and since 1.31.4 a version.
    ['proxy_protocol', 'stream stream-server', '1', 'custom', 'off'],
    ['proxy_half_close', 'stream stream-server', '1', 'flag', 'off', { since: '1.21.4' }],
    ['proxy_ssl', 'stream stream-server', '1', 'flag', 'off'],
    ...backendTls('proxy', 'stream stream-server'),
  ]),
  ...ofModule('ngx_stream_realip_module', [
    ['set_real_ip_from', 'stream stream-server', '1', 'custom', null, { repeat: 'list', inherits: 'list' }],
  ]),
  ...ofModule('ngx_stream_return_module', [['return', 'stream-server', '1', 'custom', null, { repeat: 'list' }]]),
  ...ofModule('ngx_stream_set_module', [
    ['set', 'stream-server', '2', 'custom', null, { repeat: 'list', since: '1.19.3' }],
  ]),
  ...ofModule('ngx_stream_split_clients_module', [['split_clients', 'stream', '2', 'block']]),
  ...ofModule('ngx_stream_ssl_module', [
    ['ssl_handshake_timeout', 'stream stream-server', '1', 'ms', '60s'],
    ['ssl_ocsp', 'stream stream-server', '1', oneOf('off', 'on', 'leaf'), 'off', { since: '1.27.2' }],
    ['ssl_ocsp_responder', 'stream stream-server', '1', 'string', null, { since: '1.27.2' }],
    ['ssl_ocsp_cache', 'stream stream-server', '1', 'custom', 'off', { since: '1.27.2' }],
    ['ssl_stapling', 'stream stream-server', '1', 'flag', 'off', { since: '1.27.2' }],
    ['ssl_stapling_file', 'stream stream-server', '1', 'string', null, { since: '1.27.2' }],
    ['ssl_stapling_responder', 'stream stream-server', '1', 'string', null, { since: '1.27.2' }],
    ['ssl_stapling_verify', 'stream stream-server', '1', 'flag', 'off', { since: '1.27.2' }],
    ['ssl_alpn', 'stream stream-server', '1+', 'custom', null, { since: '1.21.4' }],
    ...listenerTls('stream stream-server'),
    ...listenerTlsBeyondMail('stream stream-server'),
  ]),
  ...ofModule('ngx_stream_ssl_preread_module', [['ssl_preread', 'stream stream-server', '1', 'flag', 'off']]),
  ...ofModule('ngx_stream_upstream_module', [
    ['upstream', 'stream', '1', 'block'],
    ['server', 'stream-upstream', '1+', 'custom', null, { repeat: 'list' }],
  ]),
  ...ofModule('ngx_stream_upstream_hash_module', [
    ['hash', 'stream-upstream', '12', 'custom', null, { repeat: 'last' }],
  ]),
  ...ofModule('ngx_stream_upstream_least_conn_module', [
    ['least_conn', 'stream-upstream', '0', 'custom', null, { repeat: 'last' }],
  ]),
  ...ofModule('ngx_stream_upstream_random_module', [
    ['random', 'stream-upstream', '012', 'custom', null, { repeat: 'last' }],
  ]),
  ...ofModule('ngx_stream_upstream_zone_module', [
    ['zone', 'stream-upstream', '12', 'custom', null, { repeat: 'last' }],
    ['resolver', 'stream-upstream', '1+', 'custom', null, { since: '1.27.3' }],
    ['resolver_timeout', 'stream-upstream', '1', 'ms', '30s', { since: '1.27.3' }],
  ]),
];
