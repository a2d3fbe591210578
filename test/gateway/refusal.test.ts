import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type FaultConnection, upgradeAnswer, upgradeRequest } from '../kit/fault-peers.ts';
import { askStage, caller, server, startGateway } from './stage.ts';

const chunked = (...pieces: string[]): string =>
  `${pieces.map((piece) => `${piece.length.toString(16)};ext=1\r\n${piece}\r\n`).join('')}0\r\nX-Trailer: t\r\n\r\n`;

/** Answers in which nothing may be touched: case, order, spacing, framing. */
const REFUSALS: [name: string, status: number, answer: string, body: string, end: 'fin' | null][] = [
  [
    '400, content-length',
    400,
    'HTTP/1.1 400 Bad Request\r\ncontent-LENGTH: 4\r\nX-B: 2\r\nX-A: 1\r\n\r\n',
    'no!\n',
    null,
  ],
  [
    '403, chunked',
    403,
    'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding:   chunked\r\n\r\n',
    chunked('URL ', 'Blocked'),
    null,
  ],
  ['302, no body', 302, 'HTTP/1.1 302 Found\r\nLocation: /login?token=x\r\nContent-Length: 0\r\n\r\n', '', null],
  ['502, until the close', 502, 'HTTP/1.0 502 Bad Gateway\r\nServer: nginx\r\n\r\n', '<html>502</html>', 'fin'],
  ['204', 204, 'HTTP/1.1 204 No Content\r\n\r\n', '', null],
  [
    '200, as a wrong route gives it',
    200,
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n',
    'plain',
    'fin',
  ],
];

describe('a refused upgrade', () => {
  test.each(REFUSALS)('reaches the client byte for byte: %s', async (_name, status, head, body, end) => {
    const { client, log } = await askStage({ raw: head + body, ...(end ? { end } : {}) });
    await client.until('the whole answer', () => client.received.length === head.length + body.length);
    expect(client.received.toString('latin1')).toBe(head + body);
    const answer = await log.fact('upgrade-answer');
    expect(answer).toMatchObject({ status, body, own: false });
    expect(JSON.stringify(answer)).not.toContain('token=x');
    if (end === 'fin') expect(await client.ended).toMatchObject({ manner: 'fin' });
    client.fin();
    await log.end();
    expect(log.kinds.slice(0, 2)).toEqual(['upgrade-request', 'upgrade-answer']);
  });

  test.each(REFUSALS)('does so when it comes byte by byte: %s', async (_name, _status, head, body, end) => {
    const whole = head + body;
    const { client } = await askStage(async (connection) => {
      await connection.send(
        whole,
        Array.from({ length: whole.length - 1 }, (_, i) => i + 1),
      );
      if (end === 'fin') connection.fin();
    });
    await client.until('the whole answer', () => client.received.length === whole.length);
    expect(client.received.toString('latin1')).toBe(whole);
  });

  test('of a megabyte streams through whole, to a client that reads slowly, and 2 KiB of it are recorded', async () => {
    const body = randomBytes(1 << 20).toString('latin1');
    const { client, log } = await askStage(async (connection) => {
      await connection.send(`HTTP/1.1 500 Oops\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
    client.pause();
    await log.fact('upgrade-answer').catch(() => undefined);
    client.resume();
    await client.until('the whole answer', () => client.remainder.length === body.length);
    expect(client.remainder.toString('latin1')).toBe(body);
    const answer = await log.fact('upgrade-answer');
    expect(Buffer.byteLength(answer.body ?? '')).toBeGreaterThan(0);
    expect(answer.body?.length).toBeLessThanOrEqual(2048);
  });

  test('that breaks off looks broken to the client, too', async () => {
    const { client, log } = await askStage({ raw: 'HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf', end: 'rst' });
    expect(await client.ended).toMatchObject({ manner: 'rst', errno: 'ECONNRESET' });
    await log.end();
    expect(await log.fact('upgrade-answer')).toMatchObject({ status: 500, body: 'half' });
  });
});

describe('after a refusal', () => {
  const refuse = (connection: FaultConnection) =>
    connection.send('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno');

  test('the next request on the connection is a request of its own, and may be an upgrade again', async () => {
    const warnings: string[] = [];
    const warned = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    let asked = 0;
    const { client, target, recording } = await askStage((connection, request) =>
      ++asked <= 20 ? refuse(connection) : connection.accept(request),
    );
    for (let i = 1; i <= 20; i++) {
      await client.until('the refusal', () => client.received.toString().split('401 Unauthorized').length - 1 === i);
      await client.until('its body', () => client.received.subarray(-2).toString() === 'no');
      await client.send(upgradeRequest({ host: 'a', path: `/${i}` }));
    }
    const far = await target.upgraded();
    await client.until('the 101', () => client.received.includes(' 101 '));
    client.startFrames();
    expect(far.head?.startLine).toBe('GET /20 HTTP/1.1');
    expect(target.connections).toHaveLength(21);
    expect(warnings, 'listeners that pile up on the connection').toEqual([]);
    await client.text('through');
    await far.gotFrame();
    expect(recording.connections.map(({ head }) => head.url)).toEqual([
      '/',
      ...Array.from({ length: 20 }, (_, i) => `/${i + 1}`),
    ]);
  });

  test('what the client had sent in advance is not tunnelled to the server but read as the next request', async () => {
    const target = await server({
      answer: (connection, request) =>
        request.startLine.includes('/second')
          ? connection.send('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond')
          : refuse(connection),
    });
    const { port } = await startGateway({ target: target.port });
    const client = await caller({ port });
    const second = 'GET /second HTTP/1.1\r\nHost: a\r\nConnection: x-hop\r\nX-Hop: gone\r\n\r\n';
    await client.send(upgradeRequest({ host: 'a' }) + second);
    await client.until('both answers', () => client.received.toString().endsWith('second'));
    expect(target.connections).toHaveLength(2);
    const [refused, plain] = target.connections;
    expect(refused?.received.toString()).not.toContain('/second');
    // It went through the HTTP parser: its hop-by-hop field is gone.
    expect(plain?.received.toString()).not.toContain('X-Hop');
  });

  test('bytes that the server sends behind its answer go nowhere', async () => {
    const { client } = await askStage({
      raw: `HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno${'HTTP/1.1 200 OK\r\n\r\nsmuggled'}`,
    });
    expect(await client.ended).toMatchObject({ manner: 'fin' });
    expect(client.received.toString()).toBe('HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno');
  });

  test('a client that says nothing more does not keep the connection open in the records', async () => {
    const { log } = await askStage(refuse);
    await log.end();
    expect(log.kinds).toEqual(['upgrade-request', 'upgrade-answer', 'ended']);
  });

  test('the same works over and over with an upgrade that is accepted in between requests', async () => {
    const target = await server({
      answer: (connection, request) =>
        /upgrade: websocket/i.test(request.text)
          ? connection.answerRaw(upgradeAnswer(request))
          : connection.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    });
    const { port } = await startGateway({ target: target.port });
    const client = await caller({ port });
    await client.send('GET /a HTTP/1.1\r\nHost: a\r\n\r\n');
    await client.until('ok', () => client.received.toString().endsWith('ok'));
    await client.send(upgradeRequest({ host: 'a' }));
    const far = await target.upgraded();
    await client.text('hello');
    expect((await far.gotFrame()).payload.toString()).toBe('hello');
  });
});
