import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { type Gateway, type GatewayOptions, readAddresses, startGateway } from './gateway-process.ts';
import { directNetwork, NETNS_NEEDS } from './netns.ts';
import { describeWith } from './proxies.ts';

const main = fileURLToPath(new URL('./fixtures/stub-gateway.ts', import.meta.url));
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function started(options: GatewayOptions = {}): Promise<Gateway> {
  const gateway = await startGateway({ main, target: 1, ...options });
  cleanups.push(() => gateway.close());
  return gateway;
}

describe('the ready line is read whatever its form', () => {
  test.each([
    ['gateway=127.0.0.1:8066 page=off', [['gateway', '127.0.0.1:8066']]],
    [
      'inner=http://127.0.0.1:8066/ edge=127.0.0.1:8443 page=http://127.0.0.1:8067/?token=a',
      [
        ['inner', '127.0.0.1:8066'],
        ['edge', '127.0.0.1:8443'],
        ['page', '127.0.0.1:8067'],
      ],
    ],
    [
      'http://127.0.0.1:8066, http://127.0.0.1:8067/',
      [
        ['gateway', '127.0.0.1:8066'],
        ['page', '127.0.0.1:8067'],
      ],
    ],
    [
      'inner=http://127.0.0.1:8066\npage: http://[::1]:8067',
      [
        ['inner', '127.0.0.1:8066'],
        ['gateway', '[::1]:8067'],
      ],
    ],
  ])('%s', (line, expected) => {
    expect([...readAddresses(line)]).toEqual(expected);
  });
});

describe('a gateway process', () => {
  test('starts, gives verdicts from its own empty home, and ends by signal with its code', async () => {
    const gateway = await started({ page: true });
    expect(gateway.portOf('page')).toBeGreaterThan(0);
    const verdict = gateway.verdict((one) => one.cause === 'client-abort');
    const socket = connect(gateway.port, '127.0.0.1');
    socket.end();
    expect(await verdict).toMatchObject({ closedBy: 'client', home: expect.stringContaining('hangup-kit-') });
    expect(await gateway.stop()).toEqual({ code: 143, signal: null });
  });

  test('kill -9 is seen as what it is', async () => {
    const gateway = await started();
    expect(await gateway.kill9()).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('a start that fails says why', async () => {
    await expect(started({ args: ['--refuse'] })).rejects.toThrow(/code 3.*\n.*in use/);
  });

  test('a verdict that does not come is named with those that did', async () => {
    const gateway = await started();
    await expect(gateway.verdict(() => false, 50)).rejects.toThrow(/50 ms for a verdict; there are: none/);
  });
});

describeWith(NETNS_NEEDS, 'a gateway in a namespace', () => {
  test('is reached from the other namespace, and its report from here', async () => {
    const network = await directNetwork();
    cleanups.push(() => network.close());
    const address = network.server.address;
    const gateway = await started({ netns: network.server, address });
    const socket = await network.client.connect(gateway.port, address);
    socket.destroy();
    expect((await gateway.verdict()).cause).toBe('client-abort');
  });
});
