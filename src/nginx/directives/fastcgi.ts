import { FASTCGI_FAILURES } from './choices.ts';
import { answerHeaders, buffering, caching, connecting } from './proxying.ts';
import { type DirectiveInfo, ofModule } from './row.ts';

/** FastCGI backends. */
export const FASTCGI: readonly DirectiveInfo[] = [
  ...ofModule('ngx_http_fastcgi_module', [
    ['fastcgi_pass', 'location location-if', '1', 'custom', null, { inherits: 'none' }],
    ['fastcgi_index', 'http server location', '1', 'string'],
    ['fastcgi_split_path_info', 'http server location', '1', 'custom', null, { repeat: 'last' }],
    ['fastcgi_send_lowat', 'http server location', '1', 'size', '0'],
    ['fastcgi_cache_key', 'http server location', '1', 'custom'],
    ['fastcgi_param', 'http server location', '23', 'params'],
    ['fastcgi_catch_stderr', 'http server location', '1', 'strings'],
    ['fastcgi_keep_conn', 'http server location', '1', 'flag', 'off'],
    ...connecting('fastcgi', FASTCGI_FAILURES),
    ...answerHeaders('fastcgi'),
    ...buffering('fastcgi'),
    ...caching('fastcgi', FASTCGI_FAILURES),
  ]),
];
