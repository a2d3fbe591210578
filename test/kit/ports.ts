/** Free ports and their readiness. */

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Dial } from './fault-client.ts';
import { WAIT_MS, WaitedInVain } from './until.ts';

// Below Linux's ephemeral ports (32768 and up): no outgoing connection can take one between the look and the use.
const FIRST_PORT = 10_000;
const LAST_PORT = 31_999;

const given = new Set<number>();

/** A loopback port that nobody listens on, and that this process has not been given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (!given.has(port) && (await isFree(port))) {
      given.add(port);
      return port;
    }
  }
}

/** Resolves once the port accepts a connection; tries again each 20 ms, for readiness has no event. */
export async function untilAccepts(port: number, host = '127.0.0.1', dial: Dial = dialOnce): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    try {
      (await dial(port, host)).destroy();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw new WaitedInVain(`${host}:${port} accepts no connection: ${error}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const dialOnce: Dial = async (port, host) => {
  const socket = connect(port, host);
  await once(socket, 'connect');
  return socket;
};

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
