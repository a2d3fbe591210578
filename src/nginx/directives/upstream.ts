import { type DirectiveInfo, ofModule } from './row.ts';

/** The upstream block. */
export const UPSTREAM: readonly DirectiveInfo[] = [
  ...ofModule('ngx_http_upstream_module', [
    ['upstream', 'http', '1', 'block'],
    ['server', 'upstream', '1+', 'custom', null, { repeat: 'list' }],
  ]),
  ...ofModule('ngx_http_upstream_keepalive_module', [
    ['keepalive', 'upstream', '12', 'custom', '32 local', { was: [['1.29.7', '0']] }],
    ['keepalive_time', 'upstream', '1', 'ms', '3600s', { since: '1.19.10' }],
    ['keepalive_timeout', 'upstream', '1', 'ms', '60s'],
    ['keepalive_requests', 'upstream', '1', 'number', '1000', { was: [['1.19.10', '100']] }],
  ]),
  ...ofModule('ngx_http_upstream_hash_module', [['hash', 'upstream', '12', 'custom', null, { repeat: 'last' }]]),
  ...ofModule('ngx_http_upstream_ip_hash_module', [['ip_hash', 'upstream', '0', 'custom', null, { repeat: 'last' }]]),
  ...ofModule('ngx_http_upstream_least_conn_module', [
    ['least_conn', 'upstream', '0', 'custom', null, { repeat: 'last' }],
  ]),
  ...ofModule('ngx_http_upstream_random_module', [['random', 'upstream', '012', 'custom', null, { repeat: 'last' }]]),
  ...ofModule('ngx_http_upstream_sticky_module', [
    ['sticky', 'upstream', '1+', 'custom', null, { repeat: 'last', since: '1.29.6' }],
  ]),
  ...ofModule('ngx_http_upstream_zone_module', [
    ['zone', 'upstream', '12', 'custom', null, { repeat: 'last' }],
    ['resolver', 'upstream', '1+', 'custom', null, { since: '1.27.3' }],
    ['resolver_timeout', 'upstream', '1', 'ms', '30s', { since: '1.27.3' }],
  ]),
];
