import { describe, expect, it, test } from 'vitest';
import { check } from '../../../src/nginx/check.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import { oneFile } from './fixture.ts';

const utf8 = new TextEncoder();

function looked(text: string, host: string | null = null) {
  const configuration = parse('nginx.conf', oneFile('nginx.conf', utf8.encode(text)));
  const { view, unexamined, findings, fine } = check(configuration, { version: null, host });
  const sites = view.sites.map(({ server, socket: { request } }) => {
    return `${server.names[0]} ${request.scheme}://${request.host}:${request.port}${request.target}`;
  });
  return { sites, unexamined, findings, fine };
}

const PASS = 'proxy_pass http://127.0.0.1';

describe('the servers that the rules look at', () => {
  it('are Mattermost’s, where some show signs of it, and the others are named', () => {
    const { sites, unexamined } = looked(`
      server { listen 80; server_name chat.test; location / { ${PASS}:8065; } }
      server { listen 80; server_name wiki.test; location / { ${PASS}:3000; } }`);
    expect(sites).toEqual(['chat.test http://chat.test:80/api/v4/websocket']);
    expect(unexamined).toEqual(['wiki.test (nginx.conf:3): nothing of Mattermost in it; ask with --host wiki.test']);
  });

  it('are all that proxy, where none shows a sign', () => {
    const { sites, unexamined } = looked(`
      server { listen 80; server_name a.test; location / { ${PASS}:3000; } }
      server { listen 80; server_name b.test; root /var/www; }`);
    expect(sites).toEqual(['a.test http://a.test:80/api/v4/websocket']);
    expect(unexamined).toEqual(['b.test (nginx.conf:3): it passes nothing on']);
  });

  it('include the one that only redirects to Mattermost’s', () => {
    const { sites } = looked(`
      server { listen 80; server_name chat.test; return 301 https://$host$request_uri; }
      server { listen 443 ssl; ssl_certificate c; ssl_certificate_key k; server_name chat.test; location / { ${PASS}:8065; } }`);
    expect(sites).toEqual([
      'chat.test http://chat.test:80/api/v4/websocket',
      'chat.test https://chat.test:443/api/v4/websocket',
    ]);
  });

  it('are those of the host that was asked for', () => {
    const { sites } = looked(
      `server { listen 80; server_name chat.test; location / { ${PASS}:8065; } }
       server { listen 80; server_name wiki.test; location / { ${PASS}:3000; } }`,
      'wiki.test',
    );
    expect(sites).toEqual(['wiki.test http://wiki.test:80/api/v4/websocket']);
  });
});

it('are told apart by the placeholders that a template has for their names', () => {
  const { sites, unexamined } = looked(`
    server { listen 80; server_name \${WIKI_HOST}; location / { ${PASS}:3000; } }
    server { listen 80; server_name \${CHAT_HOST}; location / { ${PASS}:8065; } }`);
  expect(sites).toEqual(['${CHAT_HOST} http://${CHAT_HOST}:80/api/v4/websocket']);
  expect(unexamined).toEqual([
    '${WIKI_HOST} (nginx.conf:2): nothing of Mattermost in it; ask with --host ${WIKI_HOST}',
  ]);
});

describe('a Mattermost under a subpath is asked for there', () => {
  const server = (locations: string): string =>
    `upstream comms { server 10.0.0.2:8065; } server { listen 80; server_name example.test; ${locations} }`;
  test.each([
    [
      'a location for its API',
      `location / { ${PASS}:3000; } location ~ ^/chat/api/v[0-9]+/(users/)?websocket$ { ${PASS}:8065; }`,
      '/chat',
    ],
    ['a prefix beside another application', `location / { ${PASS}:3000; } location /chat/ { ${PASS}:8065; }`, '/chat'],
    ['a prefix beside files', `location / { root /srv; } location /chat/ { ${PASS}:8065; }`, '/chat'],
    [
      'a prefix beside a root that is Mattermost’s too',
      `location / { ${PASS}:8065; } location /calls/ { ${PASS}:8065; }`,
      '',
    ],
    ['nothing but the root', `location / { ${PASS}:8065; }`, ''],
    [
      'a prefix that leads to an upstream whose address says it',
      `location / { ${PASS}:3000; } location /comms/ { proxy_pass http://comms/; }`,
      '/comms',
    ],
    [
      'a prefix written as an expression, as ingress controllers write it',
      `location ~* "^/mattermost(/|$)(.*)" { rewrite "(?i)/mattermost(/|$)(.*)" /$2 break; ${PASS}:3000; } location ~* "^/" { ${PASS}:3001; }`,
      '/mattermost',
    ],
    [
      'a prefix beside the API of another application',
      `location /api/v1/ { ${PASS}:3000; } location /api/v2 { ${PASS}:3000; } location /chat/api/v4 { ${PASS}:8065; } location / { ${PASS}:3001; }`,
      '/chat',
    ],
    [
      'a prefix beside GitLab, whose API has version 4, too',
      `location /api/v4/ { ${PASS}:3000; } location ~ /chat/api/v4/ { ${PASS}:8065; } location / { ${PASS}:3000; }`,
      '/chat',
    ],
    [
      'a location for sockets beside all of its API',
      `location /api/ { ${PASS}:8065; } location /ws { ${PASS}:8065; } location / { root /srv; }`,
      '',
    ],
    ['a route of its own is no subpath', `location / { root /srv; } location /login { ${PASS}:8065; }`, ''],
  ])('%s', (_, locations, subpath) => {
    expect(looked(server(locations)).sites).toEqual([`example.test http://example.test:80${subpath}/api/v4/websocket`]);
  });
});

it('of a piece of http nothing is called fine that hangs on lines outside of it', () => {
  const { fine } = looked(
    `server { listen 80; server_name chat.test; location / { ${PASS}:8065; proxy_read_timeout 90s; } }`,
  );
  expect(fine).toEqual(['an idle socket is kept 90 s']);
});

it('where a file was not given nothing is called fine that it may change', () => {
  const { fine } = looked(
    `server { listen 80; server_name chat.test; location / { include own.conf; ${PASS}:8065; } }`,
  );
  expect(fine).toEqual([]);
});

describe('is not called fine', () => {
  const fineOf = (inside: string, http = ''): readonly string[] =>
    looked(`${http} server { listen 80; server_name chat.test; ${inside} }`).fine;
  const HEADERS =
    'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';

  it.each([
    ['no server of the upstream is up', `location / { ${HEADERS} proxy_pass http://all; error_page 502 =200 /later; }`],
    ['nothing resolves the name', `location / { set $name mattermost; ${HEADERS} proxy_pass http://$name:8065; }`],
    ['the address is empty', `location / { ${HEADERS} proxy_pass http://$name:8065; set $name ""; }`],
    ['the timer fires at once', `proxy_read_timeout 0; location / { ${HEADERS} proxy_pass http://127.0.0.1:8065; }`],
    [
      'the one who is asked first is nowhere',
      `auth_request http://a/b; location / { ${HEADERS} proxy_pass http://127.0.0.1:8065; }`,
    ],
  ])('an upgrade that reaches no backend, since %s', (_, inside) => {
    const fine = fineOf(inside, 'upstream all { server 127.0.0.1:8065 down; }');
    expect(fine).not.toContain('the upgrade reaches the backend');
    expect(fine).not.toContain('so do plugin sockets');
  });

  it('an upgrade whose headers a file that was not given may drop', () => {
    const host = 'proxy_set_header Host $http_host;';
    expect(fineOf(`location / { ${HEADERS} ${host} ${PASS}:8065; }`)).toContain('the upgrade reaches the backend');
    expect(fineOf(`include own.conf; location / { ${PASS}:8065; }`, HEADERS)).not.toContain(
      'the upgrade reaches the backend',
    );
  });

  it('nginx’s own Host, where it does no harm because the Origin is taken out', () => {
    const fine = fineOf(`location / { ${HEADERS} proxy_set_header Origin ""; ${PASS}:8065; }`);
    expect(fine).toEqual(['the upgrade reaches the backend', 'so do plugin sockets']);
  });

  it('of one server what does not hold for another', () => {
    const good = `location / { ${HEADERS} proxy_set_header Host $http_host; ${PASS}:8065; }`;
    const two = (other: string): readonly string[] =>
      looked(`server { listen 80; server_name a.test; ${good} } server { listen 80; server_name b.test; ${other} }`)
        .fine;
    expect(two(good)).toContain('the upgrade reaches the backend');
    expect(two('listen 81; server_name a.test; return 301 https://a.test$request_uri;')).toContain(
      'the upgrade reaches the backend',
    );
    expect(two(`location /hooks/ { ${PASS}:8065; } location / { return 404; }`)).not.toContain(
      'the upgrade reaches the backend',
    );
  });

  it('what is in force for a WebSocket that reaches the wrong location', () => {
    const meant = `location ~ /api/v4/websocket$ { ${HEADERS} proxy_read_timeout 90s; ${PASS}:8065; }`;
    expect(fineOf(`location ~ ^/ { proxy_set_header Host $host; ${PASS}:8065; } ${meant}`)).toEqual([]);
  });
});

describe('a server of files alone', () => {
  const main = (server: string): string =>
    `worker_shutdown_timeout 1h; events { worker_connections 100; } http { ${server} }`;
  const FILES = 'server { listen 80 default_server; server_name _; root /srv; location / { try_files $uri =404; } }';

  it('has no WebSocket: nothing is found in it, and nothing is called fine', () => {
    const { sites, findings, fine, unexamined } = looked(main(FILES));
    expect({ sites, findings, fine }).toEqual({ sites: [], findings: [], fine: [] });
    expect(unexamined).toEqual(['_ (nginx.conf:1): it passes nothing on']);
  });

  it('is looked at where one of its locations passes requests on: the socket may have been forgotten', () => {
    const { sites } = looked(main(FILES.replace('root /srv;', `root /srv; location /app/ { ${PASS}:3000; }`)));
    expect(sites).toEqual(['_ http://chat.example.com:80/api/v4/websocket']);
  });
});
