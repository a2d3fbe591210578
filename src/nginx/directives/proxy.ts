import { backendTls } from './backend-tls.ts';
import { FAILURES } from './choices.ts';
import { answerHeaders, buffering, caching, connecting } from './proxying.ts';
import { type DirectiveInfo, ofModule, oneOf } from './row.ts';

/** proxy_pass and what belongs to it. */
export const PROXY: readonly DirectiveInfo[] = [
  ...ofModule('ngx_http_proxy_module', [
    ['proxy_pass', 'location location-if limit_except', '1', 'custom', null, { inherits: 'none' }],
    ['proxy_redirect', 'http server location', '12', 'custom', 'default', { repeat: 'list', inherits: 'list' }],
    ['proxy_cookie_domain', 'http server location', '12', 'custom', 'off', { repeat: 'list', inherits: 'list' }],
    ['proxy_cookie_path', 'http server location', '12', 'custom', 'off', { repeat: 'list', inherits: 'list' }],
    [
      'proxy_cookie_flags',
      'http server location',
      '1234',
      'custom',
      'off',
      { repeat: 'list', inherits: 'list', since: '1.19.3' },
    ],
    ['proxy_send_lowat', 'http server location', '1', 'size', '0'],
    ['proxy_set_header', 'http server location', '2', 'pairs'],
    ['proxy_headers_hash_max_size', 'http server location', '1', 'number', '512'],
    ['proxy_headers_hash_bucket_size', 'http server location', '1', 'number', '64'],
    ['proxy_set_body', 'http server location', '1', 'string'],
    ['proxy_method', 'http server location', '1', 'text'],
    ['proxy_cache_key', 'http server location', '1', 'custom', '$scheme$proxy_host$request_uri'],
    ['proxy_cache_convert_head', 'http server location', '1', 'flag', 'on'],
    ['proxy_pass_trailers', 'http server location', '1', 'flag', 'off', { since: '1.27.2' }],
    [
      'proxy_http_version',
      'http server location',
      '1',
      oneOf('1.0', '1.1', '2'),
      '1.1',
      { was: [['1.29.7', '1.0']], newer: { '2': '1.29.4' } },
    ],
    ...connecting('proxy', FAILURES),
    ...answerHeaders('proxy'),
    ...buffering('proxy'),
    ...caching('proxy', FAILURES),
    ...backendTls('proxy', 'http server location'),
  ]),
];
