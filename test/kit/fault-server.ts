/** A WebSocket server by hand, which answers an upgrade rightly, wrongly or never. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Certificate } from './certificate.ts';
import { type Head, type RequestSpec, upgradeAnswer } from './head.ts';
import { FaultPeer } from './peer.ts';
import { tlsServer } from './tls-wire.ts';
import { Changes } from './until.ts';

/** What to do with a connection. All but the two `…-on-accept` wait for the request's head. */
export type Answer =
  | 'accept'
  /** Reads the request and stays silent. */
  | 'never'
  /** FIN, or RST, between the request and its answer. */
  | 'fin'
  | 'rst'
  /** FIN, or RST, as soon as the connection is there. */
  | 'fin-on-accept'
  | 'rst-on-accept'
  /** These bytes, and then perhaps an end. A 101 among them starts the frames. */
  | { readonly raw: string | Uint8Array; readonly end?: 'fin' | 'rst' }
  | ((connection: FaultConnection, request: Head) => void | Promise<void>);

/** How to listen; a Namespace (netns.ts) offers its own. */
export type Listen = (port: number, host: string) => Promise<Server>;

export interface ServerOptions {
  /** Default 0, a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Default `accept`; may be changed later. */
  readonly answer?: Answer;
  /** Added to the 101. */
  readonly headers?: RequestSpec['headers'];
  readonly polite?: boolean;
  readonly tls?: Certificate;
  readonly listen?: Listen;
}

/** A connection as the server has it. */
export class FaultConnection extends FaultPeer {
  /** Answers the request with a right 101; frames start. */
  accept(request: Head, headers: RequestSpec['headers'] = []): Promise<void> {
    return this.answerRaw(upgradeAnswer(request, headers));
  }

  /** Answers with these bytes; frames start if they are a 101. */
  answerRaw(bytes: string | Uint8Array): Promise<void> {
    const sent = this.send(bytes);
    if (/^HTTP\/\d\.\d 101/.test(Buffer.from(bytes.slice(0, 12)).toString('latin1'))) this.startFrames();
    return sent;
  }
}

export class FaultServer {
  /** Every connection accepted so far, in order. */
  readonly connections: readonly FaultConnection[];
  readonly port: number;
  answer: Answer;

  readonly #server: Server;
  readonly #options: ServerOptions;
  readonly #connections: FaultConnection[] = [];
  readonly #changes = new Changes(() => `connections: ${this.#connections.map(String).join('; ') || 'none'}`);

  constructor(server: Server, options: ServerOptions) {
    const address = server.address();
    this.port = address !== null && typeof address === 'object' ? address.port : 0;
    this.answer = options.answer ?? 'accept';
    this.connections = this.#connections;
    this.#server = server;
    this.#options = options;
    server.on('connection', (socket: Socket) => this.#accepted(socket));
  }

  /** The nth connection whose request has been read; waits for it. */
  connection(nth = 0, timeoutMs?: number): Promise<FaultConnection> {
    const look = (): FaultConnection | undefined => this.#connections.filter((one) => one.head !== null)[nth];
    return this.#changes.until(`request number ${nth}`, look, timeoutMs);
  }

  /** The nth connection that became a WebSocket; waits for it. */
  upgraded(nth = 0, timeoutMs?: number): Promise<FaultConnection> {
    const look = (): FaultConnection | undefined => this.#connections.filter((one) => one.upgraded)[nth];
    return this.#changes.until(`WebSocket number ${nth}`, look, timeoutMs);
  }

  /** Refuses new connections (ECONNREFUSED) and leaves the present ones alone. */
  stopListening(): void {
    this.#server.close();
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : null;
    this.#server.close();
    for (const one of this.#connections) one.close();
    await closed;
  }

  #accepted(socket: Socket): void {
    const tls = this.#options.tls ? tlsServer(socket, this.#options.tls) : undefined;
    const connection: FaultConnection = new FaultConnection(socket, {
      masks: false,
      polite: this.#options.polite,
      tls,
      onHead: (request) => this.#answer(connection, request),
      onChange: () => this.#changes.changed(),
    });
    this.#connections.push(connection);
    this.#changes.changed();
    if (this.answer === 'rst-on-accept') connection.rst();
    if (this.answer === 'fin-on-accept') connection.fin();
  }

  #answer(connection: FaultConnection, request: Head): void {
    const answer = this.answer;
    // A test's own function may fail: nothing is caught, so that the failure is the test's.
    if (typeof answer === 'function') void answer(connection, request);
    else if (answer === 'fin') connection.fin();
    else if (answer === 'rst') connection.rst();
    // A client may leave while it is answered: `endings` says so, a rejected write would say it twice.
    else if (answer === 'accept') connection.accept(request, this.#options.headers).catch(() => undefined);
    else if (typeof answer === 'object') scripted(connection, answer).catch(() => undefined);
  }
}

async function scripted(connection: FaultConnection, answer: Extract<Answer, { raw: unknown }>): Promise<void> {
  await connection.answerRaw(answer.raw);
  if (answer.end === 'fin') connection.fin();
  if (answer.end === 'rst') connection.rst();
}

/** A listening server. Close it in `afterAll` or `afterEach`. */
export async function startServer(options: ServerOptions = {}): Promise<FaultServer> {
  const server = await (options.listen ?? listenLocally)(options.port ?? 0, options.address ?? '127.0.0.1');
  return new FaultServer(server, options);
}

async function listenLocally(port: number, host: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}
