import { describe, expect, test } from 'vitest';
import { encodeFrame, headText, OPCODE, upgradeAnswer, upgradeRequest } from '../kit/fault-peers.ts';
import { askStage, caller, openStage, server, startGateway } from './stage.ts';

const ODD_HEADERS = [
  ['x-LOWER-and-UPPER', 'Kept As It Is'],
  ['Cookie', 'a=1'],
  ['X-Twice', 'first'],
  ['cookie', 'b=2'],
  ['X-Twice', 'second'],
  ['X-Latin', 'caf\xe9 \xa0\xff'],
  ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits, x-other'],
  ['X-Empty', ''],
  ['Keep-Alive', 'timeout=5'],
  ['TE', 'trailers'],
] as const;

describe('the head of an upgrade', () => {
  test('reaches the server with case, order, duplicates and latin1 values as the client wrote them', async () => {
    const { target } = await askStage('accept', { headers: ODD_HEADERS, path: '/api/v4/websocket?a=%20b&c' });
    const { head } = await target.upgraded();
    expect(head?.startLine).toBe('GET /api/v4/websocket?a=%20b&c HTTP/1.1');
    expect(head?.headers.slice(5)).toEqual(ODD_HEADERS);
    expect(head?.headers.slice(0, 3).map(([name]) => name)).toEqual(['Host', 'Upgrade', 'Connection']);
    expect(head?.headers).toHaveLength(5 + ODD_HEADERS.length);
  });

  test('stays HTTP/1.0 when an old proxy has sent it so', async () => {
    const { target, client } = await askStage('accept', { httpVersion: '1.0', without: ['Host'] });
    const { head } = await target.upgraded();
    expect(head?.startLine).toBe('GET / HTTP/1.0');
    expect(head?.headers.map(([name]) => name)).not.toContain('Host');
    expect((await client.gotHead()).status).toBe(101);
  });

  test("is answered with the server's own bytes, odd ones included", async () => {
    let text = '';
    const { client, log } = await askStage((connection, request) => {
      text = `HTTP/1.1 101 Odd  Reason \xe9\r\nupgrade:WebSocket\r\n${upgradeAnswer(request, ODD_HEADERS).split('\r\n').slice(1).join('\r\n')}`;
      return connection.answerRaw(Buffer.from(text, 'latin1'));
    });
    await client.gotHead();
    expect(client.received.toString('latin1')).toBe(text);
    const answer = await log.fact('upgrade-answer');
    expect(answer).toMatchObject({
      status: 101,
      reason: 'Odd  Reason \xe9',
      httpVersion: '1.1',
      own: false,
      body: null,
    });
    expect(answer.headers[0]).toEqual(['upgrade', 'WebSocket']);
  });

  test('may hold 40 KB of cookies', async () => {
    const cookie = `MMAUTHTOKEN=${'x'.repeat(40_000)}`;
    const { target } = await askStage('accept', { headers: [['Cookie', cookie]] });
    const { head } = await target.upgraded();
    expect(head?.headers.at(-1)).toEqual(['Cookie', cookie]);
  });

  test('is recorded as it came, but for its secrets', async () => {
    const { log } = await askStage('accept', {
      path: '/api/v4/websocket?token=hunter2&connection_id=abc',
      headers: [
        ['Cookie', 'MMAUTHTOKEN=hunter2; lang=de'],
        ['Authorization', 'Bearer hunter2'],
        ['X-Forwarded-For', '192.0.2.7, 10.0.0.1'],
        ['User-Agent', 'bot/1'],
        ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
      ],
    });
    const request = await log.fact('upgrade-request');
    expect(request.url).toBe('/api/v4/websocket?token=***&connection_id=abc');
    expect(request.headers).toContainEqual(['Cookie', 'MMAUTHTOKEN=***; lang=***']);
    expect(request.headers).toContainEqual(['Authorization', 'Bearer ***']);
    expect(request).toMatchObject({ method: 'GET', httpVersion: '1.1', headBytes: 0, missing: null });
    expect(request.peer).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(log.client).toEqual({ peer: request.peer, forwardedFor: '192.0.2.7', userAgent: 'bot/1' });
    expect(log.head.trace).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(JSON.stringify([log.head, log.facts])).not.toContain('hunter2');
  });
});

describe('frames that come with the heads', () => {
  test('in the packet of the request are relayed once the server has accepted, and counted', async () => {
    const frames = Buffer.concat([
      encodeFrame({ payload: 'early', mask: true }),
      encodeFrame({ payload: 'bird', mask: true }),
    ]);
    const target = await server();
    const { port, recording } = await startGateway({ target: target.port });
    const client = await caller({ port });
    await client.send(Buffer.concat([Buffer.from(upgradeRequest({ host: 'a' })), frames]));
    const far = await target.upgraded();
    await far.until('both frames', () => far.frames.length === 2);
    expect(Buffer.concat(far.frames.map(({ wire }) => wire))).toEqual(frames);
    const log = await recording.connection();
    expect((await log.fact('upgrade-request')).headBytes).toBe(frames.length);
    client.fin();
    far.fin();
    expect(await log.end()).toMatchObject({ client: { frames: 2, bytes: frames.length }, server: { frames: 0 } });
  });

  test('in the packet of the 101 are relayed and counted', async () => {
    const frames = Buffer.concat([encodeFrame({ payload: 'hello' }), encodeFrame({ payload: 'world' })]);
    const { client, log, target } = await askStage((connection, request) =>
      connection.answerRaw(Buffer.concat([Buffer.from(upgradeAnswer(request)), frames])),
    );
    await client.until('both frames', () => client.frames.length === 2);
    expect(Buffer.concat(client.frames.map(({ wire }) => wire))).toEqual(frames);
    expect((await log.fact('upgrade-answer')).headBytes).toBe(frames.length);
    client.fin();
    (await target.upgraded()).fin();
    expect(await log.end()).toMatchObject({ server: { frames: 2, bytes: frames.length } });
  });

  test('sent while the server still thinks are not lost, however many', async () => {
    const asked = Promise.withResolvers<() => Promise<void>>();
    const { client, target } = await askStage((connection, request) => asked.resolve(() => connection.accept(request)));
    const accept = await asked.promise;
    const frame = encodeFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(50_000, 7), mask: true });
    const sending = Promise.all(Array.from({ length: 40 }, () => client.send(frame)));
    expect((await target.connection()).remainder).toHaveLength(0);
    await accept();
    const far = await target.upgraded();
    await far.until('all frames', () => far.frames.length === 40);
    await sending;
    expect(far.frames.every(({ wire }) => wire.equals(frame))).toBe(true);
  });

  test('and a FIN behind them arrive in that order although the server answers later', async () => {
    const asked = Promise.withResolvers<() => Promise<void>>();
    const { client, target, log } = await askStage((connection, request) =>
      asked.resolve(() => connection.accept(request)),
    );
    const accept = await asked.promise;
    await client.text('last words');
    client.fin();
    await log.fact('fin');
    await accept();
    const far = await target.upgraded();
    expect(await far.ended).toMatchObject({ manner: 'fin' });
    expect(far.frames.map(({ payload }) => payload.toString())).toEqual(['last words']);
    await far.text('still here');
    await client.gotFrame(({ payload }) => payload.toString() === 'still here');
    far.fin();
    expect(await client.ended).toMatchObject({ manner: 'fin' });
    await log.end();
    expect(log.all('fin').map(({ from }) => from)).toEqual(['client', 'server']);
  });
});

describe('answers before the answer', () => {
  test('are passed on: 103 and 100, then the 101', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n';
    const { client, log, target } = await askStage((connection, request) =>
      connection.answerRaw(early + upgradeAnswer(request)),
    );
    await client.until('the 101', () => client.received.includes(' 101 Switching'));
    expect(client.received.toString('latin1').startsWith(early)).toBe(true);
    expect(log.all('upgrade-answer').map(({ status }) => status)).toEqual([101]);
    const far = await target.connection();
    far.startFrames();
    await client.text('works');
    await far.gotFrame();
  });
});

describe('an answer in pieces', () => {
  test('is put together, one byte at a time', async () => {
    const { client } = await askStage(async (connection, request) => {
      const answer = upgradeAnswer(request);
      await connection.send(answer, Array.from(answer, (_, i) => i).slice(1));
      connection.startFrames();
    });
    expect((await client.gotHead()).status).toBe(101);
  });
});

describe('a 101 to something that was not asked for', () => {
  test('is relayed and ended: no tunnel opens behind it', async () => {
    const answer = headText('HTTP/1.1 101 Switching Protocols', [
      ['Upgrade', 'h2c'],
      ['Connection', 'Upgrade'],
    ]);
    const { client, log, target } = await askStage({ raw: `${answer}smuggled` });
    expect(await client.ended).toMatchObject({ manner: 'fin' });
    expect(client.received.toString()).toBe(answer);
    await client.send('GET /secret HTTP/1.1\r\nHost: a\r\n\r\n');
    client.fin();
    await log.end();
    const far = await target.connection();
    expect(far.received.toString()).not.toContain('secret');
    expect(target.connections).toHaveLength(1);
  });
});

describe('an upgrade request with a body', () => {
  test.each([
    ['Content-Length', '5'],
    ['Transfer-Encoding', 'chunked'],
  ])('is refused with 400 and recorded: %s', async (name, value) => {
    const target = await server();
    const { port, recording } = await startGateway({ target: target.port });
    const client = await caller({ port, headers: [[name, value]] });
    expect((await client.upgrade()).status).toBe(400);
    expect(await client.ended).toMatchObject({ manner: 'fin' });
    expect(client.remainder.toString()).toMatch(/^hangup: an upgrade request must not have a body/);
    expect(target.connections).toHaveLength(0);
    const log = await recording.connection();
    expect(await log.fact('upgrade-answer')).toMatchObject({ status: 400, own: true });
    expect(log.kinds).toEqual(['upgrade-request', 'upgrade-answer', 'ended']);
  });

  test('passes when Content-Length says 0', async () => {
    const { client } = await askStage('accept', { headers: [['Content-Length', '0']] });
    expect((await client.gotHead()).status).toBe(101);
  });
});

describe('more WebSockets than --max-connections', () => {
  test('are refused with 503 and recorded as hangup’s own doing; a place that becomes free is used again', async () => {
    const first = await openStage({ maxConnections: 1 });
    const second = await caller({ port: first.port });
    expect((await second.upgrade()).status).toBe(503);
    const log = await first.recording.connection(1);
    await log.end();
    expect(log.kinds).toEqual(['upgrade-request', 'own-close', 'upgrade-answer', 'ended']);
    expect(await log.fact('own-close')).toMatchObject({ why: 'limit', side: null });
    first.client.fin();
    first.server.fin();
    await first.log.end();
    const third = await caller({ port: first.port });
    expect((await third.upgrade()).status).toBe(101);
  });
});
