import type { Header } from '../../../src/nginx/resolve/types.ts';

/** Configurations about headers, each with the requests that show what it does. */
export interface HeaderCase {
  readonly name: string;
  /** What stands in the server; `BACKEND` is its address. */
  readonly server: string;
  readonly requests: readonly {
    readonly method?: string;
    readonly target: string;
    readonly headers?: readonly Header[];
  }[];
}

const h = (name: string, value: string): Header => ({ name, value });

const SOCKET = [h('Upgrade', 'websocket'), h('Connection', 'keep-alive, Upgrade')];

/** At the level of http, around all of them. */
export const HEADER_SURROUNDINGS = `
  proxy_set_header X-Http http;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  map $host $by_host { hostnames; default none; *.sub.test star; .dot.test dot; mail.* mail; exact.test exact; }
  map $uri $by_pattern { ~^/p/(?<part>\\w+) "part:$part:$1"; ~*/Q$ q; default "-"; \\default escaped; /p strange; }
  map $arg_n $changing { volatile; default "$request_method-$args"; }
  map "$scheme:$http_upgrade" $both { http:websocket ws; default no; }
  map $missing_arg $empty { '' nothing; default something; }
  map $arg_case $cased { AbC yes; default no; }
  map $arg_none $missing_arg { default $arg_none; }
  geo $near { default far; 127.0.0.0/8 loop; 203.0.113.0/24 loop; }
  geo $arg_ip $net { default none; 10.0.0.0/8 ten; 10.1.0.0/16 "ten one"; 10.1.2.3 exact; }
`;

export const HEADER_CASES: readonly HeaderCase[] = [
  {
    name: 'inherited',
    server: `
  location /http/ { proxy_pass http://backend; }
  location /own/ { proxy_pass http://backend; proxy_set_header X-Own own; }
  location /nested/ { proxy_set_header X-Outer outer; proxy_pass http://backend;
    location /nested/same/ { proxy_pass http://backend; }
    location /nested/new/ { proxy_pass http://backend; proxy_set_header Host $host; location /nested/new/er/ { proxy_pass http://backend; } } }
  location /if/ { proxy_set_header X-If outer; proxy_pass http://backend/up/; if ($arg_a) { add_header X-A 1; } if ($arg_b) { proxy_pass http://backend; } }
  location /limit/ { proxy_set_header X-Limit outer; proxy_pass http://backend/up/; limit_except GET { proxy_pass http://BACKEND; } }
  location /files/ { error_page 404 = @files; }
  location @files { proxy_pass http://backend; proxy_set_header X-Files $uri; }
  location /limit-deny/ { proxy_pass http://backend; limit_except GET POST { deny all; } }
`,
    requests: [
      { target: '/http/' },
      { target: '/files/none?x' },
      { target: '/own/', headers: SOCKET },
      { target: '/nested/x' },
      { target: '/nested/same/' },
      { target: '/nested/new/?q' },
      { target: '/nested/new/er/' },
      { target: '/if/x' },
      { target: '/if/x?a=1' },
      { target: '/if/x?b=1' },
      { target: '/if/x?a=1&b=1' },
      { target: '/limit/x' },
      { method: 'DELETE', target: '/limit/x' },
      { method: 'DELETE', target: '/limit-deny/' },
      { method: 'POST', target: '/limit-deny/', headers: [h('Content-Length', '0')] },
    ],
  },
  {
    name: 'taken out and put in',
    server: `
  proxy_set_header X-Server server;
  location /defaults/ { proxy_pass http://backend; proxy_http_version 1.1; }
  location /empty/ { proxy_pass http://backend; proxy_set_header Connection ""; proxy_set_header Host ""; proxy_set_header Accept ""; proxy_set_header X-None $arg_none; }
  location /case/ { proxy_pass http://backend; proxy_set_header hOST x; proxy_set_header upgrade $http_upgrade; proxy_set_header COOKIE c=1; }
  location /twice/ { proxy_pass http://backend; proxy_set_header X-Two 1; proxy_set_header X-Two 2; proxy_set_header Connection $connection_upgrade; }
  location /none/ { proxy_pass http://backend; proxy_pass_request_headers off; }
  location /port/ { proxy_pass http://BACKEND/x; }
  location /variable/ { proxy_pass http://$arg_to/$1?$args; proxy_set_header X-Proxy "$proxy_host:$proxy_port"; }
  location /literal/ { set $to http://backend; proxy_pass $to; }
  location /literal-uri/ { set $to http://backend/x; proxy_pass $to$request_uri; }
  location /body/ { proxy_pass http://backend; proxy_set_body "some text"; }
  location /raw/ { proxy_pass http://backend; proxy_set_header X-Raw "a\\tb $http_x_one"; }
`,
    requests: [
      {
        target: '/defaults/',
        headers: [...SOCKET, h('TE', 'x'), h('Keep-Alive', '5'), h('Expect', ''), h('Proxy-Connection', 'keep-alive')],
      },
      { target: '/empty/', headers: [h('Accept', '*/*'), h('X-None', 'client')] },
      { target: '/case/', headers: [...SOCKET, h('Cookie', 'a=b'), h('x-lower', '1')] },
      { target: '/twice/', headers: SOCKET },
      { target: '/twice/', headers: [h('X-Two', '3')] },
      { target: '/none/', headers: [...SOCKET, h('X-One', '1')] },
      { target: '/port/a?b' },
      { target: '/variable/?to=backend' },
      { target: '/literal/a%20b?c' },
      { target: '/literal-uri/a%20b?c' },
      { target: '/body/' },
      { target: '/raw/', headers: [h('X-One', 'é ü')] },
      { method: 'POST', target: '/defaults/', headers: [h('Content-Length', '0'), h('Content-Type', 'text/plain')] },
    ],
  },
  {
    name: 'variables',
    server: `
  location /one/ { proxy_pass http://backend; proxy_set_header X-Vars "$host|$http_host|$scheme|$https|$server_port|$server_name|$server_protocol|$request_method|$is_args|$query_string|$document_uri|$request"; }
  location /two/ { proxy_pass http://backend; proxy_set_header X-Vars "$arg_a|$arg_B|$cookie_one|$cookie_TWO|$http_cookie|$http_x_one|$http_x_two|$content_length|$content_type|$remote_user"; }
  location /maps/ { proxy_pass http://backend; proxy_set_header X-Vars "$by_host|$by_pattern|$changing|$both|$near|$net|$empty|$cased"; }
  location /p { proxy_pass http://backend; proxy_set_header X-Vars "$by_pattern"; proxy_set_header X-After "$1|$part."; }
  location /for/ { proxy_pass http://backend; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Real-IP $remote_addr; }
  location /volatile/ { set $first "$changing"; set $args "later"; proxy_pass http://backend; proxy_set_header X-Vars "$first|$changing"; }
  location /braces/ { proxy_pass http://backend; proxy_set_header X-Vars "\${arg_a}b\${arg_c}"; }
`,
    requests: [
      { target: '/one/' },
      { target: '/one/a%2fb?x=y&', headers: SOCKET },
      { method: 'OPTIONS', target: '/one/?' },
      {
        target: '/two/?a=1&b=2&A=3',
        headers: [h('Cookie', 'one=1; two=2'), h('X-One', '1'), h('X-One', '2'), h('X_Two', '3'), h('X.Three', '4')],
      },
      { target: '/two/?xa=1&a', headers: [h('Cookie', 'none=1;one=a=b'), h('Cookie', 'TWO=x')] },
      { target: '/maps/', headers: SOCKET },
      { target: '/maps/?n=1&ip=10.1.2.3' },
      { target: '/maps/?ip=10.1.9.9' },
      { target: '/maps/?ip=10.200.0.1' },
      { target: '/maps/q' },
      { target: '/maps/?case=aBC' },
      { target: '/maps/?none=1' },
      { target: '/p/word/x' },
      { target: '/P/word' },
      { target: '/p' },
      { target: '/for/' },
      { target: '/for/', headers: [h('X-Forwarded-For', '198.51.100.1'), h('X-Forwarded-For', '198.51.100.2')] },
      { target: '/volatile/?n=1' },
      { target: '/braces/?a=1&c=2' },
    ],
  },
  {
    name: 'kept headers',
    server: `
  underscores_in_headers on; ignore_invalid_headers off;
  location / { proxy_pass http://backend; proxy_set_header X-Vars $http_x_two; }
`,
    requests: [{ target: '/', headers: [h('X_Two', '3'), h('X.Three', '4'), h('X-Four', '')] }],
  },
  {
    name: 'of a proxy_pass that makes no address: 500, which an error page may take',
    server: `
  location /late/ { rewrite ^ /late/x break; set $late BACKEND; proxy_pass http://$late; }
  location /never/ { if ($request_method = POST) { set $never BACKEND; } proxy_pass http://$never; }
  location /host/ { rewrite ^ /host/x break; set $host_of 127.0.0.1; proxy_pass http://$host_of:8065; }
  location /page/ { rewrite ^ /page/x break; set $of_page BACKEND; proxy_pass http://$of_page; error_page 500 = @page; }
  location @page { proxy_pass http://backend; }
  location /early/ { set $early BACKEND; rewrite ^ /early/x break; proxy_pass http://$early; }
  location /path/ { set $path BACKEND; proxy_pass http://$path/; }`,
    requests: ['/late/', '/never/', '/host/', '/page/a', '/early/a?b', '/path/a?b'].map((target) => ({ target })),
  },
];
