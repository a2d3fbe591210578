import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startPage, TOKEN } from './page-stage.ts';

/** Says something to a port by hand. @returns all that it answers */
async function say(port: number, words: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(words);
  return await text(socket);
}

describe('a name that is made to point here (DNS rebinding)', () => {
  it.each([
    'evil.example',
    'evil.example:8067',
    'localhost.evil.example',
    '2130706433',
    '127.0.0.1.evil.example',
    '[::1',
    '',
  ])('is answered nothing but 421: "%s"', async (host) => {
    const page = await startPage();
    for (const path of ['/', '/api/summary', '/healthz', `/?token=${TOKEN}`]) {
      const answer = await page.get(path).set('Host', host);
      expect(answer.status).toBe(421);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.body.error).toContain('--page-host');
    }
  });

  it.each([
    '127.0.0.1',
    '127.0.0.1:9999',
    '[::1]:8067',
    '192.168.1.10:8067',
    'localhost',
    'LOCALHOST:8067',
    'hangup.localhost',
  ])('is not %s', async (host) => {
    const page = await startPage();
    expect((await page.get('/api/connections').set('Host', host)).status).toBe(200);
  });

  it('is not a name that the operator has given', async () => {
    const page = await startPage({ hosts: ['hangup.example.com'] });
    expect((await page.get('/api/connections').set('Host', 'Hangup.Example.com:8067')).status).toBe(200);
    expect((await page.get('/api/connections').set('Host', 'example.com')).status).toBe(421);
  });

  it('cannot hide in the request line, as a proxy is asked', async () => {
    const page = await startPage();
    const answer = await say(
      page.port,
      'GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe('a page of another origin', () => {
  it.each([
    ['another host', 'http://evil.example'],
    ['another port of this host', 'http://127.0.0.1:1'],
    ['another scheme', 'https://127.0.0.1:PORT'],
    ['a sandboxed frame', 'null'],
    ['nothing', ''],
  ])('cannot sign in or out: %s', async (_, given) => {
    const page = await startPage();
    const origin = given.replace('PORT', String(page.port));
    for (const request of [page.ask.post('/api/session').send({ token: TOKEN }), page.ask.delete('/api/session')]) {
      const answer = await (origin === '' ? request : request.set('Origin', origin));
      expect(answer.status).toBe(403);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it('is told apart from a script, which brings its token and has no origin', async () => {
    const page = await startPage();
    const answer = await page.ask.delete('/api/session').set('Authorization', `Bearer ${TOKEN}`);
    expect(answer.status).toBe(204);
  });

  it('is not the page itself behind a proxy that speaks TLS for it, if its name was given', async () => {
    const page = await startPage({ hosts: ['hangup.example.com'] });
    const post = () => page.ask.post('/api/session').set('Host', 'hangup.example.com').send({ token: TOKEN });
    expect((await post().set('Origin', 'https://hangup.example.com')).status).toBe(204);
    expect((await post().set('Origin', 'https://example.com')).status).toBe(403);
  });
});

describe('every answer', () => {
  const CSP =
    "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';base-uri 'none';" +
    "form-action 'self';frame-ancestors 'none';require-trusted-types-for 'script'";

  it.each(['/', '/api/summary', '/healthz', '/nothing', '/assets/index-abc123.js'])(
    'lets a browser run and load nothing but the page’s own files: %s',
    async (path) => {
      const page = await startPage();
      const { headers } = await page.ask.get(path);
      expect(headers['content-security-policy']).toBe(CSP);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers['strict-transport-security']).toBeUndefined();
    },
  );

  it('asks for TLS the next time, where there is TLS', async () => {
    const page = await startPage({ tls: true });
    const { headers } = await page.ask.get('/healthz').trustLocalhost();
    expect(headers['strict-transport-security']).toBe('max-age=86400');
  });

  it('is kept by no cache, unless its name holds a hash', async () => {
    const page = await startPage();
    const cacheOf = async (path: string) => (await page.get(path)).headers['cache-control'];
    expect(await cacheOf('/api/connections')).toBe('no-store');
    expect(await cacheOf('/healthz')).toBe('no-store');
    expect(await cacheOf('/metrics')).toBe('no-store');
    expect(await cacheOf('/')).toBe('no-cache');
    expect(await cacheOf('/assets/index-abc123.js')).toBe('public, max-age=31536000, immutable');
  });
});

describe('what is not there', () => {
  it('is a sentence in JSON, and not for those who may not look', async () => {
    const page = await startPage();
    const answer = await page.get('/api/nothing');
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({ error: 'there is nothing at /api/nothing; docs/api.md lists what there is' });
    expect((await page.ask.get('/api/nothing')).status).toBe(401);
  });

  it.each([
    '/assets/none.js',
    '/.built',
    '/assets/../.built',
    '/favicon.ico',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/index.html/x',
  ])('is not found among the files either: %s', async (path) => {
    const page = await startPage();
    const answer = await say(page.port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 40[034] /);
  });

  it.each([
    ['post', '/api/connections', 'GET, HEAD'],
    ['delete', '/metrics', 'GET, HEAD'],
    ['put', '/', 'GET, HEAD'],
    ['get', '/api/session', 'POST, DELETE'],
  ] as const)('is refused with what there is: %s %s', async (method, path, allowed) => {
    const page = await startPage();
    const answer = await page.ask[method](path).set('Authorization', `Bearer ${TOKEN}`);
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe(allowed);
    expect(answer.body).toEqual({ error: `only ${allowed} here` });
  });

  it('is the page itself while it is not built, and then says how to build it', async () => {
    const page = await startPage({ built: false });
    const answer = await page.ask.get('/').set('Accept', 'text/html');
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('npm run build:page');
    expect((await page.get('/api/connections')).status).toBe(200);
  });
});

it('answers HEAD without a body', async () => {
  const page = await startPage();
  for (const path of ['/api/connections', '/api/live', '/api/verdicts', '/', '/healthz']) {
    const answer = await page.ask.head(path).set('Authorization', `Bearer ${TOKEN}`);
    expect(answer.status).toBe(200);
    expect(answer.text).toBeFalsy();
  }
});

describe('somebody who holds connections open', () => {
  it.each([
    ['without a word', ''],
    ['in the middle of a head', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n'],
    [
      'in the middle of a body',
      'POST /api/session HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    ],
  ])('is let go within seconds: %s', async (_, words) => {
    const page = await startPage();
    const since = performance.now();
    await say(page.port, words);
    expect(performance.now() - since).toBeGreaterThan(1000);
    expect(performance.now() - since).toBeLessThan(15_000);
  });

  it('gets no more than 256 of them', async () => {
    const page = await startPage();
    const sockets = Array.from({ length: 300 }, () => connect(page.port, '127.0.0.1'));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    let dropped = 0;
    for (const socket of sockets) socket.on('error', () => undefined).on('close', () => dropped++);
    await vi.waitFor(() => expect(dropped).toBe(300 - 256), 4000);
  });
});

it('survives what is no HTTP', async () => {
  const page = await startPage();
  expect(await say(page.port, '\x16\x03\x01\x02\x00\x01\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect(await say(page.port, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 431 /,
  );
  expect(await say(page.port, 'GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect((await page.ask.get('/healthz')).status).toBe(200);
});
