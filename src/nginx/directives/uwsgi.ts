import { backendTls } from './backend-tls.ts';
import { FASTCGI_FAILURES } from './choices.ts';
import { answerHeaders, buffering, caching, connecting } from './proxying.ts';
import { type DirectiveInfo, ofModule } from './row.ts';

/** uwsgi backends. */
export const UWSGI: readonly DirectiveInfo[] = [
  ...ofModule('ngx_http_uwsgi_module', [
    ['uwsgi_pass', 'location location-if', '1', 'custom', null, { inherits: 'none' }],
    ['uwsgi_modifier1', 'http server location', '1', 'number', '0'],
    ['uwsgi_modifier2', 'http server location', '1', 'number', '0'],
    ['uwsgi_cache_key', 'http server location', '1', 'custom'],
    ['uwsgi_param', 'http server location', '23', 'params'],
    ['uwsgi_string', 'http server location', '1', 'string'],
    ...connecting('uwsgi', FASTCGI_FAILURES),
    ...answerHeaders('uwsgi'),
    ...buffering('uwsgi'),
    ...caching('uwsgi', FASTCGI_FAILURES),
    ...backendTls('uwsgi', 'http server location'),
  ]),
];
