import { anyOf, type DirectiveInfo, ofModule } from './row.ts';

/** What came with nginx 1.31 (its CHANGES, and the modules' commands). Where the arguments are not settled, they are not checked. */

const HTTP = 'http server location';

export const NEWEST: readonly DirectiveInfo[] = [
  ...ofModule('ngx_http_tunnel_module', [
    ['tunnel_pass', 'server location location-if', '01', 'custom', null, { inherits: 'none', since: '1.31.0' }],
    ['tunnel_bind', HTTP, '12', 'custom', null, { repeat: 'last', since: '1.31.0' }],
    ['tunnel_socket_keepalive', HTTP, '1', 'flag', 'off', { since: '1.31.0' }],
    ['tunnel_socket_rcvbuf', HTTP, '1', 'size', null, { since: '1.31.0' }],
    ['tunnel_socket_sndbuf', HTTP, '1', 'size', null, { since: '1.31.0' }],
    ['tunnel_connect_timeout', HTTP, '1', 'ms', '60s', { since: '1.31.0' }],
    ['tunnel_send_timeout', HTTP, '1', 'ms', '60s', { since: '1.31.0' }],
    ['tunnel_send_lowat', HTTP, '1', 'size', '0', { since: '1.31.0' }],
    ['tunnel_buffer_size', HTTP, '1', 'size', '4k', { since: '1.31.0' }],
    ['tunnel_read_timeout', HTTP, '1', 'ms', '60s', { since: '1.31.0' }],
    ['tunnel_next_upstream', HTTP, '1+', anyOf('error', 'timeout', 'off'), 'error timeout', { since: '1.31.0' }],
    ['tunnel_next_upstream_tries', HTTP, '1', 'number', '0', { since: '1.31.0' }],
    ['tunnel_next_upstream_timeout', HTTP, '1', 'ms', '0', { since: '1.31.0' }],
  ]),
  ...ofModule('ngx_http_core_module', [
    ['client_body_early_read', 'http server', '1+', 'custom', 'off', { since: '1.31.5' }],
  ]),
  ...ofModule('ngx_http_json_module', [
    ['json_set', HTTP, 'any', 'custom', null, { repeat: 'list', inherits: 'none', since: '1.31.5' }],
  ]),
  ...ofModule('ngx_http_xslt_filter_module', [
    ['xml_external_entities', HTTP, '1+', 'custom', null, { since: '1.31.3' }],
  ]),
];
