/** A real `hangup serve` with its page, between fault peers. */

import { onTestFinished } from 'vitest';
import type { ConnectionDetail, ConnectionsPage, Summary } from '../../../src/inspector/api.ts';
import { type FaultServer, startServer } from '../../kit/fault-peers.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../kit/gateway-process.ts';

export const TOKEN = 'a-token-that-the-operator-has-chosen';

export interface RealPage {
  readonly gateway: Gateway;
  readonly target: FaultServer;
  readonly url: string;
  /** Asks with the token. */
  readonly get: (path: string) => Promise<Response>;
  readonly connections: (query?: string) => Promise<ConnectionsPage>;
  readonly connection: (id: string) => Promise<ConnectionDetail>;
  readonly summary: () => Promise<Summary>;
}

export async function servePage(options: GatewayOptions = {}): Promise<RealPage> {
  const target = await startServer({ polite: true });
  onTestFinished(() => target.close());
  const gateway = await startGateway({
    target: target.port,
    page: true,
    ...options,
    // The target's port is not known before.
    ...(options.taps === undefined
      ? {}
      : { taps: options.taps.map((tap) => tap.replace('TARGET', String(target.port))) }),
    env: { HANGUP_TOKEN: TOKEN, ...options.env },
  });
  onTestFinished(() => gateway.close());
  const url = `http://127.0.0.1:${gateway.portOf('page')}`;
  const get = (path: string) => fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${TOKEN}` } });
  const read = async <T>(path: string): Promise<T> => {
    const body: T = JSON.parse(await (await get(path)).text());
    return body;
  };
  return {
    gateway,
    target,
    url,
    get,
    connections: (query = '') => read(`/api/connections${query}`),
    connection: (id) => read(`/api/connections/${id}`),
    summary: () => read('/api/summary'),
  };
}
