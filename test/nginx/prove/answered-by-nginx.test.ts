import { expect, it } from 'vitest';
import type { Proof } from '../../../src/nginx/prove/prove.ts';
import { describeWith } from '../../kit/needs.ts';
import { onlySite, proven, site, UPGRADE, verdictsOn } from './proven.ts';

/** What nginx does to a WebSocket by itself: the rules that say so are confirmed by what it does. */

const SHORT = { waitMs: 200 };
const PASS = `proxy_pass http://mattermost;${UPGRADE}`;
const TLS = 'listen 443 ssl; ssl_certificate /a; ssl_certificate_key /b;';

const wrongIn = ({ problems }: Proof): readonly string[] =>
  problems.filter(({ weight }) => weight === 'wrong').map(({ says }) => says);

const through = (proof: Proof): readonly boolean[] =>
  proof.measured.sites.flatMap(({ upgrades }) => upgrades.slice(0, 1)).map((upgrade) => upgrade.through);

describeWith(['nginx', 'openssl'], 'a 101 of the backend', () => {
  it.concurrent.each(['Upgrade', 'Sec-WebSocket-Accept'])('that nginx takes %s from opens nothing', async (header) => {
    const proof = await proven(site(`location / { ${PASS} proxy_hide_header ${header}; }`), SHORT);
    expect(onlySite(proof).upgrades[0]).toMatchObject({
      through: false,
      answer: { status: 101 },
      received: { status: 101 },
      unfit: [header],
    });
    expect(wrongIn(proof)).toEqual([
      `an upgrade of /api/v4/websocket does not get through: the 101 comes without the right ${header}, and no client takes it for a WebSocket`,
    ]);
    expect(verdictsOn(proof, 'WS045')).toEqual(['confirmed']);
    expect(proof.unsaid).toEqual([]);
  });

  it.concurrent('that nginx answers to a key of its own is taken by no client', async () => {
    const proof = await proven(
      site(`location / { ${PASS} proxy_set_header Sec-WebSocket-Key dGhlIHNhbXBsZSBub25jZQ==; }`),
      SHORT,
    );
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: false, unfit: ['Sec-WebSocket-Accept'] });
  });

  it.concurrent('keeps them where they are passed again', async () => {
    const proof = await proven(
      site(`location / { ${PASS} proxy_hide_header Upgrade; proxy_pass_header Upgrade; }`),
      SHORT,
    );
    expect(through(proof)).toEqual([true]);
    expect(verdictsOn(proof, 'WS045')).toEqual([]);
  });

  it.concurrent('that never came shows nothing of what nginx would have left of it', async () => {
    const proof = await proven(
      site(`location / { ${PASS.replace('$http_host', 'elsewhere.test')} proxy_hide_header Upgrade; }`),
      SHORT,
    );
    expect(onlySite(proof).upgrades[0]?.answer?.status).toBe(403);
    expect(verdictsOn(proof, 'WS045')).toEqual(['not testable']);
  });
});

describeWith(['nginx', 'openssl'], 'nginx itself answers', () => {
  it.concurrent.each([
    ['403 where nobody may enter', `location / { ${PASS} } location /api/v4/websocket { deny all; ${PASS} }`, 403],
    ['403 to everybody', `deny all; location / { ${PASS} }`, 403],
    ['404 in an internal location', `location / { ${PASS} } location = /api/v4/websocket { internal; ${PASS} }`, 404],
  ])('%s', async (_what, lines, status) => {
    const proof = await proven(site(lines), SHORT);
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: false, received: null, answer: { status } });
    expect(verdictsOn(proof, 'WS046')).toEqual(['confirmed']);
    expect(proof.unsaid.filter(({ says }) => says.startsWith('an upgrade'))).toEqual([]);
  });

  it.concurrent('502 where every server of the upstream is marked down', async () => {
    const of = (servers: string): Promise<Proof> =>
      proven(site(`location / { ${PASS} }`).replace('server 10.1.2.3:8065;', servers), SHORT);
    const [down, backup] = await Promise.all([
      of('server 10.1.2.3:8065 down; server 10.1.2.4:8065 backup down;'),
      of('server 10.1.2.3:8065 down; server 10.1.2.4:8065 backup;'),
    ]);
    expect(onlySite(down).upgrades[0]).toMatchObject({ received: null, answer: { status: 502 } });
    expect(verdictsOn(down, 'WS046')).toEqual(['confirmed']);
    expect(down.unsaid).toEqual([]);
    expect(through(backup)).toEqual([true]);
    expect(verdictsOn(backup, 'WS046')).toEqual([]);
  });

  it.concurrent('504 where proxy_read_timeout is 0', async () => {
    const proof = await proven(site(`location / { ${PASS} proxy_read_timeout 0; }`), SHORT);
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: false, answer: { status: 504 } });
    expect(onlySite(proof).plain.requests.map(({ status }) => status)).toEqual([504, 504, 504]);
    expect(verdictsOn(proof, 'WS008')).toEqual(['confirmed']);
    expect(proof.unsaid).toEqual([]);
  });

  it.concurrent('500 where auth_request has an address in place of a path', async () => {
    const proof = await proven(site(`location / { auth_request http://127.0.0.1:9091/verify; ${PASS} }`), SHORT);
    expect(onlySite(proof).upgrades[0]).toMatchObject({ received: null, answer: { status: 500 } });
    expect(verdictsOn(proof, 'WS031')).toEqual(['confirmed']);
    expect(proof.unsaid).toEqual([]);
  });

  it.concurrent('nothing of what the client of the measurements has and others may lack', async () => {
    const proof = await proven(
      site(`${TLS} ssl_client_certificate /ca; ssl_verify_client on; location / { ${PASS} }`),
      SHORT,
    );
    expect(through(proof)).toEqual([true, true]);
    expect(verdictsOn(proof, 'WS031')).toEqual(['not testable']);
  });

  it.concurrent('old TLS to a client that speaks it', async () => {
    const proof = await proven(
      site(`${TLS} ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ALL:@SECLEVEL=0; location / { ${PASS} }`),
      SHORT,
    );
    expect(verdictsOn(proof, 'WS046')).toEqual(['not testable']);
  });
});

describeWith(['nginx', 'openssl'], 'the query of a WebSocket', () => {
  const of = (path: string): Promise<Proof> =>
    proven(site(`location / { set $b mattermost; ${UPGRADE} proxy_pass http://$b${path}; }`), SHORT);

  it.concurrent('is lost where proxy_pass with a variable has a path and no arguments', async () => {
    const proof = await of('/api/v4/websocket');
    expect(onlySite(proof).upgrades[0]).toMatchObject({ through: true, received: { target: '/api/v4/websocket' } });
    expect(verdictsOn(proof, 'WS012')).toEqual(['confirmed']);
  });

  it.concurrent('arrives where proxy_pass has them', async () => {
    const proof = await of('/api/v4/websocket$is_args$args');
    expect(onlySite(proof).upgrades[0]?.received?.target).toMatch(/^\/api\/v4\/websocket\?connection_id=/);
    expect(verdictsOn(proof, 'WS012')).toEqual([]);
  });
});
