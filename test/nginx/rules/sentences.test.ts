import { expect, it } from 'vitest';
import { check } from '../../../src/nginx/check.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import type { Finding } from '../../../src/nginx/rules/rule.ts';
import { oneFile } from './fixture.ts';

/** What a finding says where several things can be true: the place alone, which the fixtures hold, would not show it. */

const utf8 = new TextEncoder();
const PASS = 'proxy_pass http://127.0.0.1:8065;';
const SOCKET = `proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_set_header Host $http_host; ${PASS}`;

function only(id: string, inside: string, around = ''): Finding {
  const text = `${around} server { listen 443 ssl; server_name chat.test; ${inside} }`;
  const { findings } = check(parse('nginx.conf', oneFile('nginx.conf', utf8.encode(text))), {
    version: null,
    host: null,
  });
  const [finding, ...others] = findings.filter(({ rule }) => rule.id === id);
  if (finding === undefined || others.length > 0) throw new Error(`${others.length + 1} findings of ${id}`);
  return finding;
}

it.each([
  ['return 301 https://www.test$request_uri;', ', where nginx answers 301.'],
  ['root /srv;', ', where nginx looks for a file.'],
  [`proxy_set_header Host $http_host; ${PASS}`, " without the upgrade's headers."],
])('the slash that falls to another location gets what that one does: %s', (rest, end) => {
  const { summary } = only('WS014', `location ~ /api/v4/websocket$ { ${SOCKET} } location / { ${rest} }`);
  expect(summary).toBe(
    `location ~ /api/v4/websocket$ does not match /api/v4/websocket/, which falls to location /${end}`,
  );
});

// ngx_http_send_error_page: without = the status stays, whatever the page is.
it.each([
  ['', '401'],
  ['error_page 401 @sign_in;', '401'],
  ['error_page 401 /sign_in;', '401'],
  ['error_page 401 = @sign_in;', 'whatever @sign_in answers'],
  ['error_page 401 =403 /sign_in;', '403'],
  ['error_page 401 https://sso.test/;', 'a redirect (302)'],
])('who has not signed in gets what the error page makes of 401: %s', (page, gets) => {
  const { summary } = only('WS031', `location / { auth_request /asks; ${page} ${SOCKET} }`);
  expect(summary).toContain(`apps and bots, gets ${gets}.`);
});

it.each([
  ['', '400'],
  ['error_page 495 496 =403 /sign_in;', '403'],
  ['error_page 496 https://sso.test/;', 'a redirect (302)'],
])('who has no certificate gets what the error page makes of 496: %s', (page, gets) => {
  const lines = `ssl_client_certificate ca.pem; ssl_verify_client on; ${page}`;
  expect(only('WS031', `${lines} location / { ${SOCKET} }`).summary).toContain(`apps mostly do, gets ${gets}.`);
});

it.each([
  ['server a:1 down;', 'The only server'],
  ['server a:1 down; server b:1 down;', 'Every server'],
])('an upstream of which nothing is up is told by how many it has: %s', (servers, who) => {
  const { summary } = only(
    'WS046',
    `location / { ${SOCKET.replace('127.0.0.1:8065', 'team')} }`,
    `upstream team { ${servers} }`,
  );
  expect(summary).toBe(`${who} of upstream team is marked down: nginx asks none and answers 502.`);
});

it('a read timeout of 0 is told for what it does, which is no end of an idle WebSocket', () => {
  const { summary, severity } = only('WS008', `location / { proxy_read_timeout 0; ${SOCKET} }`);
  expect(summary).toBe('proxy_read_timeout 0 fires at once: nginx answers 504 in place of the backend.');
  expect(severity).toBe('error');
});

it('what http may have is left open only where it would come into force', () => {
  expect(only('WS001', `location / { ${PASS} }`).summary).toContain('(unless the http block around this file');
  const own = only('WS001', `location / { proxy_set_header Host $http_host; ${PASS} }`);
  expect(own.summary).toBe('No line sets Upgrade for /api/v4/websocket: the backend receives none.');
});

it('a header for browsers is not proposed where an add_header has it, and takes the others of further out along', () => {
  const location = `location / { proxy_set_header X-Frame-Options DENY; ${SOCKET} }`;
  expect(only('WS042', `add_header X-Frame-Options DENY always; ${location}`).fix).toMatch(/^Remove the line: /);
  expect(only('WS042', `add_header X-Other 1; ${location}`).fix.split('\n')).toEqual([
    'add_header X-Frame-Options DENY always;',
    '# and with it those of further out, which it drops:',
    'add_header X-Other 1;',
    expect.stringContaining('instead of the proxy_set_header line'),
  ]);
});

it('a group of several names is told which one to name, since nginx would send the group’s own', () => {
  const group = 'upstream mm { server a.test:8065; server b.test:8065; }';
  const { fix, edits } = only('WS029', `location / { ${SOCKET.replace(PASS, 'proxy_pass https://mm;')} }`, group);
  expect(fix.split('\n')).toEqual([
    'proxy_ssl_server_name on;',
    'proxy_ssl_name a.test;  # or the name that all their certificates have',
  ]);
  expect(edits).toBeUndefined();
});

it.each([
  ['location = /api/v4/websocket', 'Remove the line: rewrite ^ /socket break;'],
  ['location ^~ /api/', 'location ^~ /api/v4/websocket {'],
  ['location /api/', 'location ~ ^/api/v4/websocket/?$ {'],
  ['location ~ /api/', 'location ~ ^/api/v4/websocket/?$ {'],
])('the location without the rewrite is one that nginx takes before %s', (location, line) => {
  const { fix } = only('WS012', `${location} { rewrite ^ /socket break; ${SOCKET} } location / { ${SOCKET} }`);
  expect(fix.split('\n')).toContain(line);
});

it('a map that is needed does not take the name of one that is there', () => {
  const map = 'map $http_connection $connection_upgrade { "~*upgrade" $http_connection; default keep-alive; }';
  const keptAlive = SOCKET.replace('Connection upgrade', 'Connection keep-alive');
  const { fix } = only('WS002', `location / { ${keptAlive} }`, map);
  expect(fix).toContain('map $http_upgrade $websocket_connection {');
  expect(fix).toContain('proxy_set_header Connection $websocket_connection;');
});

it('a variable in place of a name does with the path what the URI part has done', () => {
  const passed = (location: string): readonly string[] =>
    only('WS028', location, 'upstream group { server mm:8065; }').fix.split('\n').slice(-3);
  const to = 'proxy_pass http://$mattermost:8065;';
  const set = 'set $mattermost mm;';
  const own = (where: string, pass: string): string => `location ${where} { ${SOCKET.replace(PASS, pass)} }`;
  expect(passed(own('/', 'proxy_pass http://mm:8065;'))).toEqual([expect.stringContaining('resolver'), set, to]);
  expect(passed(own('/', 'proxy_pass http://mm:8065/;'))).toEqual([expect.stringContaining('resolver'), set, to]);
  const strip = 'rewrite ^/a\\.b/(.*)$ /$1 break;';
  expect(passed(own('/a.b/', 'proxy_pass http://mm:8065/;'))).toEqual([set, strip, to]);
  expect(passed(own('/a.b/', 'proxy_pass http://group/;'))).toEqual([set, strip, to]);
  const late = `${set}  # before the rewrite or break of this location`;
  expect(passed(own('/mattermost/', 'rewrite ^/mattermost/(.*)$ /$1 break; proxy_pass http://mm:8065;'))).toEqual([
    expect.stringContaining('resolver'),
    late,
    to,
  ]);
});

it('the name that cannot be resolved is the one of the location, whatever scheme and other locations say', () => {
  const inside = `
    location /wiki/ { set $app wiki; set $proto http; proxy_pass $proto://$app:3000; }
    location / { set $app mattermost; set $proto http; ${SOCKET.replace(PASS, 'proxy_pass $proto://$app:8065;')} }`;
  expect(only('WS028', inside).summary).toContain('so nginx resolves mattermost at each request');
});

it('what closes without an answer is not called one, and a location that never had a proxy_pass gets one', () => {
  const { summary, fix } = only('WS046', `location = /api/v4/websocket { return 444; } location / { ${SOCKET} }`);
  expect(summary).toBe(
    'nginx closes without an answer (444) what asks for /api/v4/websocket, by return 444, and passes /api/v4/users/me on.',
  );
  expect(fix).toBe(`# in place of return 444, and with the lines of the upgrade\n${PASS}`);
});

it('a deny of the server is mended in the location, which would have its own', () => {
  const { fix } = only(
    'WS046',
    `deny all; location /api/ { allow all; ${SOCKET} } location /api/v4/websocket { ${SOCKET} }`,
  );
  expect(fix).toBe('allow all;  # in location /api/v4/websocket, whose own lines take the place of those further out');
});
