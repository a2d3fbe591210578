import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Proof } from '../../../src/nginx/prove/prove.ts';
import { isAtLeast } from '../../../src/nginx/version.ts';
import { headerValues } from '../../../src/wire/http-head.ts';
import { available, describeWith } from '../../kit/needs.ts';
import { installedNginx } from '../real-nginx.ts';
import { mainSocket, onlySite, proven, site, UPGRADE, verdictsOn } from './proven.ts';

/** Real nginx, real sockets, short timers: what is measured where it is right, and where it is not. */

const wrongIn = ({ problems }: Proof): readonly string[] =>
  problems.filter(({ weight }) => weight === 'wrong').map(({ says }) => says);

const notesIn = ({ problems }: Proof): readonly string[] =>
  problems.filter(({ weight }) => weight === 'note').map(({ says }) => says);

const foldersLeft = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`hangup-prove-${process.pid}-`));

describeWith(['nginx', 'openssl'], 'an impatient nginx', () => {
  let proof: Proof;
  beforeAll(async () => {
    const conf = site(
      `location / {\n proxy_pass http://mattermost;${UPGRADE}\n proxy_read_timeout 2s;\n}`,
      'worker_shutdown_timeout 1s;',
    );
    proof = await proven(conf, { waitMs: 4_000 });
  });

  it('lets a real upgrade through, and both sides of it are shown header by header', () => {
    const [main] = onlySite(proof).upgrades;
    expect(main).toMatchObject({ through: true, path: { path: '/api/v4/websocket' }, answer: { status: 101 } });
    const received = main?.received;
    expect(received).toMatchObject({ method: 'GET', httpVersion: '1.1', status: 101, tls: false });
    expect(received?.target).toMatch(/^\/api\/v4\/websocket\?connection_id=/);
    expect(received?.headers.slice(0, 8)).toEqual([
      ...['Upgrade', 'websocket', 'Connection', 'upgrade', 'Host', 'chat.example.com', 'X-Forwarded-Proto', 'http'],
    ]);
    expect(headerValues(main?.answer?.headers ?? [], 'upgrade')).toEqual(['websocket']);
    expect(main?.answered?.scope.directive.args[0]?.text).toBe('/');
  });

  it('cuts an idle socket when its timer says so, which the report names with its line', () => {
    const { idle, timer } = mainSocket(proof);
    expect(idle).toMatchObject({ kind: 'cut', manner: 'fin' });
    expect(idle.kind === 'cut' && idle.afterMs).toBeGreaterThan(1_700);
    expect(idle.kind === 'cut' && idle.afterMs).toBeLessThan(2_300);
    expect(timer).toMatchObject({ name: 'proxy_read_timeout', ms: 2_000, from: { name: 'proxy_read_timeout' } });
    expect(wrongIn(proof)).toEqual([expect.stringMatching(/idle socket of .* is cut after .* by proxy_read_timeout;/)]);
  });

  it('is kept from that by one ping, of the client or of the server', () => {
    expect(mainSocket(proof)).toMatchObject({
      rearmedByClient: { kind: 'rearmed' },
      rearmedByServer: { kind: 'rearmed' },
    });
  });

  it('says nothing of it in an error log at its own level, though it does at info', () => {
    expect(mainSocket(proof).idle).toMatchObject({ logged: { operator: false, info: true } });
    expect(verdictsOn(proof, 'WS009')).toEqual(['confirmed']);
  });

  it('cuts open sockets by worker_shutdown_timeout after a reload, and goes on with new ones', () => {
    const { reload } = proof.measured;
    expect(reload).toMatchObject({ open: 1, usable: 0, opensNew: true });
    expect(reload?.cutAfterMs).toHaveLength(1);
    expect(reload?.cutAfterMs[0]).toBeGreaterThan(700);
    expect(reload?.cutAfterMs[0]).toBeLessThan(1_700);
    expect(verdictsOn(proof, 'WS011')).toEqual(['confirmed']);
  });

  it('still serves pages, the API and a POST on one connection', () => {
    const { plain } = onlySite(proof);
    expect(plain.keepsAlive).toBe(true);
    expect(plain.requests.map(({ method, status, reached }) => [method, status, reached])).toEqual([
      ['GET', 200, true],
      ['GET', 200, true],
      ['POST', 200, true],
    ]);
  });

  it('takes cookies of the size that its buffers have, and refuses larger ones', () => {
    const status = Object.fromEntries(onlySite(proof).sentCookies.map(({ bytes, status: got }) => [bytes / 1024, got]));
    expect(status).toEqual({ 4: 101, 8: 101, 16: 400, 32: 400 });
  });

  it('has what check claims of it confirmed', () => {
    expect(verdictsOn(proof, 'WS008')).toEqual(['confirmed']);
  });
});

describeWith(['nginx', 'openssl'], 'a patient nginx', () => {
  let proof: Proof;
  beforeAll(async () => {
    const conf = site(`location / { proxy_pass http://mattermost;${UPGRADE} proxy_read_timeout 90s; }`);
    proof = await proven(conf, { waitMs: 1_200 });
  });

  it('keeps an idle socket for as long as was waited', () => {
    expect(mainSocket(proof).idle).toEqual({ kind: 'open', waitedMs: 1_200 });
    expect(wrongIn(proof)).toEqual([]);
  });

  it('would have to be waited for longer to see what a ping does, and that is said', () => {
    expect(mainSocket(proof).rearmedByClient).toEqual({ kind: 'unmeasured', because: 'it takes --wait 95s' });
  });

  it('keeps open sockets through a reload, where nothing limits the old worker', () => {
    expect(proof.measured.reload).toMatchObject({ open: 1, cutAfterMs: [], usable: 1, opensNew: true });
    expect(verdictsOn(proof, 'WS011')).toEqual(['confirmed']);
    expect(notesIn(proof)).toContainEqual(expect.stringContaining('stay with the old worker'));
  });

  it('leaves untested what the copy cannot show', () => {
    expect(verdictsOn(proof, 'WS009')).toEqual(['not testable']);
    expect(verdictsOn(proof, 'WS010')).toEqual(['not testable']);
  });
});

describeWith(['nginx', 'openssl'], 'an upgrade', () => {
  const SHORT = { waitMs: 200 };
  const of = (server: string) => proven(site(server), SHORT);

  it('without its headers is refused by the backend with 400, and the rules that say so are confirmed', async () => {
    // As nginx has it by itself before 1.29.7.
    const proof = await of('location / { proxy_http_version 1.0; proxy_pass http://mattermost; }');
    const [main] = onlySite(proof).upgrades;
    expect(main).toMatchObject({
      through: false,
      answer: { status: 400 },
      received: { httpVersion: '1.0', status: 400 },
    });
    for (const rule of ['WS001', 'WS002', 'WS003'])
      expect([rule, ...verdictsOn(proof, rule)]).toEqual([rule, 'confirmed']);
    expect(wrongIn(proof)).toContainEqual(
      expect.stringContaining('an upgrade of /api/v4/websocket does not get through'),
    );
  });

  it('with another Host than the browser’s is refused with 403, and the Host of the original is named', async () => {
    const proof = await of(
      `location / { proxy_pass http://10.0.0.9:8065;${UPGRADE.replace('$http_host', '$proxy_host')} }`,
    );
    const result = onlySite(proof);
    expect(result.upgrades[0]).toMatchObject({ through: false, answer: { status: 403 } });
    expect(result.origin).toMatchObject({ accepted: false, host: '10.0.0.9:8065', expected: 'chat.example.com' });
    expect(verdictsOn(proof, 'WS017')).toEqual(['confirmed']);
  });

  it('with a path that proxy_pass rewrites reaches the wrong route', async () => {
    const proof = await of(`location /api/v4/websocket { proxy_pass http://mattermost/;${UPGRADE} }`);
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: false, answer: { status: 200 } });
    expect(onlySite(proof).upgrades[0]?.received?.target).toMatch(/^\/\?connection_id/);
    expect(verdictsOn(proof, 'WS012')).toEqual(['confirmed']);
  });

  it('that nginx answers itself shows that the backend received nothing', async () => {
    const proof = await of(
      `location / { auth_request /no; proxy_pass http://mattermost;${UPGRADE} } location = /no { return 401; }`,
    );
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: false, answer: { status: 401 }, received: null });
    expect(verdictsOn(proof, 'WS031')).toEqual(['confirmed']);
  });

  it('through an auth_request that says yes is told apart from the question', async () => {
    const proof = await of(`location / { auth_request /ask; proxy_pass http://mattermost;${UPGRADE} }
      location = /ask { proxy_pass http://10.0.0.3/verify; proxy_pass_request_body off; proxy_set_header Content-Length ""; }`);
    const [main] = onlySite(proof).upgrades;
    expect(main?.through).toBe(true);
    expect(main?.received?.target).toMatch(/^\/api\/v4\/websocket/);
  });

  it('behind a name and a password is measured with them, and that they are asked for is said', async () => {
    const proof = await of(
      `auth_basic x; auth_basic_user_file /etc/users; location / { proxy_pass http://mattermost;${UPGRADE} }`,
    );
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: true });
    expect(notesIn(proof)).toContainEqual(expect.stringContaining('asks for a name and a password'));
  });

  it('is let in where loopback alone is kept out, as no real client comes from there', async () => {
    const proof = await of(`deny 127.0.0.0/8; location / { proxy_pass http://mattermost;${UPGRADE} }`);
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: true });
  });

  it('from an address that may not enter is measured as from one that may', async () => {
    const proof = await of(`allow 10.0.0.0/8; deny all; location / { proxy_pass http://mattermost;${UPGRADE} }`);
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: true });
    expect(proof.changes).toContainEqual(expect.objectContaining({ directive: 'allow', kind: 'changed' }));
  });

  it('whose answer sets a large cookie becomes 502 with small buffers, and passes with large ones', async () => {
    const statuses = async (lines: string) => {
      const proof = await of(`location / { proxy_pass http://mattermost;${UPGRADE} ${lines} }`);
      return onlySite(proof).setCookies.map(({ status }) => status);
    };
    expect(await statuses('proxy_buffer_size 1k;')).toEqual([502, 502, 502, 502]);
    expect(await statuses('proxy_buffer_size 32k; proxy_buffers 4 32k;')).toEqual([101, 101, 101, 101]);
  });

  it('that the backend refuses shows what the client is told instead', async () => {
    const honest = await of(`location / { proxy_pass http://mattermost;${UPGRADE} }`);
    expect(onlySite(honest).refusal).toEqual({ backend: 403, client: 403 });
    const hidden =
      await of(`location / { proxy_pass http://mattermost;${UPGRADE} proxy_intercept_errors on; error_page 403 =200 /sorry; }
      location = /sorry { return 200 sorry; }`);
    expect(onlySite(hidden).refusal).toEqual({ backend: 403, client: 200 });
    expect(verdictsOn(hidden, 'WS033')).toEqual(['confirmed']);
  });

  // Since 1.25.1 nginx tells HTTP/1.1 from HTTP/2 on a cleartext listener.
  const both = available('nginx') && isAtLeast(installedNginx(), '1.25.1') === true;
  it.skipIf(both)('on a listener that speaks nothing but HTTP/2 opens nowhere', async () => {
    const proof = await proven(
      `events {} http { server { listen 80 http2; server_name a.example.com; location /api/v4/websocket { proxy_pass http://mattermost:8065; } } }`,
      SHORT,
    );
    expect(onlySite(proof)).toMatchObject({
      kind: 'other',
      upgrades: [{ through: false, received: null }, {}, {}, {}],
    });
    expect(wrongIn(proof)).toContainEqual(
      expect.stringContaining('/api/v4/websocket does not get through: the connection was closed'),
    );
  });

  it('without the trailing slash in the location fails with it, and only that', async () => {
    const proof = await of(
      `location ~ /api/v4/websocket$ { proxy_pass http://mattermost;${UPGRADE} } location / { proxy_pass http://mattermost; }`,
    );
    const through = onlySite(proof).upgrades.map(({ path, through: passes }) => [path.kind, passes]);
    expect(through).toEqual([
      ['main', true],
      ['slash', false],
      ['plugin', false],
      ['plugin', false],
    ]);
    expect(verdictsOn(proof, 'WS014')).toEqual(['confirmed']);
    expect(verdictsOn(proof, 'WS016')).toContain('confirmed');
  });
});

describeWith(['nginx', 'openssl'], 'plain requests', () => {
  it('that nginx refuses, and a connection that it does not keep, are seen', async () => {
    const lines = `keepalive_timeout 0; client_max_body_size 5; location / { proxy_pass http://mattermost;${UPGRADE} }`;
    const proof = await proven(site(lines), { waitMs: 100 });
    const { plain } = onlySite(proof);
    expect(plain.keepsAlive).toBe(false);
    expect(plain.requests.map(({ status }) => status)).toEqual([200, 200, 413]);
    expect(notesIn(proof)).toContainEqual('a plain POST /api/v4/users/login gets 413');
  });

  it('that no backend answers are wrong', async () => {
    const lines = `location /api/v4/websocket { proxy_pass http://mattermost;${UPGRADE} } location / { set $x nowhere; proxy_pass http://$x; }`;
    const proof = await proven(site(lines), { waitMs: 100 });
    expect(wrongIn(proof)).toContainEqual('a plain GET / gets 502');
  });
});

describeWith(['nginx', 'openssl'], 'with --scale', () => {
  it('a minute passes in a second, and the report says what it was without', async () => {
    const proof = await proven(site(`location / { proxy_pass http://mattermost;${UPGRADE} }`), {
      waitMs: 3_000,
      scale: 60,
    });
    const { idle, timer } = mainSocket(proof);
    expect(timer).toEqual({ name: 'proxy_read_timeout', ms: 60_000, from: null });
    expect(idle.kind === 'cut' && idle.afterMs).toBeGreaterThan(650);
    expect(idle.kind === 'cut' && idle.afterMs).toBeLessThan(1_600);
    expect(wrongIn(proof)).toEqual([expect.stringMatching(/cut after .* by proxy_read_timeout, nginx's default/)]);
    expect(verdictsOn(proof, 'WS008')).toEqual(['confirmed']);
  });
});

describe('the measurements', () => {
  it('leave no folder behind', () => {
    expect(foldersLeft()).toEqual([]);
  });
});
