import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkGiven } from '../../../src/inspector/check/check-given.ts';
import type { CheckAnswer, CheckRequest } from '../../../src/inspector/check/shapes.ts';

const ask = (request: CheckRequest): CheckAnswer => checkGiven(new TextEncoder().encode(JSON.stringify(request)));
const of = (text: string): CheckAnswer => ask({ files: [{ name: 'nginx.conf', text }] });

const example = readFileSync(new URL('../../../src/inspector/page/check/example.conf', import.meta.url), 'utf8');

/** A server that passes WebSockets on, but for what a test changes. */
const sound = (socket: string): string => `
worker_processes auto;
worker_rlimit_nofile 20000;
worker_shutdown_timeout 1h;
error_log /var/log/nginx/error.log info;
events {
    worker_connections 8192;
}
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' '';
    }
    server {
        listen 80 default_server;
        server_name chat.example.com;
        location / {
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_set_header Host $http_host;
            ${socket}
            proxy_pass http://127.0.0.1:8065;
        }
    }
}
`;

describe('the example of the page', () => {
  it('starts, loses the headers of the upgrade, and would be cut when idle', () => {
    const { says, errors, findings } = of(example);
    expect(errors).toEqual([]);
    expect(findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)).toEqual(['WS007', 'WS008']);
    expect(says).toContain('WebSockets will not get through');
  });

  it('is mended by what the page offers', () => {
    const { mend } = ask({ files: [{ name: 'nginx.conf', text: example }], mend: true });
    const mended = of(mend?.files[0]?.text ?? '');
    expect(mended.counts.error).toBe(0);
    expect(mended.says).toContain('WebSockets get through');
  });
});

describe('the sentence', () => {
  it('of a sound configuration says that WebSockets get through', () => {
    const { says, counts } = of(sound('proxy_read_timeout 90s;'));
    expect(counts.error).toBe(0);
    expect(says).toMatch(/ebSockets get through\.$/);
  });

  it('of one whose timer is too short says that idle ones are cut', () => {
    expect(of(sound('')).says).toContain('idle WebSockets will be cut');
  });

  it.each([
    ['nginx answers by itself', 'proxy_read_timeout 90s; if ($http_upgrade) { return 403; }'],
    ['a timer of 0 ends each at once', 'proxy_read_timeout 0;'],
    ['a client takes no 101', 'proxy_read_timeout 90s; proxy_hide_header Upgrade;'],
    ['nobody can be asked for leave', 'proxy_read_timeout 90s; auth_request http://auth/verify;'],
  ])('of one where %s says that none gets through', (_, socket) => {
    expect(of(sound(socket)).says).toContain('WebSockets will not get through');
  });

  it('of one that resolves no name says that none gets through', () => {
    const text = sound('proxy_read_timeout 90s; set $name mattermost;').replace('127.0.0.1:8065', '$name:8065');
    expect(of(text).says).toContain('WebSockets will not get through');
  });

  it('of one that nginx refuses says so, and nothing of WebSockets', () => {
    const { says } = of(sound('proxy_read_timeout 90s').replace('http_version 1.1', 'http_version'));
    expect(says).toContain('nginx will not start with it');
    expect(says).not.toContain('WebSockets');
  });

  it('of one that nginx refuses is sure of that, whatever is missing', () => {
    const { says } = of(sound('include snippets/headers.conf;\n            proxy_read_timeout;'));
    expect(says).toContain('nginx will not start with it; one included file was not given.');
  });

  it('of one without a proxy says that little could be checked', () => {
    expect(of('events {}\nhttp {\n    server {\n        listen 80;\n        root /srv;\n    }\n}\n').says).toMatch(
      /^No server was found that passes WebSockets on/,
    );
  });

  it('of a host that nobody answers to names it', () => {
    const { says } = ask({ files: [{ name: 'nginx.conf', text: 'events {}\nhttp {}\n' }], host: 'chat.example.org' });
    expect(says).toBe('No server that answers to chat.example.org passes WebSockets on.');
  });

  it('of a host that nginx itself answers names it', () => {
    const closed = sound('proxy_read_timeout 90s;')
      .replace(' default_server', '')
      .replace(/}\n$/, '    server {\n        listen 80 default_server;\n        return 444;\n    }\n}\n');
    const files = [{ name: 'nginx.conf', text: closed }];
    expect(ask({ files, host: 'chta.example.com' }).says).toContain('o server that answers to chta.example.com passes');
    expect(ask({ files, host: 'chat.example.com' }).says).toMatch(/ebSockets get through\.$/);
  });

  it('does not promise that WebSockets get through where files are missing', () => {
    const { says } = of(sound('include snippets/headers.conf;\n            proxy_read_timeout 90s;'));
    expect(says).toContain('as far as can be told: one included file was not given');
    expect(says).not.toContain('get through');
  });
});

describe('what is asked', () => {
  const files = [{ name: 'nginx.conf', text: 'events {}' }];

  it.each(['', ' ', 'chat.example.com:8443', 'https://chat.example.com'])('is no host: %j', (host) => {
    expect(() => ask({ files, host })).toThrow('host: is no name such as chat.example.com');
  });

  it.each(['chat.example.com', '192.0.2.1', '[2001:db8::1]', 'chät.example'])('is a host: %s', (host) => {
    expect(ask({ files, host }).counts.error).toBe(0);
  });
});

describe('a dump whose top is missing', () => {
  it('is checked as far as it goes, and what was not read is told at a place that the page can show', () => {
    const text = 'http {\n}\n# configuration file /etc/nginx/mime.types:\ntypes {\n}\n';
    const { notes, files } = of(text);
    expect(files.map(({ name }) => name)).toEqual(['/etc/nginx/mime.types']);
    expect(notes).toEqual([
      {
        file: '/etc/nginx/mime.types',
        line: 1,
        column: 1,
        says: expect.stringContaining('line 1 of nginx.conf stands'),
      },
    ]);
  });
});
