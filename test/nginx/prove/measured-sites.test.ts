import { beforeAll, expect, it } from 'vitest';
import type { Proof } from '../../../src/nginx/prove/prove.ts';
import { describeWith } from '../../kit/needs.ts';
import { proven, UPGRADE, verdictsOn } from './proven.ts';

/** Which servers, names and addresses are measured, and as whom. */

const saysOf = ({ problems }: Proof, weight: 'wrong' | 'note'): readonly string[] =>
  problems.filter((problem) => problem.weight === weight).map(({ says }) => says);

describeWith(['nginx', 'openssl'], 'several servers', () => {
  let proof: Proof;
  beforeAll(async () => {
    proof = await proven(
      `events {}
      http {
        map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
        server { listen 80 default_server; listen [::]:80 default_server; server_name chat.example.com; return 301 https://$host$request_uri; }
        server { listen 8443 ssl; server_name chat.example.com; ssl_certificate a; ssl_certificate_key b;
          location / { proxy_pass https://mattermost.internal:8065;${UPGRADE.replace('$http_host', '$host')} proxy_ssl_server_name on; } }
        server { listen 9000 proxy_protocol; server_name ~^x\\d+$; server_name tap.example.com; location / { proxy_pass http://10.0.0.1;${UPGRADE} } }
      }`,
      { waitMs: 200 },
    );
  });
  const at = (origin: string) => proof.measured.sites.find((each) => each.site.origin === origin);

  it('are each measured, and addresses with the same servers only once', () => {
    expect(proof.measured.sites.map(({ site: { origin, alike } }) => [origin, alike])).toEqual([
      ['http://chat.example.com', ['[::]:80']],
      ['https://chat.example.com', []],
      ['http://tap.example.com:9000', []],
    ]);
  });

  it('that redirect everybody are no fault', () => {
    expect(at('http://chat.example.com')).toMatchObject({ kind: 'redirect', sockets: [] });
    expect(saysOf(proof, 'wrong')).toEqual([]);
    expect(verdictsOn(proof, 'WS032')).toEqual(['confirmed']);
  });

  it('that lose a port are measured as if it were the scheme’s own, and what a browser meets is said', () => {
    const result = at('https://chat.example.com');
    expect(result).toMatchObject({
      withoutPort: true,
      origin: { accepted: false, origin: 'https://chat.example.com:8443' },
    });
    expect(result?.upgrades[0]?.through).toBe(true);
    expect(saysOf(proof, 'note')).toContainEqual(
      expect.stringContaining('https://chat.example.com:8443 meets Host "chat.example.com" at the backend'),
    );
  });

  it('that speak TLS to their upstream do so to hangup, and the name that they ask for is known', () => {
    expect(at('https://chat.example.com')?.upgrades[0]?.received).toMatchObject({
      tls: true,
      serverName: 'mattermost.internal',
    });
  });

  it('behind a PROXY line are reached through one', () => {
    expect(at('http://tap.example.com:9000')?.upgrades[0]?.through).toBe(true);
  });

  it('whose name is a regular expression are named as not measured', () => {
    expect(proof.unmeasured).toEqual([
      expect.objectContaining({ name: '~^x\\d+$', because: expect.stringContaining('--host') }),
    ]);
  });

  it('say who answers to a name that is nobody’s', () => {
    expect(proof.measured.unknownNames.map(({ address, status }) => [address, status])).toEqual([
      ['*:80', 301],
      ['*:8443', 200],
      ['*:9000', 200],
    ]);
  });
});
