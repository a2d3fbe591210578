/** A WebSocket client by hand: TCP (or TLS), then a request that may be any text, then frames. */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Head, type RequestSpec, upgradeRequest } from './head.ts';
import { FaultPeer } from './peer.ts';
import { tlsClient } from './tls-wire.ts';
import { within } from './until.ts';

/** How to reach a port; a Namespace (netns.ts) offers its own. */
export type Dial = (port: number, host: string) => Promise<Socket>;

export interface ClientOptions extends Omit<RequestSpec, 'host'> {
  readonly port: number;
  /** Where to connect; default 127.0.0.1. */
  readonly address?: string;
  /** The Host header; default `address:port`. */
  readonly host?: string;
  /** Sent in the place of an upgrade request, as it is. */
  readonly request?: string;
  readonly tls?: boolean;
  /** ALPN protocols to offer with TLS. */
  readonly alpn?: readonly string[];
  readonly polite?: boolean;
  readonly dial?: Dial;
}

export class FaultClient extends FaultPeer {
  readonly #options: ClientOptions;

  /** @param tls the TLS end over `socket`, if any */
  constructor(socket: Socket, options: ClientOptions, tls?: TLSSocket) {
    super(socket, { masks: true, polite: options.polite, tls });
    this.#options = options;
  }

  /** Sends the request and waits for no answer. */
  request(): Promise<void> {
    const { port, address = '127.0.0.1', host = `${address}:${port}`, request } = this.#options;
    return this.send(request ?? upgradeRequest({ ...this.#options, host }));
  }

  /** Sends the request and resolves with the answer's head, whatever its status. Rejects at an end before it. */
  async upgrade(timeoutMs?: number): Promise<Head> {
    await this.request();
    return this.until(
      'the answer to the upgrade',
      () => {
        if (this.head === null && this.endings.length > 0) throw new Error(`no answer to the upgrade: ${this}`);
        return this.head;
      },
      timeoutMs,
    );
  }
}

/** A connected client that has not sent anything yet. */
export async function connectClient(options: ClientOptions): Promise<FaultClient> {
  const socket = await (options.dial ?? dialLocally)(options.port, options.address ?? '127.0.0.1');
  const tls = options.tls ? await within(tlsClient(socket, 'localhost', options.alpn), 'the TLS handshake') : undefined;
  return new FaultClient(socket, options, tls);
}

/** A client whose WebSocket is open. Rejects, with the answer's head, when it was refused. */
export async function openClient(options: ClientOptions): Promise<FaultClient> {
  const client = await connectClient(options);
  const answer = await client.upgrade();
  if (answer.status === 101) return client;
  client.close();
  throw new Error(`upgrade refused: ${answer.text}`);
}

async function dialLocally(port: number, host: string): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  await within(once(socket, 'connect'), `a connection to ${host}:${port}`);
  return socket;
}
