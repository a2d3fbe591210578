import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { reachesListener } from './own-page.ts';

/** A head must be there within this time, and a whole request, in ms: nobody types slower than this, but attackers do. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** How often the two are looked at, in ms. */
const CHECK_MS = 1_000;
/** A handful of people with a handful of tabs each. */
const MAX_CONNECTIONS = 256;
/** Cookies and a query; nothing here needs more. */
const MAX_HEADER_BYTES = 16 * 1024;
/** How long answers that have begun may take at the end, in ms. */
const CLOSE_MS = 250;

export interface PageListen {
  readonly host: string;
  readonly port: number;
  /** PEM texts; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

/** The page's listener. */
export class PageServer {
  readonly #server: http.Server | https.Server;
  readonly address: AddressInfo;
  readonly secure: boolean;

  private constructor(server: http.Server | https.Server, address: AddressInfo, secure: boolean) {
    this.#server = server;
    this.address = address;
    this.secure = secure;
  }

  /** @throws the listener's error (EADDRINUSE …); an error of TLS for what is no certificate */
  static async listen({ host, port, tls }: PageListen, onRequest: RequestListener): Promise<PageServer> {
    const limits: http.ServerOptions = {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    };
    const server =
      tls === null
        ? http.createServer(limits, onRequest)
        : https.createServer({ ...limits, ...tls, handshakeTimeout: HEADERS_TIMEOUT_MS }, onRequest);
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
    return new PageServer(server, addressOf(server), tls !== null);
  }

  /** Whether a connection to this IP address and port would come here. */
  readonly isOwnPage = (address: string, port: number): boolean => reachesListener({ address, port }, this.address);

  /** No new requests; those that are being answered have a moment. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), CLOSE_MS);
    await closed;
    clearTimeout(timer);
  }
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page listener has no TCP address');
  return address;
}
