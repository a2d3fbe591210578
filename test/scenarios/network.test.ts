/** GROUND-TRUTH §7 and §11 in network namespaces: nobody closes, and yet it ends. */

import { afterEach, expect, test } from 'vitest';
import { type ClientOptions, type FaultClient, type FaultServer, openClient, startServer } from '../kit/fault-peers.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../kit/gateway-process.ts';
import { directNetwork, type Namespace, NETNS_NEEDS, type RoutedNetwork, routedNetwork } from '../kit/netns.ts';
import { describeWith, startNginx } from '../kit/proxies.ts';
import { pass } from './path.ts';
import { type Expected, expectVerdict, withWitness } from './scenes.ts';

const PORT = 8065;
/** So many retransmissions until TCP gives up: about 3 s, in the place of 939 s. */
const RETRIES = 3;
const GIVES_UP_MS = 20_000;
const TEST_MS = 60_000;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function kept<T extends { close(): unknown }>(thing: T): T {
  cleanups.push(() => thing.close());
  return thing;
}

const serverIn = async (place: Namespace): Promise<FaultServer> =>
  kept(await startServer({ listen: place.listen, address: place.address, port: PORT, polite: true }));

const gatewayIn = async (place: Namespace, options: Partial<GatewayOptions>): Promise<Gateway> =>
  kept(
    await startGateway({ netns: place, address: place.address, target: `${place.address}:${PORT}`, keepalive: 'off', ...options }),
  );

const clientIn = async (place: Namespace, options: ClientOptions): Promise<FaultClient> =>
  kept(await openClient({ dial: place.connect, polite: true, ...options }));

/** A client in one namespace; gateway and server in the other. */
async function clientAcross(options: Partial<GatewayOptions> = {}) {
  const network = kept(await directNetwork());
  const server = await serverIn(network.server);
  const gateway = await gatewayIn(network.server, options);
  const { address } = network.server;
  const client = await clientIn(network.client, { address, port: gateway.port });
  return { network, gateway, client, server: await server.upgraded() };
}

/** Client and gateway in one namespace, the server behind a router that translates addresses. */
async function serverAcross(options: Partial<GatewayOptions> = {}) {
  const network = kept(await routedNetwork({ dnat: [PORT] }));
  await network.router.loose(0);
  const server = await serverIn(network.server);
  const target = `${network.router.clientSide}:${PORT}`;
  const gateway = await gatewayIn(network.client, { target, ...options });
  const { address } = network.client;
  const client = await clientIn(network.client, { address, port: gateway.port });
  await client.text('hello');
  const upstream = await server.upgraded();
  await upstream.gotFrame();
  return { network, gateway, client, server: upstream };
}

async function expectOne(gateway: Gateway, expected: Expected): Promise<void> {
  expectVerdict(withWitness(await gateway.verdict(() => true, GIVES_UP_MS)), expected);
}

const silent: Expected = {
  closedBy: 'network',
  cause: 'peer-silent',
  certainty: 'certain',
  manner: 'silence',
  hop: null,
  witness: null,
};
const forgotten: Expected = {
  closedBy: 'network',
  cause: 'path-state-lost',
  certainty: 'likely',
  manner: 'rst',
  hop: null,
  witness: /conntrack -L\/-E.*a forgotten NAT entry, a rebooted host and a REJECT rule look alike/,
  remedy: /--keepalive/,
};

describeWith(NETNS_NEEDS, 'the network ends it', () => {
  test.concurrent('the client vanishes while the server sends: TCP gives up, and nobody is to blame', async () => {
    const { network, gateway, server } = await clientAcross();
    await network.server.retries2(RETRIES);
    await network.client.drop();
    await server.text('into the void');
    await expectOne(gateway, silent);
  }, TEST_MS);

  test.concurrent("the client vanishes and all are silent: only hangup's own pings find out", async () => {
    const { network, gateway } = await clientAcross({ keepalive: 'client=1s,server=off' });
    await network.server.retries2(RETRIES);
    await network.client.drop();
    await expectOne(gateway, { ...silent, says: /pings? of hangup's own in a row had no answer from the client/ });
  }, TEST_MS);

  test.concurrent('the client vanishes, all are silent, and no keepalive: nobody knows, the connection stays open', async () => {
    const { network, gateway } = await clientAcross();
    await network.server.retries2(RETRIES);
    await network.client.drop();
    await pass(5_000);
    expect(await gateway.verdicts()).toEqual([]);
    expect(await gateway.verdicts('--open')).toHaveLength(1);
  }, TEST_MS);

  test.concurrent("the client's link goes down: unreachable", async () => {
    const { network, gateway, server } = await clientAcross();
    await network.server.retries2(RETRIES);
    await network.client.linkDown();
    await network.server.ip('neigh', 'flush', 'all');
    await server.text('no way');
    await expectOne(gateway, { ...silent, cause: 'unreachable', summary: /E(HOST|NET)UNREACH/ });
  }, TEST_MS);

  test.concurrent('the server vanishes while the client sends', async () => {
    const { network, gateway, client } = await serverAcross();
    await network.client.retries2(RETRIES);
    await network.server.drop();
    await client.text('anyone?');
    await expectOne(gateway, { ...silent, summary: /server side stopped answering/ });
  }, TEST_MS);
});

/** From the moment that the path has forgotten until hangup's own ping runs into it. */
const forgetful: Record<string, (network: RoutedNetwork) => Promise<unknown>> = {
  'a NAT entry is forgotten': (network) => network.router.forget(),
  'a firewall rejects': (network) => network.router.namespace.reject(),
};

describeWith(NETNS_NEEDS, 'the path loses its state: pairs that look alike', () => {
  for (const [name, forget] of Object.entries(forgetful)) {
    test.concurrent(`${name}: a reset answers hangup's own ping after silence`, async () => {
      const { network, gateway } = await serverAcross({ keepalive: 'client=off,server=4s' });
      await forget(network);
      await expectOne(gateway, forgotten);
    }, TEST_MS);

    test.concurrent(`${name}: a reset answers a message after a short silence, which a server may do as well`, async () => {
      const { network, gateway, client } = await serverAcross();
      await pass(3_500);
      await forget(network);
      await client.text('anyone?');
      await expectOne(gateway, { ...forgotten, certainty: 'possible' });
    }, TEST_MS);
  }
});

describeWith([...NETNS_NEEDS, 'nginx'], 'the client vanishes behind nginx', () => {
  /** nginx, gateway and server in one namespace; the client beyond nginx is gone. */
  async function vanished(readTimeout: string, keepalive: string) {
    const network = kept(await directNetwork());
    const { address } = network.server;
    const server = await serverIn(network.server);
    const tap = `inner,listen=${address}:8066,target=http://${address}:${PORT},behind=nginx`;
    const gateway = await gatewayIn(network.server, { taps: [tap], keepalive });
    const nginx = kept(await startNginx({ netns: network.server, address, target: `${address}:8066`, readTimeout }));
    const client = await clientIn(network.client, { address, port: nginx.port });
    await client.text('hello');
    await (await server.upgraded()).gotFrame();
    await network.server.retries2(RETRIES);
    await network.client.drop();
    return gateway;
  }

  test.concurrent("all silent: nginx's timer ends it, and a client that left would look the same", async () => {
    const verdict = withWitness(await (await vanished('3s', 'off')).verdict(() => true, GIVES_UP_MS));
    expect(verdict.certainty).not.toBe('certain');
    expect(verdict).toMatchObject({ manner: 'fin', witness: expect.stringMatching(/"recv\(\) failed \(110\)" a client that vanished/) });
  }, TEST_MS);

  test.concurrent("hangup's pings hide it from that timer: nginx finds out by TCP, after pings that nobody answered", async () => {
    await expectOne(await vanished('3s', 'client=1s,server=off'), {
      closedBy: 'network',
      cause: 'peer-silent',
      certainty: 'possible',
      manner: 'fin',
      witness: /"recv\(\) failed \(110\)" a client that vanished/,
      says: /of hangup's own in a row had no (pong|answer)/,
    });
  }, TEST_MS);
});
