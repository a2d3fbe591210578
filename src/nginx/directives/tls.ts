import { listenerTls, listenerTlsBeyondMail } from './listener-tls.ts';
import { type DirectiveInfo, ofModule, oneOf } from './row.ts';

/** TLS, HTTP/2 and HTTP/3 towards clients. */
export const TLS: readonly DirectiveInfo[] = [
  ...ofModule('ngx_http_ssl_module', [
    ['ssl', 'http server', '1', 'flag', 'off', { until: '1.25.1' }],
    ['ssl_buffer_size', 'http server', '1', 'size', '16k'],
    ['ssl_ocsp', 'http server', '1', oneOf('off', 'on', 'leaf'), 'off', { since: '1.19.0' }],
    ['ssl_ocsp_responder', 'http server', '1', 'string', null, { since: '1.19.0' }],
    ['ssl_ocsp_cache', 'http server', '1', 'custom', 'off', { since: '1.19.0' }],
    ['ssl_stapling', 'http server', '1', 'flag', 'off'],
    ['ssl_stapling_file', 'http server', '1', 'string'],
    ['ssl_stapling_responder', 'http server', '1', 'string'],
    ['ssl_stapling_verify', 'http server', '1', 'flag', 'off'],
    ['ssl_early_data', 'http server', '1', 'flag', 'off'],
    ...listenerTls('http server'),
    ...listenerTlsBeyondMail('http server'),
  ]),
  ...ofModule('ngx_http_v2_module', [
    ['http2', 'http server', '1', 'flag', 'off', { since: '1.25.1' }],
    ['http2_recv_buffer_size', 'http', '1', 'size', '256k'],
    ['http2_pool_size', 'http server', '1', 'size', '4k'],
    ['http2_max_concurrent_streams', 'http server', '1', 'number', '128'],
    ['http2_max_concurrent_pushes', 'http server', '1', 'custom', null, { repeat: 'last' }],
    ['http2_max_requests', 'http server', '1', 'custom', null, { repeat: 'last' }],
    ['http2_max_field_size', 'http server', '1', 'custom', null, { repeat: 'last' }],
    ['http2_max_header_size', 'http server', '1', 'custom', null, { repeat: 'last' }],
    ['http2_body_preread_size', 'http server', '1', 'size', '64k'],
    ['http2_streams_index_size', 'http server', '1', 'number', '31'],
    ['http2_recv_timeout', 'http server', '1', 'custom', null, { repeat: 'last' }],
    ['http2_idle_timeout', 'http server', '1', 'custom', null, { repeat: 'last' }],
    ['http2_chunk_size', 'http server location', '1', 'size', '8k'],
    ['http2_push_preload', 'http server location', '1', 'custom', null, { repeat: 'last' }],
    ['http2_push', 'http server location', '1', 'custom', null, { repeat: 'last' }],
  ]),
  ...ofModule('ngx_http_v3_module', [
    ['http3', 'http server', '1', 'flag', 'on', { since: '1.25.0' }],
    ['http3_hq', 'http server', '1', 'flag', 'off', { since: '1.25.0' }],
    ['http3_max_concurrent_streams', 'http server', '1', 'number', '128', { since: '1.25.0' }],
    ['http3_stream_buffer_size', 'http server', '1', 'size', '64k', { since: '1.25.0' }],
    ['quic_retry', 'http server', '1', 'flag', 'off', { since: '1.25.0' }],
    ['quic_gso', 'http server', '1', 'flag', 'off', { since: '1.25.0' }],
    ['quic_host_key', 'http server', '1', 'custom', null, { since: '1.25.0' }],
    ['quic_active_connection_id_limit', 'http server', '1', 'number', '2', { since: '1.25.0' }],
  ]),
];
