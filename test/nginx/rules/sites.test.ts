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

describe('a Mattermost under a subpath is asked for there', () => {
  const server = (locations: string): string => `server { listen 80; server_name example.test; ${locations} }`;
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
