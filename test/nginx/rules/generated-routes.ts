import { Dice } from '../resolve/dice.ts';
import type { GeneratedHttp } from './generated-sites.ts';

/**
 * Servers whose ways to Mattermost are crooked, by a seed: nested and named locations, rewrites, variables in proxy_pass,
 * try_files, error_page, conditions, refusals. Some get a WebSocket through, most by luck.
 */

type Choice = readonly [string, ...string[]];

const AROUND = `
  resolver 127.0.0.1;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  map $host $backend { default mattermost; none.example.com ""; }
  map $uri $path { default $uri; ~^/api/v4/(?<rest>.*)$ /api/v4/$rest; }
  upstream mattermost { server 127.0.0.1:8065; }
  upstream second { server 127.0.0.1:8065; keepalive 4; }
`;

const UPGRADE = [
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
  'proxy_set_header Host $http_host;',
  'proxy_http_version 1.1;',
];

const LOCATIONS: readonly string[] = [
  '= /api/v4/websocket',
  '/api/v4/websocket',
  '^~ /api/v4/websocket/',
  '^~ /api/',
  '/api/v4/',
  '/api',
  '~ ^/api/v[1-9]+/',
  '~ /api/v[0-9]+/(users/)?websocket$',
  '~ ^/api/v4/(?<rest>websocket)/?$',
  '~* ^/API/V4/(websocket|users)',
  '~ \\.(js|css)$',
  '~ socket',
];

const REWRITES: Choice = [
  ...(['', '', '', '', '', '', ''] as const),
  'rewrite ^/api/(.*)$ /api/$1 break;',
  'rewrite ^/api/(.*)$ /v/$1 break;',
  'rewrite ^/api/v4/(.*)$ /api/v4/$1 last;',
  'rewrite ^/chat/(.*)$ /$1 break;',
  'rewrite ^ /x last;',
  'rewrite ^/(.*)websocket$ /$1websocket/ break;',
  'rewrite ^/api/v4/websocket$ /api/v4/websocket?x=1 break;',
  'rewrite ^/api http://$host/other permanent;',
  'rewrite ^ $uri break; set $to mattermost;',
  'set $to mattermost; rewrite ^/q(.*)$ $1 break;',
  'set $to "";',
];

const OTHERS: Choice = [
  ...(['', '', '', '', '', ''] as const),
  'deny all;',
  'allow all; deny all;',
  'internal;',
  'error_page 403 500 = @mattermost;',
  'error_page 403 @mattermost;',
  'if ($request_method = POST) { return 405; }',
  'if ($http_upgrade = "websocket") { return 403; }',
  'if ($http_upgrade) { proxy_pass http://mattermost; }',
  'if ($http_x_let_me_in = "") { return 403; }',
  'limit_except GET { deny all; }',
  'satisfy any;',
  'try_files $uri @mattermost;',
  'try_files /none =404;',
  'try_files $uri /index.html;',
  'return 301 https://$host$request_uri;',
  'return 204;',
  'proxy_pass_request_headers off;',
  'proxy_intercept_errors on;',
];

const OF_SERVERS: Choice = [
  ...(['', '', '', '', ''] as const),
  'rewrite ^/api/v4/(.*)$ /api/v5/$1;',
  'rewrite ^/api/v4/(.*)$ /api/v4/$1 last;',
  'if ($host = elsewhere) { return 403; }',
  'if ($request_uri ~ websocket) { set $to second; }',
  'error_page 404 403 = @mattermost;',
  'error_page 500 502 /50x.html;',
  'deny all;',
];

const PASSES: Choice = [
  'http://127.0.0.1:8065',
  'http://mattermost',
  'http://second',
  'http://$to',
  'http://$to$request_uri',
  'http://$to$uri$is_args$args',
  'http://$to/',
  'http://$backend',
  'http://mattermost$path',
];
const WITH_URI: Choice = [...PASSES, 'http://mattermost/', 'http://second/api/v4/', 'http://mattermost/x/'];

/** @param count of servers */
export function generateRoutes(seed: number, count: number): GeneratedHttp {
  const dice = new Dice(seed);
  const servers = Array.from({ length: count }, (_, index) => {
    const name = `r${seed}-${index}.example.com`;
    return { name, text: server(dice, name) };
  });
  return { around: AROUND, servers };
}

function server(dice: Dice, name: string): string {
  const patterns = [...LOCATIONS.filter(() => dice.chance(0.15)), '/'];
  const locations = patterns.map((pattern) => location(dice, pattern));
  return `
  server {
    listen 80;
    server_name ${name};
    proxy_read_timeout 90s;
    set $to "mattermost";
    ${dice.pick(OF_SERVERS)} ${dice.chance(0.4) ? headers(dice) : ''}
    ${locations.join('\n    ')}
    location @mattermost { ${UPGRADE.join(' ')} proxy_pass http://mattermost; }
  }
`;
}

function location(dice: Dice, pattern: string, isNested = false): string {
  const isRegex = pattern.startsWith('~');
  const nests = !isNested && !pattern.startsWith('=') && dice.chance(0.2);
  const body = [
    dice.pick(REWRITES),
    headers(dice),
    dice.pick(OTHERS),
    `proxy_pass ${dice.pick(isRegex ? PASSES : WITH_URI)};`,
    nests ? location(dice, isRegex ? '~ websocket' : '~ ^/api/v4/websocket$', true) : '',
  ];
  return `location ${pattern} { ${body.filter((part) => part !== '').join(' ')} }`;
}

const headers = (dice: Dice): string => (dice.chance(0.85) ? UPGRADE.filter(() => dice.chance(0.97)).join(' ') : '');
