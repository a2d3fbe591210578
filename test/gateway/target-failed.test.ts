import { describe, expect, test } from 'vitest';
import { freePort } from '../kit/ports.ts';
import { askStage, caller, plainTarget, server, startGateway } from './stage.ts';

describe('a target that is down', () => {
  test('gives the client a 502 that says so, and a record of the errno', async () => {
    const port = await freePort();
    const { port: tap, recording } = await startGateway({ target: port });
    const client = await caller({ port: tap });
    expect((await client.upgrade()).status).toBe(502);
    expect(await client.ended).toMatchObject({ manner: 'fin' });
    expect(client.remainder.toString()).toBe(
      `hangup: the target http://127.0.0.1:${port} cannot be used: nothing listens there (ECONNREFUSED)\n`,
    );
    client.fin();
    const log = await recording.connection();
    await log.end();
    expect(await log.fact('target-failed')).toMatchObject({ stage: 'connect', code: 'ECONNREFUSED' });
  });

  test('is named when its name does not resolve', async () => {
    const target = { ...plainTarget(1), host: 'no-such-host.invalid', text: 'http://no-such-host.invalid' };
    const { port, recording } = await startGateway({ target });
    const client = await caller({ port });
    expect((await client.upgrade()).status).toBe(502);
    await client.ended;
    expect(client.remainder.toString()).toMatch(
      /its name (does not resolve|cannot be resolved now) \((ENOTFOUND|EAI_AGAIN)\)/,
    );
    expect(await (await recording.connection()).fact('target-failed')).toMatchObject({ stage: 'connect' });
  });
});

describe('a target that goes away before it answers', () => {
  test.each([
    ['fin-on-accept', 'EOF', { manner: 'fin', errno: null }],
    ['fin', 'EOF', { manner: 'fin', errno: null }],
    ['rst', 'ECONNRESET', { manner: 'rst', errno: 'ECONNRESET' }],
  ] as const)('does to the client what it did: %s', async (answer, code, seen) => {
    const { client, log } = await askStage(answer);
    expect(await client.ended).toMatchObject(seen);
    client.fin();
    await log.end();
    expect(await log.fact('target-failed')).toMatchObject({ stage: 'answer', code });
  });

  test('with an RST as soon as it has accepted', async () => {
    const { client, log } = await askStage('rst-on-accept');
    await client.ended;
    client.fin();
    await log.end();
    // The kernel may tell of it before it tells of the connection: then there was none, and the client reads why.
    const { stage, code } = await log.fact('target-failed');
    expect(code).toBe('ECONNRESET');
    if (stage === 'answer') expect(await client.ended).toMatchObject({ manner: 'rst' });
    else expect(client.remainder.toString()).toContain('it reset the connection (ECONNRESET)');
  });

  test('in the middle of the head: the client gets what there was', async () => {
    const { client, log } = await askStage({ raw: 'HTTP/1.1 101 Switch', end: 'fin' });
    expect(await client.ended).toMatchObject({ manner: 'fin' });
    expect(client.received.toString()).toBe('HTTP/1.1 101 Switch');
    expect(await log.fact('target-failed')).toMatchObject({ stage: 'answer', code: 'EOF' });
  });

  test('after a 103', async () => {
    const { client, log } = await askStage({ raw: 'HTTP/1.1 103 Early Hints\r\n\r\n', end: 'fin' });
    expect(await client.ended).toMatchObject({ manner: 'fin' });
    expect(await log.fact('target-failed')).toMatchObject({ stage: 'answer', code: 'EOF' });
  });
});

describe('a target that speaks something else', () => {
  test.each([
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a head without a status', 'HTTP/1.1 fine\r\n\r\n'],
    ['a header line without a colon', 'HTTP/1.1 101 OK\r\nnonsense\r\n\r\n'],
    ['HTTP/2', 'HTTP/2 101\r\nUpgrade: websocket\r\n\r\n'],
    ['a head without end', `HTTP/1.1 101 OK\r\n${'X: y\r\n'.repeat(20_000)}`],
  ])('gives the client a 502: %s', async (_name, raw) => {
    const { client, log } = await askStage({ raw });
    expect((await client.gotHead()).status).toBe(502);
    await client.ended;
    expect(client.remainder.toString()).toContain('no HTTP/1 answer (BAD_ANSWER)');
    expect(await log.fact('target-failed')).toMatchObject({ stage: 'answer', code: 'BAD_ANSWER' });
  });
});

describe('a client that leaves before the answer', () => {
  test('with a FIN: the server sees the FIN, and its late answer still arrives', async () => {
    const { client, target, log } = await askStage('never');
    const far = await target.connection();
    client.fin();
    expect(await far.ended).toMatchObject({ manner: 'fin' });
    await far.send('HTTP/1.1 503 Late\r\nContent-Length: 0\r\n\r\n');
    expect((await client.gotHead()).status).toBe(503);
    far.fin();
    await log.end();
    expect(log.kinds).toEqual(['upgrade-request', 'fin', 'upgrade-answer', 'ended']);
  });

  test('with an RST: the server sees the RST', async () => {
    const { client, target, log } = await askStage('never');
    const far = await target.connection();
    client.rst();
    expect(await far.ended).toMatchObject({ manner: 'rst', errno: 'ECONNRESET' });
    await log.end();
    expect(log.kinds).toEqual(['upgrade-request', 'rst', 'ended']);
  });

  test('and does not read: a close with the 101 on its way becomes an end for the server', async () => {
    const { client, target, log } = await askStage('accept');
    const far = await target.upgraded();
    client.rst();
    await far.ended;
    await log.end();
  });

  test('a hundred times at every moment of the handshake: the process survives', async () => {
    const target = await server({ answer: 'accept' });
    const { port, recording } = await startGateway({ target: target.port });
    for (let i = 0; i < 100; i++) {
      const client = await caller({ port });
      void client.request().catch(() => undefined);
      for (let turns = 0; turns < i % 12; turns++) await new Promise((resolve) => setImmediate(resolve));
      if (i % 3 === 0) client.rst();
      else if (i % 3 === 1) client.close();
      else client.fin();
    }
    for (const far of target.connections) far.close();
    const last = await caller({ port });
    expect((await last.upgrade()).status).toBe(101);
    expect(recording.connections.length).toBeGreaterThan(50);
  });

  test('while the target does not even accept: nothing is left behind', async () => {
    // TEST-NET-1 (RFC 5737): nobody answers there, or the route is refused at once.
    const { port, recording, gateway } = await startGateway({ target: { ...plainTarget(9), host: '192.0.2.1' } });
    const client = await caller({ port });
    await client.request();
    const log = await recording.connection();
    client.rst();
    await log.end();
    expect(gateway.open).toBe(0);
  });
});
