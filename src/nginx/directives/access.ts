import { anyOf, type DirectiveInfo, ofModule, oneOf } from './row.ts';

/** Who may pass, how often, and who he is. */
export const ACCESS: readonly DirectiveInfo[] = [
  ...ofModule('ngx_http_access_module', [
    [
      'allow',
      'http server location limit_except',
      '1',
      'custom',
      null,
      { repeat: 'list', inherits: 'list', with: ['deny'] },
    ],
    [
      'deny',
      'http server location limit_except',
      '1',
      'custom',
      null,
      { repeat: 'list', inherits: 'list', with: ['allow'] },
    ],
  ]),
  ...ofModule('ngx_http_auth_basic_module', [
    ['auth_basic', 'http server location limit_except', '1', 'text', 'off'],
    ['auth_basic_user_file', 'http server location limit_except', '1', 'custom'],
  ]),
  ...ofModule('ngx_http_auth_request_module', [
    ['auth_request', 'http server location', '1', 'custom', 'off'],
    ['auth_request_set', 'http server location', '2', 'custom', null, { repeat: 'list', inherits: 'list' }],
  ]),
  ...ofModule('ngx_http_limit_conn_module', [
    ['limit_conn_zone', 'http', '2', 'custom', null, { repeat: 'list' }],
    ['limit_conn', 'http server location', '2', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['limit_conn_log_level', 'http server location', '1', oneOf('info', 'notice', 'warn', 'error'), 'error'],
    ['limit_conn_status', 'http server location', '1', 'number', '503'],
    ['limit_conn_dry_run', 'http server location', '1', 'flag', 'off'],
  ]),
  ...ofModule('ngx_http_limit_req_module', [
    ['limit_req_zone', 'http', '3', 'custom', null, { repeat: 'list' }],
    ['limit_req', 'http server location', '123', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['limit_req_log_level', 'http server location', '1', oneOf('info', 'notice', 'warn', 'error'), 'error'],
    ['limit_req_status', 'http server location', '1', 'number', '503'],
    ['limit_req_dry_run', 'http server location', '1', 'flag', 'off'],
  ]),
  ...ofModule('ngx_http_realip_module', [
    ['set_real_ip_from', 'http server location', '1', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['real_ip_header', 'http server location', '1', 'custom', 'X-Real-IP'],
    ['real_ip_recursive', 'http server location', '1', 'flag', 'off'],
  ]),
  ...ofModule('ngx_http_referer_module', [
    ['valid_referers', 'server location', '1+', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['referer_hash_max_size', 'server location', '1', 'number', '2048'],
    ['referer_hash_bucket_size', 'server location', '1', 'number', '64'],
  ]),
  ...ofModule('ngx_http_secure_link_module', [
    ['secure_link', 'http server location', '1', 'text'],
    ['secure_link_md5', 'http server location', '1', 'text'],
    ['secure_link_secret', 'http server location', '1', 'string'],
  ]),
  ...ofModule('ngx_http_userid_filter_module', [
    ['userid', 'http server location', '1', oneOf('off', 'log', 'v1', 'on'), 'off'],
    ['userid_service', 'http server location', '1', 'number'],
    ['userid_name', 'http server location', '1', 'string', 'uid'],
    ['userid_domain', 'http server location', '1', 'string'],
    ['userid_path', 'http server location', '1', 'string'],
    ['userid_expires', 'http server location', '1', 'custom'],
    [
      'userid_flags',
      'http server location',
      '123',
      anyOf('off', 'secure', 'httponly', 'samesite=strict', 'samesite=lax', 'samesite=none'),
      'off',
      { since: '1.19.3' },
    ],
    ['userid_p3p', 'http server location', '1', 'string'],
    ['userid_mark', 'http server location', '1', 'custom'],
  ]),
];
