import { Dice } from '../../resolve/dice.ts';
import { type Case, whole } from './shapes.ts';

/** Configurations put together by chance, half of them then damaged by chance: always the same ones. */

const SEED = 20_260_401;
const COUNT = 240;

type Lines = readonly [string, ...string[]];

const HTTP: Lines = [
  'sendfile on;',
  'tcp_nodelay off;',
  'keepalive_timeout 75s;',
  'client_max_body_size 50m;',
  'default_type application/octet-stream;',
  'server_tokens off;',
  'gzip on;',
  'gzip_types text/css application/json;',
  'log_format main \'$remote_addr [$time_local] "$request" $status $request_time\';',
  "map $http_upgrade $connection_upgrade { default upgrade; '' close; }",
  'map $uri $kind { default page; ~^/api api; "~\\.(js|css)$" asset; }',
  'geo $near { default 0; 10.0.0.0/8 1; }',
  'limit_req_zone $binary_remote_addr zone=one:1m rate=10r/s;',
  'types { text/html html htm; text/css css; }',
  'upstream backend { server 127.0.0.1:8065 max_fails=3 fail_timeout=10s; server 127.0.0.2:8065 backup; keepalive 16; }',
  'resolver 127.0.0.1 valid=30s;',
];
const SERVER: Lines = [
  'listen 127.0.0.1:8080;',
  'listen 127.0.0.1:8081 default_server;',
  'server_name a.example *.b.example;',
  'server_name "~^(?<sub>[a-z]{2,})\\.c\\.example$";',
  'error_page 502 503 /down.html;',
  'large_client_header_buffers 4 16k;',
  'if ($host = old.example) { return 301 https://new.example$request_uri; }',
  'rewrite ^/old/(.*)$ /new/$1 permanent;',
  'set $root /srv;',
  'add_header X-A "b c" always;',
];
const LOCATION: Lines = [
  'proxy_pass http://127.0.0.1:8065;',
  'proxy_set_header Host $http_host;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection "upgrade";',
  'proxy_http_version 1.1;',
  'proxy_read_timeout "1h 30m";',
  'proxy_buffers 256 16k;',
  'proxy_next_upstream error timeout http_502;',
  'client_body_timeout 60;',
  'limit_rate 100k;',
  'return 204;',
  'try_files $uri $uri/ =404;',
  'root /srv/www;',
  'deny all;',
  'if ($request_method !~ "^(GET|POST)$") { return 405; }',
];
const PATHS: Lines = [
  '/',
  '/api/',
  '~ ^/api/v[0-9]+/(users/)?websocket$',
  '= /exact',
  '^~ /static/',
  '~* "\\.(png|jpe?g)$"',
  '@named',
  '/a b',
];
const JUNK: Lines = [';', '{', '}', '"', "'", '\\', '#', '$', '${', ' ', '\n', 'x', '0', '-', 'é', ')', '('];

function generated(dice: Dice, index: number): Case {
  const locations = some(PATHS, 3, dice).map((path) => {
    const quoted = path === '/a b' ? '"/a b"' : path;
    return `location ${quoted} {\n${some(LOCATION, 5, dice).join('\n')}\n}`;
  });
  const server = `server {\n${[...some(SERVER, 4, dice), ...locations].join('\n')}\n}`;
  const text = `events {}\nhttp {\naccess_log off;\n${[...some(HTTP, 5, dice), server].join('\n')}\n}\n`;
  if (dice.chance(0.5)) return whole(`generated ${index}`, text);
  return whole(`generated ${index}, damaged`, damaged(text, dice));
}

const some = (lines: Lines, most: number, dice: Dice): string[] => dice.picks(lines, dice.below(most + 1));

function damaged(text: string, dice: Dice): string {
  const at = dice.below(text.length);
  const kind = dice.below(4);
  if (kind === 0) return text.slice(0, at) + text.slice(at + 1);
  if (kind === 1) return text.slice(0, at) + dice.pick(JUNK) + text.slice(at);
  const lines = text.split('\n');
  const line = dice.below(lines.length);
  if (kind === 2) return lines.filter((_, index) => index !== line).join('\n');
  return lines.toSpliced(dice.below(lines.length), 0, lines[line] ?? '').join('\n');
}

export const GENERATED: readonly Case[] = Array.from({ length: COUNT }, (_, index) =>
  generated(new Dice(SEED + index), index),
);
