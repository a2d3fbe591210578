import { describe, expect, test } from 'vitest';
import { headText, newKey } from '../kit/fault-peers.ts';
import { freePort } from '../kit/ports.ts';
import { caller, server, startGateway } from './stage.ts';

/** GROUND-TRUTH §8: what a server receives behind a proxy that is not configured for WebSocket. */
const VARIANTS: readonly (readonly [
  name: string,
  missing: string,
  lines: readonly (readonly [string, string])[],
  version: string,
])[] = [
  ['missing Upgrade', 'upgrade', [['Connection', 'upgrade']], '1.1'],
  [
    'missing Connection',
    'connection',
    [
      ['Upgrade', 'websocket'],
      ['Connection', 'close'],
    ],
    '1.1',
  ],
  ['bare proxy_pass', 'both', [['Connection', 'close']], '1.0'],
  ['only proxy_http_version 1.1', 'both', [['Connection', 'close']], '1.1'],
  ['the keepalive recipe, Connection ""', 'both', [], '1.1'],
  ['Connection "" with Upgrade', 'connection', [['Upgrade', 'websocket']], '1.1'],
  ['Firefox behind a proxy that strips Upgrade', 'upgrade', [['Connection', 'keep-alive, Upgrade']], '1.1'],
];

const BODY = `Bad Request\n${'x'.repeat(3000)}`;
const ANSWER = `HTTP/1.1 400 Bad Request\r\nSec-Websocket-Version: 13\r\nX-Why: 'upgrade' token not found\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

describe('an upgrade that a proxy has stripped', () => {
  test.each(VARIANTS)(
    'is relayed with the rest of its header and recorded as what it was: %s',
    async (_name, missing, lines, version) => {
      const target = await server({ answer: { raw: ANSWER } });
      const { port, recording } = await startGateway({ target: target.port });
      const key = newKey();
      const rest = [
        ['Host', 'backend'],
        ['Sec-WebSocket-Key', key],
        ['sec-websocket-version', '13'],
        ['Cookie', 'MMAUTHTOKEN=hunter2'],
      ] as const;
      const client = await caller({
        port,
        request: headText(`GET /api/v4/websocket HTTP/${version}`, [...lines, ...rest]),
      });
      const { status } = await client.upgrade();
      expect(status).toBe(400);
      await client.until('the body', () => client.remainder.length === BODY.length);
      expect(client.remainder.toString()).toBe(BODY);

      const { head } = await target.connection();
      expect(head?.startLine).toContain('GET /api/v4/websocket HTTP/1.');
      for (const line of [...lines, ...rest]) expect(head?.headers).toContainEqual(line);

      const log = await recording.connection();
      await log.end();
      expect(await log.fact('upgrade-request')).toMatchObject({ missing, httpVersion: version });
      const answer = await log.fact('upgrade-answer');
      expect(answer).toMatchObject({ status: 400, reason: 'Bad Request', body: BODY.slice(0, 2048), own: false });
      expect(answer.headers).toContainEqual(['X-Why', "'upgrade' token not found"]);
      expect(JSON.stringify(log.facts)).not.toContain('hunter2');
      expect(log.kinds).toEqual(['upgrade-request', 'upgrade-answer', 'ended']);
    },
  );

  test('an ordinary request is not taken for one', async () => {
    const target = await server({ answer: { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n' } });
    const { port, recording } = await startGateway({ target: target.port });
    const client = await caller({
      port,
      request: headText('GET / HTTP/1.1', [
        ['Host', 'a'],
        ['Connection', 'upgrade'],
      ]),
    });
    expect((await client.upgrade()).status).toBe(200);
    expect(recording.connections).toHaveLength(0);
  });

  const stripped = headText('GET / HTTP/1.1', [
    ['Host', 'a'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Key', newKey()],
  ]);

  test('whose target is down is recorded as that', async () => {
    const { port, recording } = await startGateway({ target: await freePort() });
    const client = await caller({ port, request: stripped });
    expect((await client.upgrade()).status).toBe(502);
    const log = await recording.connection();
    await log.end();
    expect(await log.fact('target-failed')).toMatchObject({ stage: 'connect', code: 'ECONNREFUSED' });
  });

  test('whose target ends without an answer is recorded as that, not as unreachable', async () => {
    const target = await server({ answer: 'fin' });
    const { port, recording } = await startGateway({ target: target.port });
    const client = await caller({ port, request: stripped });
    expect((await client.upgrade()).status).toBe(502);
    const log = await recording.connection();
    await log.end();
    expect(await log.fact('target-failed')).toMatchObject({ stage: 'answer' });
  });

  test('that a lenient server accepts all the same opens no tunnel', async () => {
    const target = await server({
      answer: { raw: 'HTTP/1.1 101 Sure\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n' },
    });
    const { port, recording } = await startGateway({ target: target.port });
    const client = await caller({ port, request: stripped });
    expect((await client.upgrade()).status).toBe(502);
    const log = await recording.connection();
    await log.end();
    expect(await log.fact('target-failed')).toMatchObject({ stage: 'answer', code: 'BAD_ANSWER' });
  });

  test('whose client leaves before the answer is recorded as ended by the client', async () => {
    const target = await server({ answer: 'never' });
    const { port, recording } = await startGateway({ target: target.port });
    const client = await caller({ port, request: stripped });
    await client.request();
    const far = await target.connection();
    client.close();
    await far.ended;
    const log = await recording.connection();
    await log.end();
    expect(log.kinds).toEqual(['upgrade-request', 'fin', 'ended']);
    expect(await log.fact('fin')).toMatchObject({ from: 'client' });
  });
});

describe('an Upgrade to something else', () => {
  test('is plain HTTP: it ends here, the request goes on, nothing is recorded as a WebSocket', async () => {
    const target = await server({ answer: { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok' } });
    const { port, recording } = await startGateway({ target: target.port });
    const client = await caller({
      port,
      request: headText('GET / HTTP/1.1', [
        ['Host', 'a'],
        ['Connection', 'Upgrade, HTTP2-Settings'],
        ['Upgrade', 'h2c'],
        ['HTTP2-Settings', 'AAMAAABk'],
      ]),
    });
    expect((await client.upgrade()).status).toBe(200);
    const { head } = await target.connection();
    expect(head?.headers.map(([name]) => name.toLowerCase()).filter((name) => /upgrade|http2/.test(name))).toEqual([]);
    expect(recording.connections).toHaveLength(0);
  });
});
