import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { defaultGateway } from '../../../src/inspector/hidden-clients.ts';
import { reachesListener } from '../../../src/inspector/own-page.ts';
import { startPage } from './page-stage.ts';

const reaches = (to: string, bound: string, port = 8067): boolean =>
  reachesListener({ address: to, port }, { address: bound, port: 8067 });

describe('a connection that would reach the page is known', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.2', '127.0.0.1', false],
    ['::ffff:127.0.0.1', '127.0.0.1', true],
    ['::ffff:7f00:1', '127.0.0.1', true],
    ['0.0.0.0', '127.0.0.1', true],
    ['::', '::1', true],
    ['0:0:0:0:0:0:0:1', '::1', true],
    ['10.1.2.3', '127.0.0.1', false],
    ['127.0.0.1', '0.0.0.0', true],
    ['127.0.0.99', '::', true],
    ['::1', '::', true],
    ['0.0.0.0', '::', true],
    ['192.0.2.1', '0.0.0.0', false],
    ['2001:db8::1', '::', false],
  ])('%s at a page on %s: %s', (to, bound, expected) => {
    expect(reaches(to, bound)).toBe(expected);
    expect(reaches(to, bound, 8066)).toBe(false);
  });

  it('also by the machine’s own addresses, when the page listens on all of them', () => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    expect(own.length).toBeGreaterThan(0);
    for (const { address } of own) expect(reaches(address, '::')).toBe(true);
  });

  it('with the port that it got', async () => {
    const { server, port } = await startPage();
    expect(server.isOwnPage('127.0.0.1', port)).toBe(true);
    expect(server.isOwnPage('127.0.0.1', port + 1)).toBe(false);
  });
});

describe('the default gateway of a container', () => {
  const HEAD = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';

  it('is read from the table of routes', () => {
    const table = `${HEAD}eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\neth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n`;
    expect(defaultGateway(table)).toBe('172.17.0.1');
  });

  it('is null where there is none', () => {
    expect(defaultGateway(`${HEAD}eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n`)).toBeNull();
    expect(defaultGateway('')).toBeNull();
  });
});
