/** Words that several modules of nginx choose from. */

/** ngx_http_upstream_ignore_headers_masks */
export const IGNORED_HEADERS = [
  'X-Accel-Redirect',
  'X-Accel-Expires',
  'X-Accel-Limit-Rate',
  'X-Accel-Buffering',
  'X-Accel-Charset',
  'Expires',
  'Cache-Control',
  'Set-Cookie',
  'Vary',
];

/** ngx_http_grpc_next_upstream_masks */
export const FAILURES_WITHOUT_CACHE = [
  'error',
  'timeout',
  'invalid_header',
  'non_idempotent',
  'http_500',
  'http_502',
  'http_503',
  'http_504',
  'http_403',
  'http_404',
  'http_429',
  'off',
];

/** ngx_http_proxy_next_upstream_masks */
export const FAILURES = [...FAILURES_WITHOUT_CACHE, 'updating'];

/** ngx_http_fastcgi_next_upstream_masks */
export const FASTCGI_FAILURES = FAILURES.filter((word) => word !== 'http_502' && word !== 'http_504');
