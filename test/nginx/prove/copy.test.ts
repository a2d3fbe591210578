import { describe, expect, it } from 'vitest';
import type { Position } from '../../../src/nginx/parse/tree.ts';
import { parseVersion } from '../../../src/nginx/version.ts';
import { copied, FIRST_PORT, FOLDER, read } from './proven.ts';

const http = (text: string): string => `events {}\nhttp {\n${text}\n}\n`;
const copyOf = (text: string, place: Parameters<typeof copied>[1] = {}) => copied(read(http(text)), place);
const server = (text: string): string => `server { listen 80; server_name a; ${text} }`;
const refusedOf = (text: string): readonly string[] =>
  copyOf(text).refusals.map(({ line, says }) => `${line}: ${says}`);

describe('addresses', () => {
  it('gives each address one loopback port, whichever way it is written', () => {
    const { text } = copyOf(`
      server { listen 80; listen 10.0.0.1:80; listen [::]:80 ipv6only=on; listen unix:/run/x.sock; }
      server { listen *:80 default_server reuseport; listen 0.0.0.0:443 ssl http2 so_keepalive=on; listen 10.0.0.1:80; }`);
    expect(text.match(/listen .*;/g)).toEqual([
      `listen 127.0.0.1:${FIRST_PORT};`,
      `listen 127.0.0.1:${FIRST_PORT + 1};`,
      `listen 127.0.0.1:${FIRST_PORT + 2};`,
      `listen 127.0.0.1:${FIRST_PORT + 3};`,
      `listen 127.0.0.1:${FIRST_PORT} default_server;`,
      `listen 127.0.0.1:${FIRST_PORT + 4} ssl http2 so_keepalive=on;`,
      `listen 127.0.0.1:${FIRST_PORT + 1};`,
    ]);
  });

  it('listens on loopback for a server that has no listen at all', () => {
    expect(copyOf('server { server_name a; }').text).toContain(`listen 127.0.0.1:${FIRST_PORT};`);
  });

  it('opens no port for QUIC, nor nginx’s default port in its place', () => {
    const { text } = copyOf('server { listen 443 quic; }');
    expect(text).not.toContain('quic');
    expect(text).toContain(`listen unix:${FOLDER}/closed.sock;`);
  });

  it('shows the configuration the port that it has in the original', () => {
    const { text } = copyOf(server('set $p "${server_port}"; return 301 https://a:$server_port/;'));
    expect(text).toContain(`${FIRST_PORT} 80;`);
    expect(text).toContain('return 301 "https://a:$hangup_server_port/";');
    expect(text).toContain('set "$p" "$hangup_server_port";');
    const mapped = copyOf(`map $http_x_port $port { default $http_x_port; '' $server_port; } ${server('')}`);
    expect(mapped.text).toContain('"" "$hangup_server_port";');
  });

  it('refuses a listen that a template has not filled in, naming the line', () => {
    expect(refusedOf('server { listen ${PORT}; }')).toEqual([expect.stringContaining('3: "${PORT}" is no address')]);
  });
});

describe('upstreams', () => {
  it.each([
    ['proxy_pass http://mattermost:8065;', 'proxy_pass http://hangup-target-1;'],
    ['proxy_pass https://10.0.0.9/x/;', 'proxy_pass https://hangup-target-1/x/;'],
    ['proxy_pass http://unix:/run/mm.sock:/y;', 'proxy_pass http://hangup-target-1/y;'],
    ['proxy_pass http://known;', 'proxy_pass http://known;'],
    ['proxy_pass http://10.0.0.9:80$request_uri;', 'proxy_pass "http://hangup-target-1$request_uri";'],
    // Without a resolver nginx cannot find a name at run time, and neither can the copy.
    ['proxy_pass http://mattermost$request_uri;', 'proxy_pass "http://hangup-unresolved-1$request_uri";'],
    // Whether the variable is set when the request comes by, nginx itself finds out: 500 where it is not.
    [
      'set $b mattermost; proxy_pass http://$b:8065;',
      'proxy_pass "http://$hangup_given_1";',
      'map "$b" $hangup_given_1 { volatile; default hangup-unresolved-1; \'\' ""; }',
    ],
    ['set $b known; proxy_pass http://$b;', 'proxy_pass "http://$b";'],
    [
      'resolver 10.0.0.2; set $b mattermost; proxy_pass http://$b:1/x;',
      'proxy_pass "http://$hangup_given_1/x";',
      'map "$b" $hangup_given_1 { volatile; default hangup-target-1; \'\' ""; }',
    ],
    ['set $b mattermost; proxy_pass http://mm-$b:8065;', 'proxy_pass "http://hangup-unresolved-1$hangup_empty";'],
    ['proxy_pass http://$http_x_where;', 'proxy_pass "http://hangup-target-1$hangup_empty";'],
    ['proxy_pass $arg_url;', 'proxy_pass http://hangup-target-1;'],
    // What Nginx Proxy Manager and SWAG write.
    [
      'set $s http; set $h 10.0.0.9; set $p 80; proxy_pass $s://$h:$p$request_uri;',
      'proxy_pass "$s://$hangup_given_1$hangup_given_2$request_uri";',
      'map "$h" $hangup_given_1 { volatile; default hangup-target-1; \'\' ""; }',
    ],
    [
      'resolver 10.0.0.2; set $s http; set $h mm; set $p 80; proxy_pass $s://$h:$p;',
      'proxy_pass "$s://$hangup_given_1$hangup_given_2";',
      'map "$p" $hangup_given_2 { volatile; default ""; \'\' :; }',
    ],
    [
      'set $s http; set $h mm; set $p 80; proxy_pass $s://$h:$p;',
      'proxy_pass "$s://$hangup_given_1$hangup_given_2";',
      'map "$h" $hangup_given_1 { volatile; default hangup-unresolved-1; \'\' ""; }',
    ],
    // With a port it is a host's name, whatever an upstream is called.
    [
      'set $b known; proxy_pass http://$b:80;',
      'proxy_pass "http://$hangup_given_1";',
      'map "$b" $hangup_given_1 { volatile; default hangup-unresolved-1; \'\' ""; }',
    ],
    [
      'resolver 10.0.0.2; set $b known; proxy_pass http://$b:80;',
      'proxy_pass "http://$hangup_given_1";',
      'map "$b" $hangup_given_1 { volatile; default hangup-target-1; \'\' ""; }',
    ],
    // A real client may bring what hangup's own does not.
    ['set $b $http_x_to; proxy_pass http://$b;', 'proxy_pass "http://hangup-target-1$hangup_empty";'],
    ['set $b $upstream_http_x_to; proxy_pass $b;', 'proxy_pass http://hangup-target-1;'],
    [
      'set $b $host; proxy_pass $b;',
      'proxy_pass "$hangup_given_1";',
      'map "$b" $hangup_given_1 { volatile; default http://hangup-target-1; \'\' ""; }',
    ],
    [
      'set $h 10.0.0.9; set $u http://$h:80/x; proxy_pass $u;',
      'set $u "http://$hangup_given_1/x";',
      'proxy_pass "$u";',
    ],
  ])('%s', (written, made, beside = '') => {
    const { text, refusals } = copyOf(`upstream known { server 10.0.0.1; } ${server(`location / { ${written} }`)}`);
    expect(refusals).toEqual([]);
    expect(text).toContain(made);
    expect(text).toContain(beside);
    expect(text).toContain('server 127.0.0.1:20000 max_fails=0;');
  });

  it('asks an nginx that has no volatile maps for none', () => {
    const { text } = copyOf(server('set $b mm; location / { proxy_pass http://$b; }'), {
      nginx: {
        version: parseVersion('1.10.3'),
        modulesFolder: '/modules',
        modules: new Set(),
        without: new Set(),
        hasGeoip: false,
      },
    });
    expect(text).toContain('map "$b" $hangup_given_1 { default hangup-unresolved-1;');
  });

  it('remembers what each name of the copy stands for, so that $proxy_host can be told', () => {
    const { markers } = copyOf(server('location / { proxy_pass http://mattermost:8065; }'));
    expect([...markers]).toEqual([['hangup-target-1', 'mattermost:8065']]);
  });

  it('turns the URLs that a set or a map gives to a proxy_pass', () => {
    const { text } = copyOf(`map $host $u { default http://10.0.0.9:1/a; x "https://10.0.0.8"; }
      ${server('set $v http://10.0.0.7/b; location / { proxy_pass $u; } location /v { proxy_pass $v; }')}`);
    expect(text).not.toMatch(/10\.0\.0/);
    expect(text).toContain('default http://hangup-target-1/a;');
    expect(text).toContain('set $v http://hangup-target-3/b;');
  });

  it('looks at what the same server sets, and at no other', () => {
    const each = (host: string): string =>
      `server { listen 80; server_name ${host}; set $to ${host}; location / { proxy_pass http://$to:80; } }`;
    const { text, markers } = copyOf(each('10.0.0.9') + each('mattermost'));
    expect(text).toMatch(/\$hangup_given_1";.*\$hangup_given_2";/s);
    expect(text).toMatch(/\$hangup_given_1 \{ volatile; default hangup-target-1;/);
    expect(text).toMatch(/\$hangup_given_2 \{ volatile; default hangup-unresolved-1;/);
    expect([...markers.values()]).toEqual(['10.0.0.9:80', 'mattermost:80']);
  });

  it('are never taken for down or full, whatever a measurement does to them', () => {
    const { text } = copyOf(
      `upstream u { server 10.0.0.1 weight=2 max_fails=1 fail_timeout=1h max_conns=1; server unix:/x backup; } ${server('location / { proxy_pass http://u; }')}`,
    );
    expect(text).toContain('server 127.0.0.1:20000 weight=2 max_fails=0;');
    expect(text).toContain('server 127.0.0.1:20000 backup max_fails=0;');
  });

  it('says where it does not know what a variable holds', () => {
    const { changes } = copyOf(server('location / { proxy_pass $arg_url; }'));
    expect(changes.find(({ directive }) => directive === 'proxy_pass')?.says).toContain('$arg_url holds is not known');
  });

  it('says where it depends on the client whether a variable is set', () => {
    const of = (condition: string) =>
      copyOf(server(`location / { if (${condition}) { set $b mm; } proxy_pass http://$b:80; }`)).changes.find(
        ({ directive }) => directive === 'proxy_pass',
      )?.says;
    expect(of('$cookie_new')).toContain('which backend it is depends on $cookie_new');
    expect(of('$host')).toBeUndefined();
  });
});

describe('what leads outside', () => {
  it.each([
    ['content_by_lua_block { ngx.say("}") }', 'Lua'],
    ['content_by_lua_file /x.lua;', 'Lua'],
    ['js_content a.b;', 'njs'],
    ['perl a::b;', 'Perl'],
    ['no_such_thing 1;', 'does not know the directive "no_such_thing"'],
    ['xslt_stylesheet /x.xslt;', 'stylesheets'],
  ])('is refused, naming the line: %s', (line, why) => {
    expect(refusedOf(`\n${server(`\n location / { ${line} }`)}`)).toEqual([
      expect.stringMatching(new RegExp(`^5: .*${why}`)),
    ]);
  });

  it('refuses an include that was not read, as nobody knows what is in it', () => {
    const configuration = read(http('include /elsewhere/secret.conf;'));
    expect(copied(configuration).refusals).toEqual([
      expect.objectContaining({ line: 3, says: expect.stringContaining('/elsewhere/secret.conf') }),
    ]);
  });

  it.each([
    'resolver 10.0.0.2;',
    'ssl_stapling on;',
    'mirror /mirrored;',
    'proxy_bind 10.0.0.5;',
    'access_log syslog:server=10.0.0.6;',
    'ssl_dhparam /etc/dh.pem;',
    'proxy_ssl_trusted_certificate /etc/ca.pem;',
    'proxy_store /srv/store;',
    'set_real_ip_from lb.example.com;',
    'limit_req zone=a;',
    'limit_conn a 1;',
    'ssl_crl /etc/crl.pem;',
    'client_body_temp_path /var/body;',
  ])('leaves out, and says so: %s', (line) => {
    const { text, changes, refusals } = copyOf(server(line));
    expect(refusals).toEqual([]);
    expect(text).not.toContain(line);
    expect(changes).toContainEqual(expect.objectContaining({ kind: 'left-out', directive: line.split(' ')[0] }));
  });

  it.each([
    ['root /var/www;', `root ${FOLDER}/www;`],
    ['location /a/ { alias /srv/; }', `alias ${FOLDER}/www/;`],
    ['auth_basic_user_file /etc/htpasswd;', `auth_basic_user_file ${FOLDER}/users;`],
    ['error_log syslog:server=10.0.0.6 warn;', `error_log ${FOLDER}/error.log warn;`],
    ['error_log /var/log/x debug;', `error_log ${FOLDER}/error.log info;`],
    ['location / { fastcgi_pass unix:/run/php.sock; }', 'fastcgi_pass 127.0.0.1:20000;'],
    ['location / { grpc_pass grpcs://10.0.0.1:443; }', 'grpc_pass grpc://127.0.0.1:20000;'],
    ['ssl_certificate /etc/a.pem;', `ssl_certificate ${FOLDER}/rsa.crt;`],
    ['ssl_client_certificate /etc/ca.pem;', `ssl_client_certificate ${FOLDER}/rsa.crt;`],
  ])('goes into the folder: %s', (line, made) => {
    expect(copyOf(server(line)).text).toContain(made);
  });

  it('puts a cache into the folder, each zone in its own', () => {
    const { text } = copyOf(
      'proxy_cache_path /var/cache/a keys_zone=one:1m levels=1:2;\nproxy_cache_path /var/cache/b keys_zone=two:1m;',
    );
    expect(text).toContain(`proxy_cache_path ${FOLDER}/temp/cache-proxy_cache_path-one keys_zone=one:1m levels=1:2;`);
    expect(text).toContain(`proxy_cache_path ${FOLDER}/temp/cache-proxy_cache_path-two keys_zone=two:1m;`);
  });
});

describe('the top of the configuration', () => {
  it('runs no other section than http, as nobody else', () => {
    const { text, changes } = copied(
      read(
        'user www; daemon on; pid /run/x.pid; worker_processes 64; env A=1;\nevents {}\nstream { server { listen 22; } }\nmail {}\nhttp {}',
      ),
    );
    expect(text).not.toMatch(/^user|www;|stream|mail \{|daemon on|64|env /m);
    expect(changes.map(({ directive }) => directive)).toEqual([
      'user',
      'daemon',
      'pid',
      'worker_processes',
      'env',
      'stream',
      'mail',
    ]);
  });

  it('keeps a module that is here and names one that is missing, with what needs it', () => {
    const main = (file: string, line: string) => `load_module modules/${file};\nevents {}\nhttp { ${line} }`;
    const here = copied(read(main('ngx_http_headers_more_filter_module.so', 'more_clear_headers Server;')));
    expect(here.text).toContain('load_module /modules/ngx_http_headers_more_filter_module.so;');
    expect(here.text).toContain('more_clear_headers Server;');
    const unknown = copied(read(main('ngx_http_anything_module.so', '')), {
      nginx: {
        version: null,
        modulesFolder: '/modules',
        modules: new Set(['ngx_http_anything_module.so']),
        without: new Set(),
        hasGeoip: false,
      },
    });
    expect(unknown.text).not.toContain('anything');
    const missing = copied(read(main('ngx_http_brotli_filter_module.so', 'brotli on;')));
    expect(missing.text).not.toContain('brotli');
    expect(missing.changes).toEqual([
      expect.objectContaining({ kind: 'missing', directive: 'load_module' }),
      expect.objectContaining({ kind: 'missing', directive: 'brotli' }),
    ]);
  });

  it('reads a piece of an http block as one', () => {
    const { text } = copied(read(server('location / { return 204; }')));
    expect(text).toMatch(/^http \{$/m);
    expect(text).toMatch(/^events \{ worker_connections/m);
  });
});

describe('words', () => {
  it.each(['~ "\\.(js|css)$"', '"/a b"', "'/it;s{'", '~ ^/x\\d{1,2}$'])('keep their meaning: location %s', (words) => {
    const original = read(http(`server { location ${words} {} }`));
    const copy = read(copied(original).text);
    const location = (of: ReturnType<typeof read>): readonly string[] | undefined =>
      of.directives
        .find(({ name }) => name === 'http')
        ?.block?.children.find(({ name }) => name === 'server')
        ?.block?.children.find(({ name }) => name === 'location')
        ?.args.map(({ text }) => text);
    expect(location(copy)).toEqual(location(original));
    expect(location(copy)).toBeDefined();
  });

  it('are known by the line and file they come from', () => {
    const configuration = read('events {}\nhttp {\n include more.conf;\n}\n', {
      '/conf/more.conf': 'server {\n  log_format "a\nb";\n\n  server_name x;\n}\n',
    });
    const { text, lines } = copied(configuration);
    const at = (what: string): Position | null | undefined =>
      lines[text.split('\n').findIndex((line) => line.includes(what))];
    expect(at('server_name x')).toEqual({ file: '/conf/more.conf', line: 5, column: 3 });
    expect(at('pid ')).toBeNull();
    expect(lines).toHaveLength(text.split('\n').length - 1);
  });
});

describe('timers', () => {
  const TIMED = server('proxy_read_timeout 1m30s; location / { proxy_send_timeout 20; client_body_timeout 60; }');

  it('are as they were without a scale', () => {
    expect(copyOf(TIMED).text).toMatch(/proxy_read_timeout 1m30s;.*proxy_send_timeout 20;/s);
  });

  it('are divided by the scale, nginx’s defaults too, and others not', () => {
    const { text } = copyOf(TIMED, { scale: 10 });
    expect(text).toMatch(/^ {2}proxy_read_timeout 6000ms;/m);
    expect(text).toMatch(/^ {4}proxy_read_timeout 9000ms;/m);
    expect(text).toContain('proxy_send_timeout 2000ms;');
    expect(text).toContain('client_body_timeout 60;');
  });

  it('never fire in the copy that is reloaded', () => {
    const { text } = copyOf(TIMED, { keepsIdle: true });
    expect(text.match(/proxy_read_timeout .*;/g)).toEqual(['proxy_read_timeout 30d;', 'proxy_read_timeout 30d;']);
  });
});
