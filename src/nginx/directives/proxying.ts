import { IGNORED_HEADERS } from './choices.ts';
import { anyOf, type Row } from './row.ts';

/**
 * What nginx's modules that pass requests on have in common, each under its own prefix: they fill one structure
 * (ngx_http_upstream_conf_t). What one of them has otherwise, or alone, stands in its own table.
 */

const HTTP = 'http server location';

/** Connecting, waiting, and trying the next one: all of them. @param failures the words that next_upstream knows */
export const connecting = (prefix: string, failures: readonly string[]): Row[] => [
  [`${prefix}_bind`, HTTP, '12', 'custom', null, { repeat: 'last' }],
  [`${prefix}_socket_keepalive`, HTTP, '1', 'flag', 'off'],
  [`${prefix}_connect_timeout`, HTTP, '1', 'ms', '60s'],
  [`${prefix}_send_timeout`, HTTP, '1', 'ms', '60s'],
  [`${prefix}_buffer_size`, HTTP, '1', 'size', '4k'],
  [`${prefix}_read_timeout`, HTTP, '1', 'ms', '60s'],
  [`${prefix}_next_upstream`, HTTP, '1+', anyOf(...failures), 'error timeout'],
  [`${prefix}_next_upstream_tries`, HTTP, '1', 'number', '0'],
  [`${prefix}_next_upstream_timeout`, HTTP, '1', 'ms', '0'],
];

/** What becomes of the answer's status and headers: all but memcached, whose answers have none. */
export const answerHeaders = (prefix: string): Row[] => [
  [`${prefix}_intercept_errors`, HTTP, '1', 'flag', 'off'],
  [`${prefix}_pass_header`, HTTP, '1', 'strings'],
  [`${prefix}_hide_header`, HTTP, '1', 'strings'],
  [`${prefix}_ignore_headers`, HTTP, '1+', anyOf(...IGNORED_HEADERS)],
];

/** What is passed on of a request, and holding it and its answer in memory or in files: all but gRPC and memcached. */
export const buffering = (prefix: string): Row[] => [
  [`${prefix}_store`, HTTP, '1', 'custom', 'off'],
  [`${prefix}_store_access`, HTTP, '123', 'access', 'user:rw'],
  [`${prefix}_buffering`, HTTP, '1', 'flag', 'on'],
  [`${prefix}_request_buffering`, HTTP, '1', 'flag', 'on'],
  [`${prefix}_ignore_client_abort`, HTTP, '1', 'flag', 'off'],
  [`${prefix}_pass_request_headers`, HTTP, '1', 'flag', 'on'],
  [`${prefix}_pass_request_body`, HTTP, '1', 'flag', 'on'],
  [`${prefix}_buffers`, HTTP, '2', 'buffers', '8 4k'],
  [`${prefix}_busy_buffers_size`, HTTP, '1', 'size', '8k'],
  [`${prefix}_force_ranges`, HTTP, '1', 'flag', 'off'],
  [`${prefix}_limit_rate`, HTTP, '1', 'size', '0'],
  [`${prefix}_temp_path`, HTTP, '1234', 'path', `${prefix}_temp`],
  [`${prefix}_max_temp_file_size`, HTTP, '1', 'size', '1024m'],
  [`${prefix}_temp_file_write_size`, HTTP, '1', 'size', '8k'],
];

/** The cache of answers: those that buffer them. @param failures the words that cache_use_stale knows */
export const caching = (prefix: string, failures: readonly string[]): Row[] => [
  [`${prefix}_cache`, HTTP, '1', 'custom', 'off'],
  [`${prefix}_cache_path`, 'http', '2+', 'custom', null, { repeat: 'list' }],
  [`${prefix}_cache_bypass`, HTTP, '1+', 'texts'],
  [`${prefix}_no_cache`, HTTP, '1+', 'texts'],
  [`${prefix}_cache_valid`, HTTP, '1+', 'custom', null, { repeat: 'list', inherits: 'list' }],
  [`${prefix}_cache_min_uses`, HTTP, '1', 'number', '1'],
  [`${prefix}_cache_max_range_offset`, HTTP, '1', 'offset'],
  [`${prefix}_cache_use_stale`, HTTP, '1+', anyOf(...failures), 'off'],
  [`${prefix}_cache_methods`, HTTP, '1+', anyOf('GET', 'HEAD', 'POST'), 'GET HEAD'],
  [`${prefix}_cache_lock`, HTTP, '1', 'flag', 'off'],
  [`${prefix}_cache_lock_timeout`, HTTP, '1', 'ms', '5s'],
  [`${prefix}_cache_lock_age`, HTTP, '1', 'ms', '5s'],
  [`${prefix}_cache_revalidate`, HTTP, '1', 'flag', 'off'],
  [`${prefix}_cache_background_update`, HTTP, '1', 'flag', 'off'],
];
