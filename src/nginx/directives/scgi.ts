import { FASTCGI_FAILURES } from './choices.ts';
import { answerHeaders, buffering, caching, connecting } from './proxying.ts';
import { type DirectiveInfo, ofModule } from './row.ts';

/** SCGI backends. */
export const SCGI: readonly DirectiveInfo[] = [
  ...ofModule('ngx_http_scgi_module', [
    ['scgi_pass', 'location location-if', '1', 'custom', null, { inherits: 'none' }],
    ['scgi_cache_key', 'http server location', '1', 'custom'],
    ['scgi_param', 'http server location', '23', 'params'],
    ...connecting('scgi', FASTCGI_FAILURES),
    ...answerHeaders('scgi'),
    ...buffering('scgi'),
    ...caching('scgi', FASTCGI_FAILURES),
  ]),
];
