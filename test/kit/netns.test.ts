import { existsSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { type FaultClient, type FaultConnection, openClient, startServer } from './fault-peers.ts';
import { directNetwork, NETNS_NEEDS, type RoutedNetwork, routedNetwork } from './netns.ts';
import { describeWith, startNginx } from './proxies.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function kept<T extends { close(): unknown }>(thing: T): T {
  cleanups.push(() => thing.close());
  return thing;
}

const PORT = 8065;

/** A WebSocket from the client's namespace to the server's, through the address that clients dial. */
async function across(
  network: Pick<RoutedNetwork, 'client' | 'server'>,
  address: string,
): Promise<[FaultClient, FaultConnection]> {
  const server = kept(
    await startServer({ listen: network.server.listen, address: network.server.address, port: PORT }),
  );
  const client = kept(await openClient({ dial: network.client.connect, address, port: PORT }));
  return [client, await server.upgraded()];
}

describeWith(NETNS_NEEDS, 'network namespaces', () => {
  test('peers in the test process speak and end in their namespaces', async () => {
    const network = kept(await directNetwork());
    const [client, server] = await across(network, network.server.address);
    expect(client.socket.remoteAddress).toBe(network.server.address);
    expect(server.socket.remoteAddress).toBe(network.client.address);
    await client.text('hello');
    expect((await server.gotFrame()).payload.toString()).toBe('hello');
    server.fin();
    expect((await client.ended).manner).toBe('fin');
    client.rst();
    expect((await server.ended).errno).toBe('ECONNRESET');
  });

  test('drop is silence until TCP gives up with ETIMEDOUT; heal lets all of it through', async () => {
    const network = kept(await directNetwork());
    const [client, server] = await across(network, network.server.address);
    await network.client.drop();
    await server.text('into the void');
    await expect(client.gotFrame(undefined, 300)).rejects.toThrow(/waited/);
    expect([client.endings, server.endings]).toEqual([[], []]);
    await network.client.heal();
    expect((await client.gotFrame()).payload.toString()).toBe('into the void');
    await network.server.retries2(1);
    await network.client.drop();
    await server.text('never arrives');
    expect((await server.ended).errno).toBe('ETIMEDOUT');
    expect(client.endings).toEqual([]);
  });

  test('a link goes down and comes back with its route', async () => {
    const network = kept(await routedNetwork());
    const [client, server] = await across(network, network.server.address);
    await network.client.linkDown();
    await server.text('held');
    await expect(client.gotFrame(undefined, 100)).rejects.toThrow(/waited/);
    await network.client.linkUp();
    expect((await client.gotFrame()).payload.toString()).toBe('held');
  });

  test('REJECT answers the next write with an RST', async () => {
    const network = kept(await routedNetwork());
    const [client, server] = await across(network, network.server.address);
    await network.router.namespace.reject();
    await client.text('anyone?');
    expect((await client.ended).errno).toBe('ECONNRESET');
    expect(server.endings).toEqual([]);
  });

  test('DNAT and MASQUERADE hide both ends from each other', async () => {
    const network = kept(await routedNetwork({ dnat: [PORT], masquerade: true }));
    const [client, server] = await across(network, network.router.clientSide);
    expect(client.socket.remoteAddress).toBe(network.router.clientSide);
    expect(server.socket.remoteAddress).toBe(network.router.serverSide);
    expect(await network.router.known()).toMatch(/ESTABLISHED/);
  });

  test('a forgotten entry: seamless when loose, RST to the writer when not, silence when invalid is dropped', async () => {
    const network = kept(await routedNetwork({ dnat: [PORT] }));
    const [client, server] = await across(network, network.router.clientSide);
    await network.router.forget();
    await client.text('still known');
    expect((await server.gotFrame()).payload.toString()).toBe('still known');
    await network.router.loose(0);
    await network.router.forget();
    await client.text('who are you?');
    expect((await client.ended).errno).toBe('ECONNRESET');
    expect(server.endings).toEqual([]);
  });

  test('an entry idle for longer than its timeout is forgotten', async () => {
    const network = kept(await routedNetwork({ dnat: [PORT] }));
    await network.router.loose(0);
    await network.router.dropInvalid();
    await network.router.establishedTimeout(1);
    const [client, server] = await across(network, network.router.clientSide);
    await expect(server.gotFrame(undefined, 2_200)).rejects.toThrow(/waited/);
    await client.text('lost on the way');
    await expect(server.gotFrame(undefined, 300)).rejects.toThrow(/waited/);
    expect([client.endings, server.endings]).toEqual([[], []]);
  });

  test('a program runs in the namespace, and everything is gone after close', async () => {
    const network = await directNetwork();
    const program = network.client.start(['sleep', '60']);
    await network.close();
    expect((await program.exited).signal).toBe('SIGKILL');
    expect(existsSync(`/run/netns/${network.client.name}`)).toBe(false);
  });
});

describeWith([...NETNS_NEEDS, 'nginx'], 'nginx in a namespace', () => {
  test('is reached from another one', async () => {
    const network = kept(await routedNetwork());
    const place = network.router.namespace;
    const target = `${network.server.address}:${PORT}`;
    const server = kept(
      await startServer({ listen: network.server.listen, address: network.server.address, port: PORT }),
    );
    const address = network.router.clientSide;
    const nginx = kept(await startNginx({ target, address, netns: place, readTimeout: '1s' }));
    const client = kept(await openClient({ dial: network.client.connect, address, port: nginx.port }));
    const upstream = await server.upgraded();
    await network.client.drop();
    expect((await upstream.ended).manner).toBe('fin');
    expect(client.endings).toEqual([]);
  });
});
