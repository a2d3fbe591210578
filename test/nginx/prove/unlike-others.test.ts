import { expect, it } from 'vitest';
import type { Proof } from '../../../src/nginx/prove/prove.ts';
import { describeWith } from '../../kit/needs.ts';
import { onlySite, proven, site, UPGRADE, verdictsOn } from './proven.ts';

/** The copy and its client are unlike the operator's nginx and his users: what is only so in the copy must not be called wrong. */

const SHORT = { waitMs: 200 };
const PROXIED = `location / { proxy_pass http://mattermost;${UPGRADE} }`;
const TLS = 'listen 443 ssl; ssl_certificate /a; ssl_certificate_key /b;';

const saysOf = ({ problems }: Proof, weight: 'wrong' | 'note'): readonly string[] =>
  problems.filter((problem) => problem.weight === weight).map(({ says }) => says);

const servers = (lines: string): string => `events {}\nhttp {\n${lines}\n}\n`;
const server = (lines: string): string => `server { server_name chat.example.com; ${lines} }`;

describeWith(['nginx', 'openssl'], 'a client that nginx turns away', () => {
  it.concurrent.each([
    ['for want of a header', 'if ($http_x_from_cdn != "secret") { return 403; }', '$http_x_from_cdn'],
    [
      'for its address',
      'set $in 1; if ($remote_addr !~ ^10\\.) { set $in 0; } if ($in = 0) { return 444; }',
      '$remote_addr',
    ],
    ['for its name', 'if ($http_user_agent ~ hangup) { return 403; }', '$http_user_agent'],
  ])('%s shows nothing about the clients that have it', async (_why, lines, variable) => {
    const proof = await proven(site(`${lines} ${PROXIED}`), SHORT);
    expect(saysOf(proof, 'wrong')).toEqual([]);
    expect(saysOf(proof, 'note')).toContainEqual(
      expect.stringMatching(new RegExp(`/api/v4/websocket does not get through: .*; an "if" about \\${variable}`)),
    );
  });

  it.concurrent('for its address, which a map or a geo block has looked up, shows nothing either', async () => {
    const of = (lines: string) =>
      proven(
        servers(
          `${lines} ${server(`listen 80 proxy_protocol; if ($ok = 0) { return 403; } location / { proxy_pass http://10.1.1.1;${UPGRADE.replace('$connection_upgrade', 'upgrade')} }`)}`,
        ),
        SHORT,
      );
    const proofs = await Promise.all([
      of('map $proxy_protocol_addr $ok { default 0; ~^10 1; }'),
      of('geo $ok { default 0; 10.0.0.0/8 1; }'),
    ]);
    for (const proof of proofs) expect(saysOf(proof, 'wrong')).toEqual([]);
  });

  it.concurrent('as it does everybody is wrong', async () => {
    const proofs = await Promise.all([
      proven(site(`deny all; ${PROXIED}`), SHORT),
      proven(site(`if ($http_upgrade) { return 403; } ${PROXIED}`), SHORT),
      // It is not the `if` that turns this client away.
      proven(site(`if ($http_user_agent ~ nobody) { return 403; } deny all; ${PROXIED}`), SHORT),
    ]);
    for (const proof of proofs) expect(saysOf(proof, 'wrong')).toContainEqual(expect.stringContaining('answers 403'));
  });

  it.concurrent('for want of a certificate is measured with one', async () => {
    const proof = await proven(
      site(
        `${TLS} ssl_client_certificate /ca; ssl_verify_client on; ssl_verify_depth 2; if ($ssl_client_verify != SUCCESS) { return 403; } ${PROXIED}`,
      ),
      SHORT,
    );
    const secure = proof.measured.sites.find(({ site: { listener } }) => listener.ssl);
    expect(secure?.upgrades[0]).toMatchObject({ through: true });
    expect(saysOf(proof, 'note')).toContainEqual(
      expect.stringContaining("asks for a client's certificate (ssl_verify_client on)"),
    );
  });

  it.concurrent('unless somebody else says yes is let in, whatever the path of that API', async () => {
    const proof = await proven(
      site(`location / { auth_request /ask; proxy_pass http://mattermost;${UPGRADE} }
        location = /ask { internal; proxy_pass http://authelia:9091/api/authz/auth-request; }`),
      SHORT,
    );
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: true });
  });

  it.concurrent('by TLS, as no server has its name, is no fault of the servers that have one', async () => {
    const proof = await proven(
      servers(
        `server { listen 443 ssl default_server; ssl_reject_handshake on; } ${server(`${TLS} location / { proxy_pass http://10.1.1.1;${UPGRADE.replace('$connection_upgrade', 'upgrade')} }`)}`,
      ),
      SHORT,
    );
    expect(saysOf(proof, 'wrong')).toEqual([]);
    expect(proof.measured.sites.map(({ kind }) => kind)).toEqual(['other', 'proxied']);
    expect(proof.measured.sites[0]?.upgrades[0]?.failure).toBe('TLS fails: tlsv1 unrecognized name');
  });
});

describeWith(['nginx', 'openssl'], 'what the measurements do themselves', () => {
  it.concurrent('makes no upstream fail for those that come after', async () => {
    // Answers with large cookies count as failures, and of several servers a failed one is left alone.
    const proof = await proven(
      servers(
        `upstream two { server 10.0.0.1; server 10.0.0.2 backup max_conns=1; } ${server(`listen 80; location / { proxy_pass http://two;${UPGRADE.replace('$connection_upgrade', 'upgrade')} }`)}`,
      ),
      SHORT,
    );
    expect(onlySite(proof).sockets.map(({ idle }) => idle.kind)).toEqual(['open', 'open', 'open', 'open']);
  });

  it.concurrent('meets no limit that was made for many', async () => {
    const proof = await proven(
      servers(`limit_conn_zone $server_name zone=c:1m; limit_req_zone $server_name zone=r:1m rate=1r/m;
        ${server(`listen 80; limit_conn c 1; limit_req zone=r; location / { proxy_pass http://10.1.1.1;${UPGRADE.replace('$connection_upgrade', 'upgrade')} }`)}`),
      SHORT,
    );
    expect(saysOf(proof, 'wrong')).toEqual([]);
    expect(onlySite(proof).sockets.map(({ idle }) => idle.kind)).toEqual(['open', 'open', 'open', 'open']);
    expect(new Set(verdictsOn(proof, 'WS030'))).toEqual(new Set(['not testable']));
  });
});

describeWith(['nginx', 'openssl'], 'a configuration', () => {
  it.concurrent('that needs a module’s variable runs with an empty one', async () => {
    const proof = await proven(
      site(`if ($geoip_country_code = XX) { return 403; } ${PROXIED}`).replace(
        'http {',
        'http { geoip_country /usr/share/GeoIP.dat;',
      ),
      SHORT,
    );
    expect(onlySite(proof).upgrades[0]?.through).toBe(true);
  });

  it.concurrent('with Mattermost under a subpath is asked for pages there', async () => {
    const proof = await proven(site(`location /chat/ { proxy_pass http://mattermost;${UPGRADE} }`), SHORT);
    expect(onlySite(proof).plain.requests.map(({ path, status }) => [path, status])).toEqual([
      ['/chat/', 200],
      ['/chat/api/v4/system/ping', 200],
      ['/chat/api/v4/users/login', 200],
    ]);
  });

  it.concurrent('whose proxy_pass is all variables is followed as far as they are known', async () => {
    const of = (lines: string) =>
      proven(
        site(`set $s http; set $h mattermost; set $p 8065; location / { ${lines} ${UPGRADE} proxy_pass $s://$h:$p; }`),
        SHORT,
      );
    const [resolved, unresolved] = await Promise.all([of('resolver 127.0.0.11;'), of('')]);
    expect(onlySite(resolved).upgrades[0]?.through).toBe(true);
    // Without a resolver nginx cannot find the host, whatever an upstream is called.
    expect(onlySite(unresolved).upgrades[0]).toMatchObject({ through: false, answer: { status: 502 } });
    expect(verdictsOn(unresolved, 'WS028')).toEqual(['confirmed']);
  });

  it.concurrent.each([
    [
      'set behind a rewrite with break',
      'rewrite ^/old/(.*)$ /new/$1; rewrite ^ $uri break; set $up mattermost;',
      'http://$up',
      true,
    ],
    ['set in an if that does not hold', "if ($http_upgrade = '') { set $up mattermost; }", 'http://$up', true],
    ['set for another location', '', 'http://$up:8065$request_uri', true],
    ['a whole URL', 'rewrite ^ $uri break; set $up http://mattermost;', '$up', true],
    ['a URL made of a variable', 'set $url http://$up;', '$url', false],
    ['the port', 'rewrite ^ $uri break; set $up 8065;', 'http://10.1.1.1:$up', true],
    ['the host beside a port', 'set $port 8065;', 'http://$up:$port', true],
    ['the scheme', 'rewrite ^ $uri break; set $up http;', '$up://10.1.1.1:8065', true],
  ])('whose proxy_pass has a variable that is empty gets nginx’s own 500: %s', async (_what, lines, pass, isTold) => {
    const proof = await proven(
      site(
        `location / { ${lines} ${UPGRADE} proxy_pass ${pass}; } location /other { set $up mattermost; return 204; }`,
      ),
      SHORT,
    );
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: false, received: null, answer: { status: 500 } });
    expect(saysOf(proof, 'wrong')).toContainEqual(
      expect.stringContaining('/api/v4/websocket does not get through: nginx answers 500'),
    );
    // Where check tells, this is what it says; else prove is the first to say it.
    const [verdict] = verdictsOn(proof, 'WS028');
    const unsaid = proof.unsaid.some(({ says }) => says.includes('/api/v4/websocket does not get through'));
    expect([verdict, unsaid]).toEqual(isTold ? ['confirmed', false] : [undefined, true]);
  });

  it.concurrent.each([
    ['set before the rewrite', 'set $up mattermost; rewrite ^ $uri break;', 'http://$up'],
    ['set in an if that holds', 'if ($host) { set $up mattermost; }', 'http://$up'],
    ['set for all of the server', '', 'http://$server_up'],
    ['a whole URL', 'set $up http://mattermost; rewrite ^ $uri break;', '$up'],
    ['a URL made of a variable', 'set $up 10.1.1.1:8065; set $url http://$up;', '$url'],
    ['the port', 'set $up 8065; rewrite ^ $uri break;', 'http://10.1.1.1:$up'],
    ['with letters of another size', 'set $UP mattermost;', 'http://$up'],
    ['a map', '', 'http://$mapped'],
    // Only a real client has the header; hangup's own tells nothing about those.
    ['a header', '', 'http://$http_x_backend'],
    ['a set that a header decides about', 'if ($http_x_backend) { set $up mattermost; }', 'http://$up'],
  ])('whose proxy_pass has a variable that is set gets through: %s', async (_what, lines, pass) => {
    const proof = await proven(
      site(
        `set $server_up mattermost; location / { ${lines} ${UPGRADE} proxy_pass ${pass}; } location /other { set $up 10.1.1.1:8065; return 204; }`,
      ).replace('http {', 'http { map $host $mapped { chat.example.com mattermost; }'),
      SHORT,
    );
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: true, answer: { status: 101 } });
    expect(saysOf(proof, 'wrong')).toEqual([]);
  });

  it.concurrent('whose variable a condition about the client leaves empty shows nothing about other clients', async () => {
    const proof = await proven(
      site(`location / { if ($http_x_new = '') { break; } set $up mattermost; ${UPGRADE} proxy_pass http://$up; }`),
      SHORT,
    );
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: false, answer: { status: 500 } });
    expect(saysOf(proof, 'wrong')).toEqual([]);
    expect(saysOf(proof, 'note')).toContainEqual(expect.stringContaining('an "if" about $http_x_new'));
  });

  it.concurrent('that redirects on one of a server’s two listeners has that confirmed', async () => {
    const proof = await proven(
      site(`${TLS} if ($scheme = http) { return 301 https://$host$request_uri; } ${PROXIED}`),
      SHORT,
    );
    expect(verdictsOn(proof, 'WS032')).toEqual(['confirmed']);
  });
});
