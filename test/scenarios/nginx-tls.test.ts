/** A TLS-terminating nginx seen from a tap in front of it: how TLS ended tells more than how TCP did (GROUND-TRUTH §12). */

import { afterEach, expect, test } from 'vitest';
import { certificate } from '../kit/certificate.ts';
import { type FaultClient, openClient, startServer } from '../kit/fault-peers.ts';
import { type Gateway, startGateway } from '../kit/gateway-process.ts';
import { describeWith } from '../kit/needs.ts';
import { type Nginx, type NginxOptions, startNginx } from '../kit/nginx.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** client ─► hangup ─► (TLS) nginx ─► server */
async function path(options: Partial<NginxOptions> = {}) {
  const server = await startServer({ polite: true });
  const nginx: Nginx = await startNginx({ target: server.port, tls: certificate(), ...options });
  const target = `target=https://127.0.0.1:${nginx.port},ca=${certificate().certPath}`;
  const gateway: Gateway = await startGateway({
    keepalive: 'off',
    taps: [`edge,listen=127.0.0.1:0,${target},before=nginx,idle=2s`],
  });
  cleanups.push(
    () => server.close(),
    () => nginx.close(),
    () => gateway.close(),
  );
  const client: FaultClient = await openClient({ port: gateway.port, polite: true });
  cleanups.push(() => client.close());
  await client.text('hello');
  const connection = await server.upgraded(0);
  await connection.gotFrame();
  return { nginx, gateway, client, connection };
}

const says = ({ evidence }: Awaited<ReturnType<Gateway['verdict']>>): string =>
  evidence.map((line) => line.says).join('\n');

describeWith(['nginx', 'openssl'], 'through the TLS of nginx', () => {
  test('its idle timeout says close_notify before its FIN, and is told as an idle timeout', async () => {
    const { gateway, client } = await path({ readTimeout: '2s' });
    await client.ended;
    const verdict = await gateway.verdict();
    expect(verdict).toMatchObject({
      closedBy: 'proxy',
      hop: 'nginx',
      cause: 'proxy-idle-timeout',
      certainty: 'likely',
    });
    expect(says(verdict)).not.toMatch(/without close_notify/);
  });

  test('a worker that is killed sends none, and is told as an end of nginx itself', async () => {
    const { nginx, gateway, client } = await path();
    nginx.killWorker(0);
    await client.ended;
    const verdict = await gateway.verdict();
    expect(verdict).toMatchObject({ closedBy: 'proxy', hop: 'nginx', certainty: 'likely' });
    expect(says(verdict)).toMatch(/without close_notify/);
  });

  test('a FIN of the server comes through with close_notify, and stays unsure', async () => {
    const { gateway, client, connection } = await path();
    await connection.fin();
    await client.ended;
    const verdict = await gateway.verdict();
    expect(verdict).toMatchObject({ closedBy: 'server', cause: 'server-abort', certainty: 'possible', manner: 'fin' });
    expect(says(verdict)).not.toMatch(/without close_notify/);
  });
});
