import { listenerTls } from './listener-tls.ts';
import { anyOf, type DirectiveInfo, ofModule } from './row.ts';

/** The mail block. */
export const MAIL: readonly DirectiveInfo[] = [
  ...ofModule('ngx_mail_module', [['mail', 'main', '0', 'block']]),
  ...ofModule('ngx_mail_auth_http_module', [
    ['auth_http', 'mail mail-server', '1', 'custom', null, { repeat: 'last' }],
    ['auth_http_timeout', 'mail mail-server', '1', 'ms', '60s'],
    ['auth_http_header', 'mail mail-server', '2', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['auth_http_pass_client_cert', 'mail mail-server', '1', 'flag', 'off'],
  ]),
  ...ofModule('ngx_mail_core_module', [
    ['server', 'mail', '0', 'block'],
    ['listen', 'mail-server', '1+', 'custom', null, { repeat: 'list' }],
    ['protocol', 'mail-server', '1', 'custom', null, { repeat: 'last' }],
    ['timeout', 'mail mail-server', '1', 'ms', '60s'],
    ['server_name', 'mail mail-server', '1', 'string'],
    ['error_log', 'mail mail-server', '1+', 'custom', null, { repeat: 'list', inherits: 'list' }],
    ['resolver', 'mail mail-server', '1+', 'custom'],
    ['resolver_timeout', 'mail mail-server', '1', 'ms', '30s'],
    ['max_errors', 'mail mail-server', '1', 'number', '5', { since: '1.21.0' }],
  ]),
  ...ofModule('ngx_mail_imap_module', [
    ['imap_client_buffer', 'mail mail-server', '1', 'size', '4k'],
    ['imap_capabilities', 'mail mail-server', '1+', 'custom', null, { repeat: 'last' }],
    ['imap_auth', 'mail mail-server', '1+', anyOf('plain', 'login', 'cram-md5', 'external'), 'plain'],
  ]),
  ...ofModule('ngx_mail_pop3_module', [
    ['pop3_capabilities', 'mail mail-server', '1+', 'custom', null, { repeat: 'last' }],
    ['pop3_auth', 'mail mail-server', '1+', anyOf('plain', 'apop', 'cram-md5', 'external'), 'plain'],
  ]),
  ...ofModule('ngx_mail_proxy_module', [
    ['proxy', 'mail mail-server', '1', 'flag', 'off'],
    ['proxy_buffer', 'mail mail-server', '1', 'size', '4k'],
    ['proxy_timeout', 'mail mail-server', '1', 'ms', '86400s'],
    ['proxy_pass_error_message', 'mail mail-server', '1', 'flag', 'off'],
    ['xclient', 'mail mail-server', '1', 'flag', 'on'],
    ['proxy_smtp_auth', 'mail mail-server', '1', 'flag', 'off', { since: '1.19.4' }],
    // `on`, `off`, and since 1.31.4 a version.
    ['proxy_protocol', 'mail mail-server', '1', 'custom', 'off', { since: '1.19.8' }],
  ]),
  ...ofModule('ngx_mail_realip_module', [
    [
      'set_real_ip_from',
      'mail mail-server',
      '1',
      'custom',
      null,
      { repeat: 'list', inherits: 'list', since: '1.19.8' },
    ],
  ]),
  ...ofModule('ngx_mail_smtp_module', [
    ['smtp_client_buffer', 'mail mail-server', '1', 'size', '4k'],
    ['smtp_greeting_delay', 'mail mail-server', '1', 'ms', '0'],
    ['smtp_capabilities', 'mail mail-server', '1+', 'custom', null, { repeat: 'last' }],
    ['smtp_auth', 'mail mail-server', '1+', anyOf('plain', 'login', 'cram-md5', 'external', 'none'), 'plain login'],
  ]),
  ...ofModule('ngx_mail_ssl_module', [
    ['ssl', 'mail mail-server', '1', 'flag', 'off', { until: '1.25.1' }],
    ['starttls', 'mail mail-server', '1', 'custom', 'off', { repeat: 'last' }],
    ...listenerTls('mail mail-server'),
  ]),
];
