import { type Case, inHttp, whole } from './shapes.ts';

/** `include`: where it leads, what it brings, and what is wrong in what it brings. */

const SERVER = 'server { listen 127.0.0.1:8080; }\n';
const site = (port: number): string => `server { listen 127.0.0.1:${port}; }\n`;

export const INCLUDES: readonly Case[] = [
  inHttp('a file beside the main one', 'include site.conf;', { 'site.conf': SERVER }),
  inHttp('a file in a folder', 'include conf.d/site.conf;', { 'conf.d/site.conf': SERVER }),
  inHttp('a folder called as a drive', 'include D:/site.conf;', { 'D:/site.conf': SERVER }),
  inHttp('a file that is missing', 'include missing.conf;'),
  inHttp('a pattern that matches nothing', 'include conf.d/*.conf;'),
  inHttp('a pattern in a folder that is missing', 'include nowhere/*.conf;'),
  inHttp('a pattern that matches in the order of names', 'include conf.d/*.conf;', {
    'conf.d/20.conf': site(8082),
    'conf.d/10.conf': site(8081),
    'conf.d/9.conf': site(8080),
    'conf.d/a.conf': site(8083),
    'conf.d/B.conf': site(8084),
  }),
  inHttp('a pattern with a question mark', 'include conf.d/?.conf;', {
    'conf.d/1.conf': site(8081),
    'conf.d/10.conf': 'nonsense;',
  }),
  inHttp('a pattern with a class', 'include conf.d/[ab].conf;', {
    'conf.d/a.conf': site(8081),
    'conf.d/c.conf': 'nonsense;',
  }),
  inHttp('a pattern with a star for a folder', 'include */site.conf;', {
    'one/site.conf': site(8081),
    'two/site.conf': site(8082),
  }),
  inHttp('a pattern passes hidden files by', 'include conf.d/*;', {
    'conf.d/.hidden': 'nonsense;',
    'conf.d/site': SERVER,
  }),
  inHttp('a file that includes another, relative to the main one', 'include conf.d/a.conf;', {
    'conf.d/a.conf': 'include conf.d/b.conf;',
    'conf.d/b.conf': SERVER,
  }),
  inHttp('a file that includes another as if paths began in its folder', 'include conf.d/a.conf;', {
    'conf.d/a.conf': 'include b.conf;',
    'conf.d/b.conf': SERVER,
  }),
  inHttp('the same file in two servers', 'server { include x.conf; }\nserver { include x.conf; }', {
    'x.conf': 'location /x { return 204; }\n',
  }),
  inHttp('the same file twice in one server', 'server { include x.conf; include x.conf; }', {
    'x.conf': 'location /x { return 204; }\n',
  }),
  inHttp('an empty file', 'include empty.conf;', { 'empty.conf': '' }),
  inHttp('a file that is a comment', 'include c.conf;', { 'c.conf': '# nothing' }),
  inHttp('a file that never closes its block', 'include a.conf;', { 'a.conf': 'server {\nlisten 127.0.0.1:8080;\n' }),
  inHttp('a file that closes a block that it did not open', 'include a.conf;', { 'a.conf': '}\n' }),
  inHttp('a file whose directive lacks its semicolon', 'include a.conf;', { 'a.conf': 'sendfile on\n' }),
  inHttp('a file with an unknown directive in its third line', 'include a.conf;', { 'a.conf': '\n\nnonsense on;\n' }),
  inHttp('a file with a directive that does not belong there', 'include a.conf;', {
    'a.conf': 'worker_processes 1;\n',
  }),
  inHttp('without an argument', 'include;'),
  inHttp('with two arguments', 'include a.conf b.conf;'),
  inHttp('with a block', 'include a.conf {}'),
  inHttp('in a map', 'map $host $a { default 0; include hosts.map; }', { 'hosts.map': 'example.com 1;\n' }),
  inHttp('in a map, with a line that says too much', 'map $host $a { include hosts.map; }', {
    'hosts.map': 'example.com 1 2;\n',
  }),
  inHttp('in a geo block', 'geo $a { default 0; include nets.geo; }', { 'nets.geo': '127.0.0.0/8 1;\n' }),
  inHttp('in types', 'types { include more.types; }', { 'more.types': 'text/x-one one;\n' }),
  inHttp('in an upstream', 'upstream u { include servers.conf; }', { 'servers.conf': 'server 127.0.0.1:8065;\n' }),
  inHttp('in an upstream, an empty file', 'upstream u { include servers.conf; }', { 'servers.conf': '' }),
  inHttp('in a location', 'server { location / { include p.conf; } }', {
    'p.conf': 'proxy_pass http://127.0.0.1:8065;\nproxy_http_version 1.1;\n',
  }),
  inHttp('in an if', 'server { if ($host = a) { include r.conf; } }', { 'r.conf': 'return 204;\n' }),
  inHttp('with a variable', 'include conf.d/$host.conf;', { 'conf.d/a.conf': SERVER }),
  inHttp('with a quoted name that holds a blank', 'include "a b.conf";', { 'a b.conf': SERVER }),
  whole('of the events block', 'include events.conf;', { 'events.conf': 'events { worker_connections 64; }\n' }),
  whole('of everything', 'include all.conf;', { 'all.conf': `events {}\nhttp { ${SERVER} }\n` }),
  whole('of a block in parts', 'events {}\nhttp {\ninclude a.conf;\ninclude b.conf;\n}\n', {
    'a.conf': 'upstream u { server 127.0.0.1:1; }\n',
    'b.conf': 'server { location / { proxy_pass http://u; } }\n',
  }),
];
