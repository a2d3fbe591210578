import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding, Severity } from '../../../src/nginx/rules/rule.ts';
import { describeWith } from '../../kit/needs.ts';
import { nginxTest } from '../real-nginx.ts';
import { checkText } from './fixture.ts';

/**
 * What is said of the configurations that Mattermost itself gives out. Each finding is one its authors would want to know of,
 * and here is why; anything more would be noise for everybody who followed the documentation.
 */

const FOLDER = `${import.meta.dirname}/official`;

interface Wanted {
  readonly rule: string;
  readonly severity: Severity;
  /** The line, without its indentation. */
  readonly line: string;
  /** Why its authors want to know. */
  readonly because: string;
}

const SOCKET_LOCATION = 'location ~ /api/v[0-9]+/(users/)?websocket$ {';

const IN_BOTH: readonly Wanted[] = [
  {
    rule: 'WS014',
    severity: 'warning',
    line: SOCKET_LOCATION,
    because:
      'Mattermost accepts /api/v4/websocket/, and the expression misses it: location / sends it on without Upgrade',
  },
  {
    rule: 'WS016',
    severity: 'warning',
    line: 'location / {',
    because: 'sockets of plugins arrive in location /, which sets Connection to nothing: 400',
  },
  {
    rule: 'WS042',
    severity: 'note',
    line: 'proxy_set_header X-Frame-Options SAMEORIGIN;',
    because: 'it is sent to Mattermost, which ignores it; add_header was meant (the first of two)',
  },
  {
    rule: 'WS042',
    severity: 'note',
    line: 'proxy_set_header X-Frame-Options SAMEORIGIN;',
    because: 'the same in location /',
  },
];

const OFFICIAL: Readonly<Record<string, readonly Wanted[]>> = {
  'mattermost.conf': [
    ...IN_BOTH,
    {
      rule: 'WS021',
      severity: 'note',
      line: 'listen 443 ssl http2;',
      because: 'a load balancer that speaks HTTP/2 alone to this listener would find no WebSocket',
    },
    {
      rule: 'WS027',
      severity: 'note',
      line: 'keepalive 32;',
      because: 'kept connections and Mattermost end after the same 60 s: now and then a plain request gets 502',
    },
    {
      rule: 'WS032',
      severity: 'note',
      line: 'return 301 https://$server_name$request_uri;',
      because: 'a bot that is given http:// gets no events, and its log does not say why',
    },
  ],
  'docker.conf': [
    ...IN_BOTH,
    {
      rule: 'WS009',
      severity: 'warning',
      line: 'error_log /var/log/nginx/mm.error.log warn;',
      because: 'nginx’s idle timeout and a client’s reset are logged at info: with warn nobody can tell who closed',
    },
    {
      rule: 'WS010',
      severity: 'note',
      line: 'access_log /var/log/nginx/mm.access.log;',
      because: 'the combined format has nothing by which a line here and one elsewhere are known as the same socket',
    },
    {
      rule: 'WS021',
      severity: 'note',
      line: 'listen 443 ssl http2 default_server;',
      because: 'as in the documentation’s',
    },
    {
      rule: 'WS027',
      severity: 'note',
      line: 'keepalive 64;',
      because: 'as in the documentation’s',
    },
    {
      rule: 'WS028',
      severity: 'warning',
      line: 'server mattermost:8065;',
      because:
        'after the container was recreated with another address, nginx goes on with the old one until a reload: 502',
    },
    {
      rule: 'WS032',
      severity: 'note',
      line: 'return 301 https://$host$request_uri;',
      because: 'as in the documentation’s',
    },
    {
      rule: 'WS037',
      severity: 'note',
      line: 'client_max_body_size 50M;',
      because: 'Mattermost takes 100 MiB by now, and the documentation’s own listing followed',
    },
  ],
};

describe.each(Object.entries(OFFICIAL))('Mattermost’s own %s', (name, wanted) => {
  const path = `${FOLDER}/${name}`;
  const bytes = readFileSync(path);
  const { findings, errors } = checkText({ path, version: null }, bytes);

  it('is accepted', () => {
    expect(errors).toEqual([]);
  });

  it('gets the findings that its authors want to know of, and no other', () => {
    const expected = wanted.map(({ rule, severity, line }) => `${rule} ${severity}: ${line}`);
    expect(findings.map(said).toSorted()).toEqual(expected.toSorted());
  });

  it('gets no error: the upgrade works with it', () => {
    expect(findings.filter(({ severity }) => severity === 'error').map(said)).toEqual([]);
  });
});

describeWith(['nginx', 'openssl'], 'the real nginx', () => {
  it.each(Object.keys(OFFICIAL))('accepts Mattermost’s own %s', async (name) => {
    const says = await nginxTest(name, readFileSync(`${FOLDER}/${name}`), true);
    expect(says.accepts, says.output).toBe(true);
  });
});

function said({ rule, severity, at }: Finding): string {
  const { line } = at.source.position(at.start);
  return `${rule.id} ${severity}: ${at.source.line(line).trim()}`;
}
