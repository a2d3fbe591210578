import { once } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ListenError } from '../../src/gateway/gateway.ts';
import { encodeFrame, OPCODE } from '../kit/fault-peers.ts';
import { answerOf, ask, plainStage, readAll } from './plain-stage.ts';
import { caller, openStage, server, startGateway } from './stage.ts';

/** Longer than any of these ends may take; the drain itself would wait a minute. */
const LONG_MS = 60_000;

async function refuses(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const refused = await Promise.race([
    once(socket, 'connect').then(() => false),
    new Promise<boolean>((resolve) => socket.once('error', () => resolve(true))),
  ]).catch(() => true);
  socket.destroy();
  return refused;
}

describe('a drain', () => {
  test('ends open WebSockets with a FIN to both sides, no Close frame, and says that it was hangup', async () => {
    const { client, server, log, gateway, port } = await openStage();
    client.polite = true;
    server.polite = true;
    const drained = gateway.drain('hangup is being stopped', LONG_MS);
    expect(await Promise.all([client.ended, server.ended])).toMatchObject([{ manner: 'fin' }, { manner: 'fin' }]);
    await drained;
    expect([...client.frames, ...server.frames]).toEqual([]);
    expect(log.all('own-close')).toMatchObject([{ why: 'shutdown', side: null, says: 'hangup is being stopped' }]);
    expect(log.kinds.slice(2)).toEqual(['own-close', 'fin', 'fin', 'ended']);
    expect(await refuses(port)).toBe(true);
  });

  test.each(['client', 'server'] as const)('waits for the end of a frame from the %s', async (side) => {
    const { client, server, gateway, log } = await openStage();
    const [near, far] = side === 'client' ? [client, server] : [server, client];
    const frame = encodeFrame({ opcode: OPCODE.text, payload: 'a whole message', mask: side === 'client' });
    await near.send(frame.subarray(0, 8));
    await far.until('the first half', () => far.remainder.length === 8);
    const drained = gateway.drain('stop', LONG_MS);
    await log.fact('own-close');
    expect(far.endings).toEqual([]);
    await near.send(frame.subarray(8));
    expect(await far.ended).toMatchObject({ manner: 'fin' });
    expect(far.frames.map(({ payload }) => payload.toString())).toEqual(['a whole message']);
    client.fin();
    server.fin();
    await drained;
  });

  test('does not wait for a frame that never ends, nor for peers that never close', async () => {
    const { client, server, gateway } = await openStage();
    await client.send(Buffer.from([0x81, 0xfe]));
    await server.until('half a head', () => server.remainder.length > 0);
    const before = performance.now();
    await gateway.drain('stop', 300);
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(gateway.open).toBe(0);
  });

  test('ends by itself within four seconds when nobody closes', async () => {
    const { gateway } = await openStage();
    const before = performance.now();
    await gateway.drain('stop', LONG_MS);
    expect(performance.now() - before).toBeLessThan(4_000);
  });

  test('tells a client whose upgrade is not answered yet, with 503', async () => {
    const target = await server({ answer: 'never' });
    const { port, recording, gateway } = await startGateway({ target: target.port });
    const client = await caller({ port });
    await client.request();
    const far = await target.connection();
    const drained = gateway.drain('hangup is being stopped', LONG_MS);
    expect((await client.gotHead()).status).toBe(503);
    await client.ended;
    expect(client.remainder.toString()).toBe('hangup: hangup is being stopped\n');
    expect(await far.ended).toMatchObject({ manner: 'fin' });
    client.fin();
    await drained;
    expect((await recording.connection()).kinds.slice(0, 2)).toEqual(['upgrade-request', 'own-close']);
  });

  test('lets a plain request finish, then closes its connection and idle ones', async () => {
    const arrived = Promise.withResolvers<http.ServerResponse>();
    const { port, gateway, agent } = await plainStage((request, response) => {
      if (request.url === '/slow') arrived.resolve(response);
      else response.end('quick');
    });
    await ask({ port, agent, path: '/quick' });
    const request = http.get({ port, host: '127.0.0.1', path: '/slow', agent: new http.Agent({ keepAlive: true }) });
    const response = await arrived.promise;
    const drained = gateway.drain('stop', LONG_MS);
    response.write('half');
    const answer = await answerOf(request);
    response.end(' and half');
    expect((await readAll(answer)).toString()).toBe('half and half');
    await drained;
  });

  test('cuts a plain request that does not finish in time', async () => {
    const arrived = Promise.withResolvers<void>();
    const { port, gateway } = await plainStage(() => arrived.resolve());
    const request = http.get({ port, host: '127.0.0.1' });
    const failed = once(request, 'error');
    await arrived.promise;
    await gateway.drain('stop', 100);
    await failed;
  });

  test('of an idle gateway is over at once', async () => {
    const { gateway } = await startGateway({ target: 9 });
    const before = performance.now();
    await gateway.drain('stop', LONG_MS);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

describe('a listener', () => {
  test('that cannot listen says where and why', async () => {
    const target = await server();
    const { gateway } = await startGateway({ target: target.port });
    const error: unknown = await gateway.start().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
  });

  test('whose port is taken throws a ListenError', () => {
    const error = new ListenError('inner', '127.0.0.1:1', Object.assign(new Error('x'), { code: 'EADDRINUSE' }));
    expect(error.message).toBe('tap inner cannot listen on 127.0.0.1:1: something else listens there');
  });
});

describe('forwarded=append', () => {
  const headers = [
    ['x-forwarded-FOR', '192.0.2.1'],
    ['X-After', '1'],
  ] as const;

  test('appends the client’s address to an upgrade, where the list is, or at the end', async () => {
    const target = await server();
    const { port, recording } = await startGateway({ target: target.port, appendForwarded: true });
    await (await caller({ port, headers })).upgrade();
    await (await caller({ port })).upgrade();
    expect((await target.upgraded(0)).head?.headers.slice(-2)).toEqual([
      ['x-forwarded-FOR', '192.0.2.1, 127.0.0.1'],
      ['X-After', '1'],
    ]);
    expect((await target.upgraded(1)).head?.headers.at(-1)).toEqual(['X-Forwarded-For', '127.0.0.1']);
    const request = await (await recording.connection()).fact('upgrade-request');
    expect(request.headers.slice(-2)).toEqual(headers);
    expect(request.sent?.slice(-2)).toEqual([
      ['x-forwarded-FOR', '192.0.2.1, 127.0.0.1'],
      ['X-After', '1'],
    ]);
  });

  test('does so for plain requests, and the record keeps what the client sent', async () => {
    const { port } = await plainStage((request, response) => void response.end(request.headers['x-forwarded-for']), {
      appendForwarded: true,
    });
    expect((await ask({ port, headers: { 'X-Forwarded-For': '192.0.2.1' } })).body.toString()).toBe(
      '192.0.2.1, 127.0.0.1',
    );
    expect((await ask({ port })).body.toString()).toBe('127.0.0.1');
  });

  test('left out, adds nothing', async () => {
    const { server, log } = await openStage({ client: { headers } });
    expect(server.head?.headers.slice(-2)).toEqual(headers);
    const request = await log.fact('upgrade-request');
    expect(request.headers.slice(-2)).toEqual(headers);
    expect(request).not.toHaveProperty('sent');
    const { port } = await plainStage(
      (request, response) => void response.end(String(request.headers['x-forwarded-for'])),
    );
    expect((await ask({ port })).body.toString()).toBe('undefined');
  });
});
