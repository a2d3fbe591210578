/** hangup's own ends: whatever it does itself, it says so (DESIGN.md, promise 7). */

import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { connectClient, type FaultClient, openClient, startServer } from '../kit/fault-peers.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../kit/gateway-process.ts';
import { startNginx } from '../kit/proxies.ts';
import { removeFolder, temporaryFolder } from '../kit/temporary.ts';
import { pass } from './path.ts';
import { type Expected, expectVerdict, withWitness } from './scenes.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function kept<T extends { close(): unknown }>(thing: T): T {
  cleanups.push(() => thing.close());
  return thing;
}

interface Running {
  readonly gateway: Gateway;
  readonly clients: FaultClient[];
  readonly serverPort: number;
}

async function running(count: number, options: GatewayOptions, polite = true): Promise<Running> {
  const server = kept(await startServer({ polite: true }));
  const gateway = kept(await startGateway({ keepalive: 'off', target: server.port, ...options }));
  const clients: FaultClient[] = [];
  for (let i = 0; i < count; i++) clients.push(kept(await openClient({ port: gateway.port, polite })));
  return { gateway, clients, serverPort: server.port };
}

async function expectAll(gateway: Gateway, count: number, expected: Expected): Promise<void> {
  const verdicts = (await gateway.verdicts()).map(withWitness);
  expect(verdicts.length).toBe(count);
  for (const verdict of verdicts) expectVerdict(verdict, expected);
}

const byHangup = { closedBy: 'gateway', hop: 'hangup', closeCode: null } as const;

describe('hangup ends it itself', () => {
  test('SIGTERM: every connection is closed, and recorded as closed by hangup', async () => {
    const { gateway, clients } = await running(3, {});
    const started = performance.now();
    expect(await gateway.stop('SIGTERM')).toEqual({ code: 143, signal: null });
    expect(performance.now() - started).toBeLessThan(10_000);
    for (const client of clients) expect((await client.ended).manner).toBe('fin');
    await expectAll(gateway, 3, {
      ...byHangup,
      cause: 'gateway-shutdown',
      certainty: 'certain',
      manner: 'fin',
      witness: null,
      says: /hangup closed: hangup was stopped \(SIGTERM\)/,
    });
  });

  test('kill -9: the next start finds what was open, and says that hangup was killed', async () => {
    const folder = temporaryFolder('killed');
    cleanups.push(() => removeFolder(folder));
    const data = join(folder, 'data');
    const { gateway, clients, serverPort } = await running(3, { data });
    await clients[0]?.text('hello');
    await pass(500); // the journal's batch of 250 ms
    await gateway.kill9();
    const again = kept(await startGateway({ target: serverPort, data }));
    await expectAll(again, 3, {
      ...byHangup,
      cause: 'gateway-shutdown',
      certainty: 'likely',
      witness: /last 250 ms/,
      summary: /hangup was killed while this connection was open/,
      remedy: /out-of-memory killer|kill -9/,
    });
  });

  test('kill -9: who had closed before is not forgotten', async () => {
    const folder = temporaryFolder('killed');
    cleanups.push(() => removeFolder(folder));
    const data = join(folder, 'data');
    const { gateway, clients, serverPort } = await running(1, { data });
    await clients[0]?.closeFrame(1000);
    await clients[0]?.ended;
    await pass(1_000);
    await gateway.kill9();
    const again = kept(await startGateway({ target: serverPort, data }));
    await expectAll(again, 1, { closedBy: 'client', cause: 'client-close', certainty: 'certain' });
  });

  test('--dead-after: a client that answers no ping of hangup is let go', async () => {
    const dead = { keepalive: '500ms', args: ['--dead-after', '2'] };
    const { gateway, clients } = await running(1, dead, false);
    await clients[0]?.until('the end', () => clients[0]?.endings[0], 10_000);
    await pass(1_000);
    await expectAll(gateway, 1, {
      ...byHangup,
      cause: 'gateway-dead-peer',
      certainty: 'certain',
      manner: 'silence',
      witness: null,
      remedy: /--dead-after/,
    });
  });

  test('--max-connections: one too many is refused, and told why', async () => {
    const { gateway, clients } = await running(1, { args: ['--max-connections', '1'] });
    const refused = kept(await connectClient({ port: gateway.port, polite: true }));
    expect((await refused.upgrade()).status).toBe(503);
    await pass(1_000);
    await expectAll(gateway, 1, { ...byHangup, cause: 'gateway-limit', certainty: 'certain', witness: null });
    expect(clients[0]?.endings).toEqual([]);
  });

  test('keepalive 1 s outlives an nginx timer of 2 s, and the gap it bridged is told', async () => {
    const server = kept(await startServer({ polite: true }));
    const gateway = kept(await startGateway({ target: server.port, keepalive: '1s' }));
    const nginx = kept(await startNginx({ target: gateway.port, readTimeout: '2s' }));
    const client = kept(await openClient({ port: nginx.port, polite: true }));
    await pass(6_500);
    expect(client.endings).toEqual([]);
    await client.closeFrame(1000);
    await client.ended;
    await pass(1_000);
    const [verdict] = await gateway.verdicts();
    expect(verdict).toMatchObject({ closedBy: 'client', cause: 'client-close' });
    expect(verdict?.idle.anyMs).toBeLessThan(2_000);
    expect(verdict?.idle.longestNaturalGapMs).toBeGreaterThanOrEqual(6_000);
    expect(verdict?.frames).toEqual({ client: 1, server: expect.any(Number) });
  });
});
