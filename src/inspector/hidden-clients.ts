import { existsSync, readFileSync } from 'node:fs';
import type { ConnectionView } from './api.ts';

/** Docker makes this file in every container. */
const CONTAINER_SIGN = '/.dockerenv';
const ROUTES = '/proc/net/route';

/** Connections of a tap that are looked at, and how few of them say nothing yet. */
const RECENT = 20;
const FEWEST = 3;

/** The default gateway of this container; null outside of one, and where there is none. */
export function containerGateway(): string | null {
  if (!existsSync(CONTAINER_SIGN) || !existsSync(ROUTES)) return null;
  return defaultGateway(readFileSync(ROUTES, 'utf8'));
}

/** @param table as /proc/net/route has it: addresses in hex, their bytes in the order of the machine (little-endian) */
export function defaultGateway(table: string): string | null {
  for (const line of table.split('\n').slice(1)) {
    const [, destination, gateway = ''] = line.split('\t');
    if (destination !== '00000000' || !/^[0-9A-F]{8}$/i.test(gateway)) continue;
    return [6, 4, 2, 0].map((at) => Number.parseInt(gateway.slice(at, at + 2), 16)).join('.');
  }
  return null;
}

/**
 * Notices taps whose clients all seem to be the container's gateway: a port that Docker publishes is relayed by docker-proxy (or
 * masqueraded), and the client's address is lost on the way.
 */
export class HiddenClients {
  readonly #gateway: string | null;
  /** By tap, whether each of the last connections came from the gateway and nobody said for whom; newest last. */
  readonly #recent = new Map<string, boolean[]>();

  constructor(gateway: string | null) {
    this.#gateway = gateway;
  }

  opened({ tap, client }: ConnectionView): void {
    if (this.#gateway === null) return;
    const recent = this.#recent.get(tap) ?? [];
    recent.push(client.forwardedFor === null && addressOf(client.peer) === this.#gateway);
    if (recent.length > RECENT) recent.shift();
    this.#recent.set(tap, recent);
  }

  notes(): string[] {
    const taps = [...this.#recent].filter(([, recent]) => recent.length >= FEWEST && recent.every((hidden) => hidden));
    return taps.map(
      ([tap]) =>
        `Every client of tap ${tap} seems to come from ${this.#gateway}, which is Docker itself: a published port hides the clients' ` +
        'addresses. To see them, run hangup with host networking, or put a proxy before it that sends X-Forwarded-For ' +
        '(nginx does with proxy_set_header; so does a hangup on the host, with forwarded=append on its tap).',
    );
  }
}

function addressOf(peer: string): string {
  const address = peer.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
