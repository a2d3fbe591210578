import { describe, expect, test } from 'vitest';
import { certificate } from '../kit/fault-peers.ts';
import { ask, httpServer, portOf } from './plain-stage.ts';
import { caller, server, startGateway, tlsTarget } from './stage.ts';

/** A tap that leads to the page would show private traffic to whoever the tap faces. */
describe("a target that turns out to be hangup's own page", () => {
  test('gets no byte of an upgrade, over TCP or TLS: the client is told why', async () => {
    for (const tls of [false, true]) {
      const page = await server(tls ? { tls: certificate() } : {});
      const { port, recording } = await startGateway({
        target: tls ? tlsTarget(page.port) : page.port,
        isOwnPage: (address, where) => address === '127.0.0.1' && where === page.port,
      });
      const client = await caller({ port });
      expect((await client.upgrade()).status).toBe(502);
      await client.ended;
      expect(client.remainder.toString()).toContain("it is hangup's own page, to which no tap may lead (OWN_PAGE)");
      client.fin();
      const log = await recording.connection();
      await log.end();
      expect(await log.fact('target-failed')).toMatchObject({ stage: 'connect', code: 'OWN_PAGE' });
      for (const connection of page.connections) expect(connection.received).toHaveLength(0);
    }
  });

  test('gets no plain request either', async () => {
    let requests = 0;
    const page = await httpServer((_request, response) => {
      requests++;
      response.end('private');
    });
    const { port } = await startGateway({
      target: portOf(page),
      isOwnPage: (_address, where) => where === portOf(page),
    });
    const answers = await Promise.all([ask({ port, path: '/api/connections' }), ask({ port, path: '/metrics' })]);
    for (const { answer, body } of answers) {
      expect(answer.statusCode).toBe(502);
      expect(body.toString()).toContain('OWN_PAGE');
    }
    expect(requests).toBe(0);
  });

  test('is told from another server at another port', async () => {
    const target = await httpServer((_request, response) => void response.end('hello'));
    const { port } = await startGateway({ target: portOf(target), isOwnPage: (_address, where) => where === port });
    expect((await ask({ port })).body.toString()).toBe('hello');
  });
});
