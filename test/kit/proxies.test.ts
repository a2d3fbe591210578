import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { closeCode, connectClient, header, OPCODE, openClient, startServer } from './fault-peers.ts';
import {
  certificate,
  describeWith,
  type ProxyOptions,
  type ProxyProcess,
  startCaddy,
  startHaproxy,
  startNginx,
  type UpgradeVariant,
} from './proxies.ts';
import { startWireLog } from './wire-log.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Closes it after the test, whatever happens. */
function kept<T extends { close(): unknown }>(thing: T): T {
  cleanups.push(() => thing.close());
  return thing;
}

let echo: WebSocketServer;
let echoPort = 0;
beforeAll(async () => {
  echo = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  echo.on('connection', (socket) => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));
  await once(echo, 'listening');
  const address = echo.address();
  echoPort = address !== null && typeof address === 'object' ? address.port : 0;
});
afterAll(() => {
  for (const client of echo.clients) client.terminate();
  echo.close();
});

async function echoes(url: string): Promise<string> {
  const socket = new WebSocket(url, { rejectUnauthorized: false });
  await once(socket, 'open');
  socket.send('round trip');
  const [data] = await once(socket, 'message');
  const closed = once(socket, 'close');
  socket.close(1000);
  await closed;
  return String(data);
}

const STARTERS: [
  'nginx' | 'haproxy' | 'caddy',
  (options: ProxyOptions & { tls?: ReturnType<typeof certificate> }) => Promise<ProxyProcess>,
][] = [
  ['nginx', startNginx],
  ['haproxy', startHaproxy],
  ['caddy', startCaddy],
];

for (const [name, start] of STARTERS) {
  describeWith(name, `real ${name}`, () => {
    test('passes an upgrade and a ws echo, in the clear and over TLS', async () => {
      const plain = kept(await start({ target: echoPort }));
      expect(await echoes(`ws://127.0.0.1:${plain.port}/ws`)).toBe('round trip');
      const secure = kept(await start({ target: echoPort, tls: certificate() }));
      expect(await echoes(`wss://localhost:${secure.port}/ws`)).toBe('round trip');
    });

    test('says where it came from in a header', async () => {
      const server = kept(await startServer({ polite: true }));
      const proxy = kept(await start({ target: server.port }));
      kept(await openClient({ port: proxy.port }));
      const request = (await server.upgraded()).head;
      expect(request && header(request, 'x-forwarded-for')).toBe('127.0.0.1');
    });

    test('stop ends it and both sides', async () => {
      const server = kept(await startServer());
      const proxy = kept(await start({ target: server.port }));
      const client = kept(await openClient({ port: proxy.port }));
      const upstream = await server.upgraded();
      await proxy.stop();
      expect([(await client.ended).manner, (await upstream.ended).manner]).toEqual(['fin', 'fin']);
    });

    test('a configuration that it refuses is told in its own words', async () => {
      await expect(start({ target: 'http://127.0.0.1:1/path' })).rejects.toThrow(/did not start/);
    });
  });
}

describeWith('nginx', 'nginx as in GROUND-TRUTH §1', () => {
  test('the idle timeout is a FIN to both sides, logged at info', async () => {
    const server = kept(await startServer({ polite: true }));
    const nginx = kept(await startNginx({ target: server.port, readTimeout: '1s' }));
    const log = kept(await startWireLog({ target: nginx.port, letters: { client: 'C', server: 'P' } }));
    const client = kept(await openClient({ port: log.port, polite: true }));
    const upstream = await server.upgraded();
    expect(await client.ended).toMatchObject({ manner: 'fin', errno: null });
    expect(await upstream.ended).toMatchObject({ manner: 'fin', errno: null });
    await nginx.waitForLog(/\[info\].*upstream timed out \(110.*while proxying upgraded connection/);
    await nginx.accessLog.until(/ 101 rc=OK /);
    expect(await log.records[0]?.ended()).toBe('P:FIN > C:FIN');
  });

  test('a Close handshake, as two wire logs have it', async () => {
    const server = kept(await startServer({ polite: true }));
    const inner = kept(await startWireLog({ target: server.port, letters: { client: 'P', server: 'S' } }));
    const nginx = kept(await startNginx({ target: inner.port }));
    const edge = kept(await startWireLog({ target: nginx.port, letters: { client: 'C', server: 'P' } }));
    const client = kept(await openClient({ port: edge.port, polite: true }));
    await client.closeFrame(1000);
    expect((await client.gotFrame()).opcode).toBe(OPCODE.close);
    expect(await inner.records[0]?.ended()).toBe('P:CLOSE/m > S:CLOSE > S:FIN > P:FIN');
    expect(await edge.records[0]?.ended()).toMatch(/^C:CLOSE\/m > P:CLOSE > /);
  });

  test('a client RST becomes a FIN, a server RST is logged at error', async () => {
    const server = kept(await startServer({ polite: true }));
    const nginx = kept(await startNginx({ target: server.port }));
    const first = kept(await openClient({ port: nginx.port, polite: true }));
    const firstUpstream = await server.upgraded(0);
    first.rst();
    expect((await firstUpstream.ended).manner).toBe('fin');
    await nginx.waitForLog(/\[info\].*recv\(\) failed \(104/);
    const second = kept(await openClient({ port: nginx.port, polite: true }));
    (await server.upgraded(1)).rst();
    expect((await second.ended).manner).toBe('fin');
    await nginx.waitForLog(/\[error\].*recv\(\) failed \(104/);
  });

  test('a reload with worker_shutdown_timeout ends the old connections, a quit refuses new ones', async () => {
    const server = kept(await startServer({ polite: true }));
    const nginx = kept(await startNginx({ target: server.port, workerShutdownTimeout: '1s' }));
    const client = kept(await openClient({ port: nginx.port, polite: true }));
    await nginx.reload();
    const late = kept(await openClient({ port: nginx.port, polite: true }));
    expect((await client.ended).manner).toBe('fin');
    expect(late.endings).toEqual([]);
    await nginx.accessLog.until(/ 101 rc= /);
    nginx.quit();
    await nginx.waitForLog(/signal 3 \(SIGQUIT\)/);
    await nginx.exited;
    expect((await late.ended).manner).toBe('fin');
  });

  test('a killed worker ends its connections, is named in the log and replaced', async () => {
    const server = kept(await startServer({ polite: true }));
    const nginx = kept(await startNginx({ target: server.port, workers: 1 }));
    const client = kept(await openClient({ port: nginx.port, polite: true }));
    const worker = nginx.killWorker();
    expect((await client.ended).manner).toBe('fin');
    await nginx.waitForLog(new RegExp(`\\[alert\\].*worker process ${worker} exited on signal 9`));
    kept(await openClient({ port: nginx.port }));
  });

  test('without its master the workers go on, and close() ends them', async () => {
    const server = kept(await startServer({ polite: true }));
    const nginx = await startNginx({ target: server.port, workers: 2 });
    await nginx.killMaster();
    const client = kept(await openClient({ port: nginx.port, polite: true }));
    await nginx.close();
    expect((await client.ended).manner).toBe('fin');
  });

  test('a client that does not read: RST to the server, "client timed out" at info', async () => {
    const server = kept(await startServer());
    const nginx = kept(await startNginx({ target: server.port, sendTimeout: '1s' }));
    const client = kept(await openClient({ port: nginx.port }));
    const upstream = await server.upgraded();
    client.pause();
    const sent = upstream.frame({ opcode: OPCODE.binary, payload: Buffer.alloc(30_000_000) });
    await expect(sent).rejects.toThrow(/ECONNRESET|EPIPE|ECANCELED/);
    expect((await upstream.ended).manner).toBe('rst');
    await nginx.waitForLog(/\[info\].*client timed out \(110/);
    client.resume();
    expect((await client.ended).manner).toBe('fin');
  });

  test('behind TLS, an idle end carries close_notify and a kill does not', async () => {
    const server = kept(await startServer({ polite: true }));
    const nginx = kept(await startNginx({ target: server.port, tls: certificate(), readTimeout: '1s' }));
    const idle = kept(await openClient({ port: nginx.port, tls: true, polite: true }));
    expect(await idle.ended).toMatchObject({ manner: 'fin', closeNotify: true });
    const killed = kept(await openClient({ port: nginx.port, tls: true, polite: true }));
    nginx.killWorker();
    expect(await killed.ended).toMatchObject({ manner: 'fin', closeNotify: false });
  });

  const ROWS: [UpgradeVariant, string, (string | null)[]][] = [
    ['right', 'HTTP/1.1', ['websocket', 'upgrade']],
    ['http-1.0', 'HTTP/1.0', ['websocket', 'upgrade']],
    ['missing-upgrade', 'HTTP/1.1', [null, 'upgrade']],
    ['missing-connection', 'HTTP/1.1', ['websocket', 'close']],
    ['bare', 'HTTP/1.0', [null, 'close']],
    ['only-http-1.1', 'HTTP/1.1', [null, 'close']],
    ['connection-passed-on', 'HTTP/1.1', ['websocket', 'Upgrade']],
    ['connection-map', 'HTTP/1.1', ['websocket', 'upgrade']],
    ['connection-empty', 'HTTP/1.1', ['websocket', null]],
    ['dropped-by-location', 'HTTP/1.1', [null, 'close']],
  ];
  test.each(ROWS)('%s: what the server receives (GROUND-TRUTH §8)', async (upgrade, version, received) => {
    const server = kept(await startServer({ answer: 'never' }));
    const nginx = kept(await startNginx({ target: server.port, upgrade }));
    const client = kept(await connectClient({ port: nginx.port, path: '/api/v4/websocket?id=m' }));
    await client.request();
    const request = await (await server.connection()).gotHead();
    expect(request.startLine).toBe(`GET /api/v4/websocket?id=m ${version}`);
    expect([header(request, 'upgrade'), header(request, 'connection')]).toEqual(received);
  });

  const PATHS: [UpgradeVariant, string, string, string][] = [
    ['host-lost', '/ws', '/ws', 'backend'],
    ['host-without-port', '/ws', '/ws', 'chat.example'],
    ['prefix-stripped', '/mm/api/v4/websocket', '/api/v4/websocket', 'chat.example:8065'],
    ['location-stripped', '/api/v4/websocket?id=m', '/?id=m', 'chat.example:8065'],
    ['double-slash', '/api/v4/websocket', '//v4/websocket', 'chat.example:8065'],
  ];
  test.each(PATHS)('%s: path and Host as the server receives them', async (upgrade, path, received, host) => {
    const server = kept(await startServer({ answer: 'never' }));
    const nginx = kept(await startNginx({ target: server.port, upgrade }));
    const client = kept(await connectClient({ port: nginx.port, path, host: 'chat.example:8065' }));
    await client.request();
    const request = await (await server.connection()).gotHead();
    expect([request.startLine, header(request, 'host')]).toEqual([`GET ${received} HTTP/1.1`, host]);
  });
});

describeWith('haproxy', 'HAProxy as in GROUND-TRUTH §2 and §5', () => {
  test('timeout tunnel: RST to the server, FIN to the client, cD in the log', async () => {
    const server = kept(await startServer());
    const haproxy = kept(await startHaproxy({ target: server.port, tunnelTimeout: '1s' }));
    const client = kept(await openClient({ port: haproxy.port }));
    const upstream = await server.upgraded();
    expect((await client.ended).manner).toBe('fin');
    expect((await upstream.ended).errno).toBe('ECONNRESET');
    await haproxy.waitForLog(/ 101 .* cD-- /);
  });

  test('a reload keeps connections until hard-stop-after; the admin socket can end them', async () => {
    const server = kept(await startServer({ polite: true }));
    const haproxy = kept(await startHaproxy({ target: server.port, hardStopAfter: '1s' }));
    const client = kept(await openClient({ port: haproxy.port, polite: true }));
    await haproxy.reload();
    const late = kept(await openClient({ port: haproxy.port, polite: true }));
    expect((await client.ended).manner).toBe('fin');
    await haproxy.waitForLog(/performing a hard-stop/);
    expect(late.endings).toEqual([]);
    await haproxy.command('shutdown sessions server b/s1');
    expect((await late.ended).manner).toBe('fin');
  });
});

describeWith('caddy', 'Caddy as in GROUND-TRUTH §2 and §5', () => {
  test('read_timeout is a FIN', async () => {
    const server = kept(await startServer({ polite: true }));
    const caddy = kept(await startCaddy({ target: server.port, readTimeout: '1s' }));
    const client = kept(await openClient({ port: caddy.port, polite: true }));
    expect(await client.ended).toMatchObject({ manner: 'fin' });
  });

  test('a reload writes Close 1001 to both sides, unmasked towards the server', async () => {
    const server = kept(await startServer());
    const caddy = kept(await startCaddy({ target: server.port }));
    const client = kept(await openClient({ port: caddy.port }));
    const upstream = await server.upgraded();
    await caddy.reload();
    const seen = [await client.gotFrame(), await upstream.gotFrame()];
    expect(seen.map((frame) => [closeCode(frame), frame.masked])).toEqual([
      [1001, false],
      [1001, false],
    ]);
  });
});
