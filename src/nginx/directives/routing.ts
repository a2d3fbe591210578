import { anyOf, type DirectiveInfo, ofModule, oneOf } from './row.ts';

/** What decides which answer a request gets, and what is logged of it. */
export const ROUTING: readonly DirectiveInfo[] = [
  ...ofModule('ngx_http_rewrite_module', [
    ['rewrite', 'server server-if location location-if', '23', 'custom', null, { repeat: 'list', inherits: 'none' }],
    ['return', 'server server-if location location-if', '12', 'custom', null, { repeat: 'list', inherits: 'none' }],
    ['break', 'server server-if location location-if', '0', 'custom', null, { repeat: 'list', inherits: 'none' }],
    ['if', 'server location', '1+', 'block'],
    ['set', 'server server-if location location-if', '2', 'custom', null, { repeat: 'list', inherits: 'none' }],
    ['rewrite_log', 'http server server-if location location-if', '1', 'flag', 'off'],
    ['uninitialized_variable_warn', 'http server server-if location location-if', '1', 'flag', 'on'],
  ]),
  ...ofModule('ngx_http_map_module', [
    ['map', 'http', '2', 'block'],
    ['map_hash_max_size', 'http', '1', 'number', '2048'],
    ['map_hash_bucket_size', 'http', '1', 'number', '64'],
  ]),
  ...ofModule('ngx_http_geo_module', [['geo', 'http', '12', 'block']]),
  ...ofModule('ngx_http_geoip_module', [
    ['geoip_country', 'http', '12', 'custom'],
    ['geoip_org', 'http', '12', 'custom'],
    ['geoip_city', 'http', '12', 'custom'],
    ['geoip_proxy', 'http', '1', 'custom', null, { repeat: 'list' }],
    ['geoip_proxy_recursive', 'http', '1', 'flag', 'off'],
  ]),
  ...ofModule('ngx_http_split_clients_module', [['split_clients', 'http', '2', 'block']]),
  ...ofModule('ngx_http_try_files_module', [
    ['try_files', 'server location', '2+', 'custom', null, { inherits: 'none' }],
  ]),
  ...ofModule('ngx_http_index_module', [
    ['index', 'http server location', '1+', 'custom', 'index.html', { repeat: 'list', inherits: 'list' }],
  ]),
  ...ofModule('ngx_http_autoindex_module', [
    ['autoindex', 'http server location', '1', 'flag', 'off'],
    ['autoindex_format', 'http server location', '1', oneOf('html', 'json', 'jsonp', 'xml'), 'html'],
    ['autoindex_localtime', 'http server location', '1', 'flag', 'off'],
    ['autoindex_exact_size', 'http server location', '1', 'flag', 'on'],
  ]),
  ...ofModule('ngx_http_random_index_module', [['random_index', 'location', '1', 'flag', 'off']]),
  ...ofModule('ngx_http_mirror_module', [
    ['mirror', 'http server location', '1', 'custom', 'off', { repeat: 'list', inherits: 'list' }],
    ['mirror_request_body', 'http server location', '1', 'flag', 'on'],
  ]),
  ...ofModule('ngx_http_browser_module', [
    ['modern_browser', 'http server location', '12', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['ancient_browser', 'http server location', '1+', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['modern_browser_value', 'http server location', '1', 'custom', '1', { repeat: 'last' }],
    ['ancient_browser_value', 'http server location', '1', 'custom', '1', { repeat: 'last' }],
  ]),
  ...ofModule('ngx_http_log_module', [
    ['log_format', 'http', '2+', 'custom', null, { repeat: 'list' }],
    [
      'access_log',
      'http server location location-if limit_except',
      '1+',
      'custom',
      'logs/access.log combined',
      { repeat: 'list', inherits: 'list' },
    ],
    ['open_log_file_cache', 'http server location', '1234', 'custom', 'off'],
  ]),
  ...ofModule('ngx_http_stub_status_module', [
    ['stub_status', 'server location', '01', 'custom', null, { repeat: 'last', inherits: 'none' }],
  ]),
  ...ofModule('ngx_http_empty_gif_module', [['empty_gif', 'location', '0', 'custom', null, { repeat: 'last' }]]),
  ...ofModule('ngx_http_flv_module', [['flv', 'location', '0', 'custom', null, { repeat: 'last' }]]),
  ...ofModule('ngx_http_mp4_module', [
    ['mp4', 'location', '0', 'custom', null, { repeat: 'last' }],
    ['mp4_buffer_size', 'http server location', '1', 'size', '512k'],
    ['mp4_max_buffer_size', 'http server location', '1', 'size', '10m'],
    ['mp4_start_key_frame', 'http server location', '1', 'flag', 'off', { since: '1.21.4' }],
  ]),
  ...ofModule('ngx_http_dav_module', [
    ['dav_methods', 'http server location', '1+', anyOf('off', 'put', 'delete', 'mkcol', 'copy', 'move'), 'off'],
    ['create_full_put_path', 'http server location', '1', 'flag', 'off'],
    ['min_delete_depth', 'http server location', '1', 'number', '0'],
    ['dav_access', 'http server location', '123', 'access', 'user:rw'],
  ]),
  ...ofModule('ngx_http_degradation_module', [
    ['degradation', 'http', '1', 'custom', null, { repeat: 'last' }],
    ['degrade', 'http server location', '1', oneOf('204', '444')],
  ]),
  ...ofModule('ngx_http_perl_module', [
    ['perl_modules', 'http', '1', 'strings'],
    ['perl_require', 'http', '1', 'strings'],
    ['perl', 'location limit_except', '1', 'custom', null, { repeat: 'last', inherits: 'none' }],
    ['perl_set', 'http', '2', 'custom', null, { repeat: 'list' }],
  ]),
];
