import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/nginx/parse/parse.ts';
import { appliedTimers, explain, parseRequest, smallestIdleTimer } from '../../../src/nginx/resolve/explain.ts';
import { httpModel } from '../../../src/nginx/resolve/model.ts';
import { resolve } from '../../../src/nginx/resolve/resolve.ts';
import { parseVersion } from '../../../src/nginx/version.ts';
import { resolved } from './resolved.ts';

const CONF = `worker_shutdown_timeout 10s;
http {
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  upstream mm { server 127.0.0.1:8065; }
  server {
    listen 443 ssl;
    server_name chat.example.com;
    location ~ /api/v[0-9]+/(users/)?websocket$ {
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_http_version 1.1;
      proxy_read_timeout 90s;
      proxy_pass http://mm;
    }
  }
}`;

describe('a request explained', () => {
  const lines = explain(resolved(CONF, 'wss://chat.example.com/api/v4/websocket'));
  const text = lines.join('\n');

  it('names the server, the location and where each stands', () => {
    expect(lines[0]).toBe('GET wss://chat.example.com/api/v4/websocket');
    expect(text).toContain('server    chat.example.com  (nginx.conf:5)');
    expect(text).toContain('location  ~ /api/v[0-9]+/(users/)?websocket$  (nginx.conf:8)');
  });

  it('shows the headers that the backend receives, each with its origin', () => {
    expect(text).toContain('Connection: upgrade  ($connection_upgrade, nginx.conf:10)');
    expect(text).toContain("Host: mm  ($proxy_host, nginx's default)");
    expect(text).toContain('Origin: https://chat.example.com  (the client)');
    expect(text).toContain("X-Real-IP: the client's address  ($remote_addr, nginx.conf:11)");
  });

  it('shows the timers and the smallest that can cut an idle WebSocket', () => {
    expect(text).toMatch(/proxy_read_timeout 90s: ends the WebSocket when no byte .* \(nginx.conf:13\)/);
    expect(text).toMatch(/worker_shutdown_timeout 10s: .* \(nginx.conf:1\)/);
    expect(lines.slice(-3)).toEqual([
      'the smallest timer that can cut an idle WebSocket',
      '  proxy_read_timeout 90s  (nginx.conf:13)',
      '',
    ]);
  });

  it('says why nothing reaches a backend', () => {
    const answer = explain(
      resolved('http { server { listen 80; return 301 https://$host$request_uri; } }', 'ws://a.test/x'),
    );
    expect(answer.join('\n')).toContain('nginx answers 301 to https://a.test/x  (nginx.conf:1)');
    const nobody = explain(resolved('http { server { listen 81; } }', 'ws://a.test/x'));
    expect(nobody.join('\n')).toContain('not known: no server listens on port 80 (servers listen on 81)');
  });

  it('writes what a stranger put into the configuration so that no terminal obeys it', () => {
    expect(
      explain(resolved('http { server { listen 80; server_name "\u001b[31m"; } }', 'ws://a/')).join(''),
    ).not.toContain('\u001b');
  });
});

describe('the timers of a request', () => {
  it('are none where nginx itself answers', () => {
    expect(appliedTimers(resolved('http { server { listen 80; return 200; } }', 'ws://a/'))).toEqual([]);
  });

  it('say that 0 is not off, but 504 at once', () => {
    const text = 'http { server { listen 80; location / { proxy_pass http://b; proxy_read_timeout 0; } } }';
    expect(smallestIdleTimer(appliedTimers(resolved(text, 'ws://a/')))).toMatchObject({
      ms: 0,
      does: expect.stringContaining('504'),
    });
  });

  it('leave the smallest open where a variable or a placeholder stands for it', () => {
    const text = 'http { server { listen 80; location / { proxy_pass http://b; proxy_read_timeout ${T}; } } }';
    expect(smallestIdleTimer(appliedTimers(resolved(text, 'ws://a/')))).toBeNull();
  });
});

describe('what a person types', () => {
  it('brings what a browser opens a WebSocket with', () => {
    const request = parseRequest('get', 'wss://Chat.example.com:8443/api/../x?y#z');
    expect(request).toMatchObject({
      scheme: 'https',
      host: 'chat.example.com',
      port: 8443,
      method: 'GET',
      target: '/api/../x?y',
    });
    expect(request.headers.map(({ name }) => name)).toEqual([
      'Connection',
      'Upgrade',
      'Origin',
      'Sec-WebSocket-Version',
      'Sec-WebSocket-Key',
    ]);
    expect(request.headers[2]?.value).toBe('https://chat.example.com:8443');
  });

  it.each([
    ['wss://a', 443, '/'],
    ['ws://a?x', 80, '/?x'],
    ['https://a/b', 443, '/b'],
    ['http://[::1]:81/', 81, '/'],
    ['ws://a:80/', 80, '/'],
    ['wss://a:80/', 80, '/'],
  ])('%s goes to port %i', (url, port, target) => {
    expect(parseRequest('GET', url)).toMatchObject({ port, target });
  });

  it.each(['chat.example.com', 'ftp://a/', 'wss://', 'wss://a b/', 'wss://a:99999/', ''])(
    '%j is no such URL',
    (url) => {
      expect(() => parseRequest('GET', url)).toThrow(RangeError);
    },
  );

  describe('where an include was not given', () => {
    const HEDGED = "nginx's default, unless what was not given sets it";
    const conf = (location: string, server = ''): string =>
      `http { include mime.types; server { listen 80; ${server} location /a { ${location} proxy_pass http://127.0.0.1:1; } } }`;
    const explained = (text: string, url = 'ws://a.test/a'): string => {
      const files = {
        read: (path: string) => (path === 'x' ? { bytes: Buffer.from(text) } : { unknown: true as const }),
        list: () => null,
      };
      return explain(resolve(httpModel(parse('x', files)), parseRequest('GET', url), parseVersion('1.22.1'))).join(
        '\n',
      );
    };

    it('says of a default that it may be another', () => {
      const text = explained(conf('include proxy_params;'));
      expect(text).toContain(`Host: 127.0.0.1:1  ($proxy_host, ${HEDGED})`);
      expect(text).toContain(`Connection: close  (${HEDGED})`);
      expect(text).toContain('  and what was not given may set more\n');
      expect(text).toContain('over HTTP/1.0, unless what was not given sets it');
      expect(text).toContain(`  proxy_read_timeout 60s  (${HEDGED})`);
      expect(text).toContain('what was not given\n  proxy_params\n');
    });

    it('says of a line further out that one further in would drop it, and of one beside it that it stays', () => {
      const line = 'proxy_set_header X-A b; proxy_read_timeout 90s;';
      const outer = explained(conf('include p;', line));
      expect(outer).toContain('X-A: b  (x:1, unless what was not given has a proxy_set_header of its own)');
      expect(outer).toContain('proxy_read_timeout 90s  (x:1, unless what was not given sets it)');
      const beside = explained(conf(`include p; ${line}`));
      expect(beside).toContain('X-A: b  (x:1)');
      expect(beside).toContain('proxy_read_timeout 90s  (x:1)');
      expect(beside).toContain(`Host: 127.0.0.1:1  ($proxy_host, ${HEDGED})`);
    });

    it('says of a file that another location may take it', () => {
      const text = explained(conf('', 'include locations;'), 'ws://a.test/b');
      expect(text).toContain('no WebSocket passes there, unless what was not given has a location for it');
    });

    it('says nothing of the kind where mime.types alone is missing, and of a piece that http is', () => {
      expect(explained(conf(''))).not.toContain('not given');
      const piece = explained('server { listen 80; location / { proxy_pass http://127.0.0.1:1; } }');
      expect(piece).toContain(`Connection: close  (${HEDGED})`);
      expect(piece).toContain('what was not given\n  the http block around this file');
    });
  });
});
