import type { Dice } from './dice.ts';
import type { GeneratedServer } from './generated-locations.ts';

/** A server whose rewrites, conditions, error pages and fallbacks were thrown together at random. */
export function generatedRewrites(dice: Dice, name: string, port: number): GeneratedServer {
  const text = `server { listen 127.0.0.1:${port}; server_name ${name};
  error_page 418 = ${dice.pick(['@named', '/b/page?from=418', '/c$uri'])};
  error_page 403 =302 http://elsewhere.test/$arg_x;
  ${statements(dice, 2, true)}
  location / { ${statements(dice, 3, false)} ${end(dice, '/')} }
  location /a/ { ${statements(dice, 3, false)} ${end(dice, '/a/')} }
  location /b/ { ${statements(dice, 2, false)} ${end(dice, '/b/')} location /b/a/ { ${statements(dice, 2, false)} ${end(dice, '')} } }
  location ~ ^/c/(?<tail>.*)$ { ${statements(dice, 2, false)} ${end(dice, '')} }
  location /i/ { internal; ${end(dice, '/i/')} location /i/x { ${pass('')} } }
  location @named { ${statements(dice, 2, false)} ${pass('')} }
}`;
  return { text, targets: Array.from({ length: 14 }, () => dice.pick(PATHS) + dice.pick(QUERIES)) };
}

const PATHS = [
  '/',
  '/a/x',
  '/a/b/c',
  '/b/',
  '/b/a/x',
  '/c/d/e',
  '/i/x',
  '/a%20b/c',
  '/a/x+y',
  '/x.php',
  '/c/x%26y',
] as const;
const QUERIES = ['', '', '?x=1', '?x=0&y=a+b', '?y=%41'] as const;

const REWRITES = [
  '^/a/(.*)$ /b/$1',
  '^/b/(.*)$ /c/$1?n=$1',
  '^/c/(\\w+) /i/$1',
  '^/(x)\\.php$ /a/$1.html?',
  '(.*)/e$ $1/f?p=$1&',
  '^/a%20 /b/',
  '^/a(.*)b /a/$1',
  '^/i/(.*) /c/$tail/$1',
  '^ /b$uri',
  '^/b/a/(.*) /a/$v$1?$args',
  '/d /x/$arg_y?k=$1?',
] as const;
const CONDITIONS = [
  '$arg_x',
  '$arg_x = 1',
  '$arg_x != "1"',
  '$uri ~ ^/a/(\\w)',
  '$uri !~ ^/a',
  '$request_uri ~* /X',
  '$args ~ (y)=(.*)',
  '!-f $request_filename',
  '-d $request_filename',
  '$v',
  '$v = a',
  '$http_upgrade = websocket',
  '$kind = other',
] as const;

function statements(dice: Dice, most: number, server: boolean): string {
  return Array.from({ length: dice.below(most + 1) }, () => statement(dice, server)).join(' ');
}

function statement(dice: Dice, server: boolean): string {
  switch (dice.below(6)) {
    case 0:
      return `set $v ${dice.pick(['a', '"$v$1"', '$uri', '"$tail-$2"', '$kind', '"$1 $args"', '""'])};`;
    case 1:
    case 2:
      return `rewrite ${dice.pick(REWRITES)} ${dice.pick(server ? ['', 'last', 'break'] : ['', 'last', 'break', 'break'])};`;
    case 3:
    case 4:
      return `if (${dice.pick(CONDITIONS)}) { ${inside(dice, server)} }`;
    default:
      return dice.chance(0.3) ? 'break;' : `set $args "${dice.pick(['', 'set=$arg_x', '$args&more'])}";`;
  }
}

function inside(dice: Dice, server: boolean): string {
  const things = [
    'return 418;',
    'return 403;',
    'return 301 /moved$uri;',
    'return 302 "http://there.test/$1?$args";',
    'break;',
    `rewrite ${dice.pick(REWRITES)} ${dice.pick(['', 'last', 'break'])};`,
    'set $v "$v+$1";',
    'return 444;',
    'rewrite ^/(.*) http://there.test/$1 permanent;',
    'rewrite ^/(.*)$ /r/$1?q=$1 redirect;',
    'return 200 inside;',
  ] as const;
  const here = server || dice.chance(0.5) ? '' : `${dice.pick(['proxy_pass http://backend;', 'add_header X-If 1;'])} `;
  return here + dice.pick(things);
}

function end(dice: Dice, location: string): string {
  switch (dice.below(7)) {
    case 0:
      return `try_files $uri ${dice.pick(['@named', '=418', '=410', '/b/fallback?t=1', '/c$uri', '/i/f?$args'])}; ${pass('')}`;
    case 1:
      return 'deny all;';
    case 2:
      return pass(location === '' ? '' : '/up/');
    case 3:
      return 'proxy_pass http://$up$uri?$args; proxy_set_header X-Up "$proxy_host $proxy_port";';
    default:
      return pass('');
  }
}

const pass = (uri: string): string =>
  `proxy_pass http://backend${uri}; proxy_set_header X-Vars "$kind|$v|$1|$2|$tail|$uri|$args|$is_args|$arg_x";`;

/** What the servers above need around them. @param backend `127.0.0.1:8065` */
export const rewriteSurroundings = (backend: string): string => `
  map $uri $kind { default other; /a/x exact; ~^/b/(?<deep>.*) "b:$deep"; ~*^/C/(.) "c:$1"; }
  map $arg_x $up { default ${backend}; 1 backend; }
`;
