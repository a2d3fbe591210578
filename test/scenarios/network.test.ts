/** GROUND-TRUTH §7 and §11 in network namespaces: nobody closes, and yet it ends. */

import { expect, test } from 'vitest';
import { type ClientOptions, type FaultClient, type FaultServer, openClient, startServer } from '../kit/fault-peers.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../kit/gateway-process.ts';
import { directNetwork, type Namespace, NETNS_NEEDS, type RoutedNetwork, routedNetwork } from '../kit/netns.ts';
import { describeWith, startNginx } from '../kit/proxies.ts';
import { pass } from './path.ts';
import { type Expected, expectVerdict, withWitness } from './scenes.ts';

const PORT = 8065;
/** So many retransmissions until TCP gives up: about 3 s, in the place of 939 s. */
const RETRIES = 3;
/** ARP fails slower than that: with this many TCP gives up after it, at about 16 s (GROUND-TRUTH §7 f12). */
const RETRIES_BEYOND_ARP = 5;
const GIVES_UP_MS = 30_000;
/** Kernels delay their ACK by up to 200 ms: until it has come, a retransmission may be what runs into a path that forgot. */
const ACKNOWLEDGED_MS = 500;
const TEST_MS = 60_000;

/** Closes it when its own test has ended: these tests run at the same time. */
type Keep = <T extends { close(): unknown }>(thing: T) => T;

/** A test that runs beside the others: each waits for seconds, in a network of its own. */
function scenario(name: string, body: (keep: Keep) => Promise<void>): void {
  test.concurrent(
    name,
    async ({ onTestFinished }) => {
      await body((thing) => {
        onTestFinished(async () => {
          await thing.close();
        });
        return thing;
      });
    },
    TEST_MS,
  );
}

const serverIn = async (keep: Keep, place: Namespace): Promise<FaultServer> =>
  keep(await startServer({ listen: place.listen, address: place.address, port: PORT, polite: true }));

const gatewayIn = async (keep: Keep, place: Namespace, options: Partial<GatewayOptions>): Promise<Gateway> =>
  keep(
    await startGateway({
      netns: place,
      address: place.address,
      target: `${place.address}:${PORT}`,
      keepalive: 'off',
      ...options,
    }),
  );

const clientIn = async (keep: Keep, place: Namespace, options: ClientOptions): Promise<FaultClient> =>
  keep(await openClient({ dial: place.connect, polite: true, ...options }));

/** A client in one namespace; gateway and server in the other. */
async function clientAcross(keep: Keep, options: Partial<GatewayOptions> = {}) {
  const network = keep(await directNetwork());
  const server = await serverIn(keep, network.server);
  const gateway = await gatewayIn(keep, network.server, options);
  const { address } = network.server;
  const client = await clientIn(keep, network.client, { address, port: gateway.port });
  return { network, gateway, client, server: await server.upgraded() };
}

/** Client and gateway in one namespace, the server behind a router that translates addresses. */
async function serverAcross(keep: Keep, options: Partial<GatewayOptions> = {}) {
  const network = keep(await routedNetwork({ dnat: [PORT] }));
  await network.router.loose(0);
  const server = await serverIn(keep, network.server);
  const target = `${network.router.clientSide}:${PORT}`;
  const gateway = await gatewayIn(keep, network.client, { target, ...options });
  const { address } = network.client;
  const client = await clientIn(keep, network.client, { address, port: gateway.port });
  await client.text('hello');
  const upstream = await server.upgraded();
  await upstream.gotFrame();
  await pass(ACKNOWLEDGED_MS);
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
  scenario('the client vanishes while the server sends: TCP gives up, and nobody is to blame', async (keep) => {
    const { network, gateway, server } = await clientAcross(keep);
    await network.server.retries2(RETRIES);
    await network.client.drop();
    await server.text('into the void');
    await expectOne(gateway, silent);
  });

  scenario("the client vanishes and all are silent: only hangup's own pings find out", async (keep) => {
    const { network, gateway } = await clientAcross(keep, { keepalive: 'client=1s,server=off' });
    await network.server.retries2(RETRIES);
    await network.client.drop();
    await expectOne(gateway, { ...silent, says: /pings? of hangup's own in a row had no answer from the client/ });
  });

  scenario(
    'the client vanishes, all are silent, and no keepalive: nobody knows, the connection stays open',
    async (keep) => {
      const { network, gateway } = await clientAcross(keep);
      await network.server.retries2(RETRIES);
      await network.client.drop();
      await pass(5_000);
      expect(await gateway.verdicts()).toEqual([]);
      expect(await gateway.verdicts('--open')).toHaveLength(1);
    },
  );

  scenario("the client's link goes down: unreachable", async (keep) => {
    const { network, gateway, server } = await clientAcross(keep);
    await network.server.retries2(RETRIES_BEYOND_ARP);
    await network.client.linkDown();
    await network.server.ip('neigh', 'flush', 'all');
    await server.text('no way');
    await expectOne(gateway, { ...silent, cause: 'unreachable', summary: /E(HOST|NET)UNREACH/ });
  });

  scenario('the server vanishes while the client sends', async (keep) => {
    const { network, gateway, client } = await serverAcross(keep);
    await network.client.retries2(RETRIES);
    await network.server.drop();
    await client.text('anyone?');
    await expectOne(gateway, { ...silent, summary: /server side stopped answering/ });
  });
});

/** From the moment that the path has forgotten until hangup's own ping runs into it. */
const forgetful: Record<string, (network: RoutedNetwork) => Promise<unknown>> = {
  'a NAT entry is forgotten': (network) => network.router.forget(),
  'a firewall rejects': (network) => network.router.namespace.reject(),
};

describeWith(NETNS_NEEDS, 'the path loses its state: pairs that look alike', () => {
  for (const [name, forget] of Object.entries(forgetful)) {
    scenario(`${name}: a reset answers hangup's own ping after silence`, async (keep) => {
      const { network, gateway } = await serverAcross(keep, { keepalive: 'client=off,server=4s' });
      await forget(network);
      await expectOne(gateway, forgotten);
    });

    scenario(
      `${name}: a reset answers a message after a short silence, which a server may do as well`,
      async (keep) => {
        const { network, gateway, client } = await serverAcross(keep);
        await pass(3_500);
        await forget(network);
        await client.text('anyone?');
        await expectOne(gateway, { ...forgotten, certainty: 'possible' });
      },
    );
  }
});

describeWith([...NETNS_NEEDS, 'nginx'], 'the client vanishes behind nginx', () => {
  /** nginx, gateway and server in one namespace; the client beyond nginx is gone. */
  async function vanished(keep: Keep, readTimeout: string, keepalive: string) {
    const network = keep(await directNetwork());
    const { address } = network.server;
    const server = await serverIn(keep, network.server);
    const tap = `inner,listen=${address}:8066,target=http://${address}:${PORT},behind=nginx`;
    const gateway = await gatewayIn(keep, network.server, { taps: [tap], keepalive });
    const nginx = keep(await startNginx({ netns: network.server, address, target: `${address}:8066`, readTimeout }));
    const client = await clientIn(keep, network.client, { address, port: nginx.port });
    await client.text('hello');
    await (await server.upgraded()).gotFrame();
    await network.server.retries2(RETRIES);
    await network.client.drop();
    return gateway;
  }

  scenario("all silent: nginx's timer ends it, and a client that left would look the same", async (keep) => {
    const verdict = withWitness(await (await vanished(keep, '3s', 'off')).verdict(() => true, GIVES_UP_MS));
    expect(verdict.certainty).not.toBe('certain');
    expect(verdict).toMatchObject({
      manner: 'fin',
      witness: expect.stringMatching(/"recv\(\) failed \(110\)" a client that vanished/),
    });
  });

  scenario(
    "hangup's pings hide it from that timer: nginx finds out by TCP, after pings that nobody answered",
    async (keep) => {
      await expectOne(await vanished(keep, '3s', 'client=1s,server=off'), {
        closedBy: 'network',
        cause: 'peer-silent',
        certainty: 'possible',
        manner: 'fin',
        witness: /"recv\(\) failed \(110\)" a client that vanished/,
        says: /of hangup's own in a row had no (pong|answer)/,
      });
    },
  );
});
