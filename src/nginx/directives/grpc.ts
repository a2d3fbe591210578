import { backendTls } from './backend-tls.ts';
import { FAILURES_WITHOUT_CACHE } from './choices.ts';
import { answerHeaders, connecting } from './proxying.ts';
import { type DirectiveInfo, ofModule } from './row.ts';

/** ngx_http_memcached_next_upstream_masks */
const MEMCACHED_FAILURES = ['error', 'timeout', 'invalid_response', 'not_found', 'off'];

/** gRPC and memcached backends. */
export const GRPC: readonly DirectiveInfo[] = [
  ...ofModule('ngx_http_grpc_module', [
    ['grpc_pass', 'location location-if', '1', 'custom', null, { inherits: 'none' }],
    ['grpc_set_header', 'http server location', '2', 'pairs'],
    ...connecting('grpc', FAILURES_WITHOUT_CACHE),
    ...answerHeaders('grpc'),
    ...backendTls('grpc', 'http server location'),
  ]),
  ...ofModule('ngx_http_memcached_module', [
    ['memcached_pass', 'location location-if', '1', 'custom', null, { inherits: 'none' }],
    ['memcached_gzip_flag', 'http server location', '1', 'number', '0'],
    ...connecting('memcached', MEMCACHED_FAILURES),
  ]),
];
