import { constants } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Socket, type Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { type WebSocket, WebSocketServer } from 'ws';
import { headerValues, type RawHeaders } from '../../wire/http-head.ts';
import { TRIAL_HEADER } from './copy/scopes.ts';
import { answerTo } from './mattermost-answer.ts';

/**
 * hangup's own backend: it stands where Mattermost would, answers as Mattermost does, and writes down what nginx sent.
 * Plain HTTP and TLS come to the same port; the first byte tells them apart (RFC 8446 §5.1: 22 is a handshake).
 */

/** One request as nginx sent it. */
export interface Received {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly httpVersion: string;
  /** In their order, with their case; names of the copy turned back into the operator's. */
  readonly headers: RawHeaders;
  readonly tls: boolean;
  /** What nginx named in TLS; null where it named nothing, or spoke no TLS. */
  readonly serverName: string | null;
  /** What the backend answered. */
  readonly status: number;
}

/** How the backend is to answer one request of the measurements. */
export interface Behaviour {
  /** Bytes of a cookie that it sets with its 101. */
  readonly setCookieBytes?: number;
  /** Whether it takes any path for a WebSocket, for servers that are not Mattermost. */
  readonly anyPath?: boolean;
}

const TLS_HANDSHAKE = 22;
const MAX_HEAD_BYTES = 256 * 1024;

interface Trial {
  readonly behaviour: Behaviour;
  readonly received: Received[];
  socket: WebSocket | null;
}

export class Backend {
  readonly port: number;
  /** PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Names in the copy → names in the original; set once the copy is made. */
  markers: ReadonlyMap<string, string> = new Map();
  readonly #listener: TcpServer;
  readonly #sockets = new Set<Socket>();
  readonly #trials = new Map<string, Trial>();
  readonly #keys = new Map<string, string>();
  readonly #upgrades = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });

  private constructor(listener: TcpServer, port: number, certificate: Backend['certificate']) {
    this.#listener = listener;
    this.certificate = certificate;
    this.port = port;
  }

  /** @param certificate PEM, for nginx that speaks TLS to its upstream */
  static async start(certificate: Backend['certificate']): Promise<Backend> {
    const listener = createServer({ noDelay: true });
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(0, '127.0.0.1', resolve);
    });
    const address: AddressInfo | string | null = listener.address();
    if (address === null || typeof address === 'string') throw new Error('the backend has no port');
    const backend = new Backend(listener, address.port, certificate);
    backend.#serve();
    return backend;
  }

  #serve(): void {
    const options = { maxHeaderSize: MAX_HEAD_BYTES, keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 };
    const plain = createHttpServer(options);
    // Each handshake is whole: of a resumed session OpenSSL does not always say which name was asked for.
    const secureOptions = constants.SSL_OP_NO_TICKET;
    const secure = createHttpsServer({
      ...options,
      ...this.certificate,
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
      secureOptions,
    });
    for (const server of [plain, secure]) this.#answerOn(server);
    this.#listener.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => this.#sockets.delete(socket));
      socket.once('data', (first: Buffer) => {
        socket.pause();
        socket.unshift(first);
        (first[0] === TLS_HANDSHAKE ? secure : plain).emit('connection', socket);
        process.nextTick(() => socket.resume());
      });
    });
    this.#upgrades.on('headers', (headers: string[], request: IncomingMessage) => {
      const bytes = this.#trialOf(request)?.behaviour.setCookieBytes;
      if (bytes !== undefined) headers.push(`Set-Cookie: hangup=${'c'.repeat(bytes)}`);
    });
  }

  #answerOn(server: Server): void {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const answer = answerTo(this.#asOriginal(request), this.#trialOf(request)?.behaviour.anyPath ?? false);
      // Without an `upgrade` event there was no whole upgrade: a 101 cannot be meant.
      const status = answer.status === 101 ? 400 : answer.status;
      this.#note(request, status);
      request.resume();
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(answer.body);
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy());
      const answer = answerTo(this.#asOriginal(request), this.#trialOf(request)?.behaviour.anyPath ?? false);
      this.#note(request, answer.status);
      if (answer.status === 101) {
        this.#upgrades.handleUpgrade(request, socket, head, (upgraded) => this.#upgraded(request, upgraded));
        return;
      }
      const length = Buffer.byteLength(answer.body);
      socket.end(
        `HTTP/1.1 ${answer.status} ${answer.reason}\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${answer.body}`,
      );
    });
    server.on('clientError', (_error: Error, socket: Duplex) => socket.destroy());
  }

  #upgraded(request: IncomingMessage, upgraded: WebSocket): void {
    upgraded.on('error', () => upgraded.terminate());
    const trial = this.#trialOf(request);
    if (trial !== null) trial.socket = upgraded;
  }

  /** Announces a request that is to come, so that it is known when it does. @param key its Sec-WebSocket-Key, if any */
  expect(trial: string, key: string | null, behaviour: Behaviour = {}): void {
    this.#trials.set(trial, { behaviour, received: [], socket: null });
    if (key !== null) this.#keys.set(key, trial);
  }

  /** What came of an announced request; more than one where nginx tried again. */
  received(trial: string): readonly Received[] {
    return this.#trials.get(trial)?.received ?? [];
  }

  /** The server's end of an announced request that became a WebSocket. */
  socket(trial: string): WebSocket | null {
    return this.#trials.get(trial)?.socket ?? null;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  /** By its number, or, where nginx passes no headers on, by what is in its URL (as Mattermost's clients have it there). */
  #trialOf(request: IncomingMessage): Trial | null {
    const key = headerValues(request.rawHeaders, 'sec-websocket-key')[0] ?? '';
    const numbered = headerValues(request.rawHeaders, TRIAL_HEADER)[0];
    const inUrl = /[?&]connection_id=([\w-]+)/.exec(request.url ?? '')?.[1];
    return this.#trials.get(numbered ?? this.#keys.get(key) ?? inUrl ?? '') ?? null;
  }

  #note(request: IncomingMessage, status: number): void {
    const { socket } = request;
    const serverName = socket instanceof TLSSocket ? socketName(socket) : null;
    const headers = this.#restored(request.rawHeaders);
    this.#trialOf(request)?.received.push({
      method: request.method ?? '',
      target: request.url ?? '',
      httpVersion: request.httpVersion,
      headers,
      tls: socket instanceof TLSSocket,
      // nginx asks for the host without its port (ngx_http_upstream_ssl_name).
      serverName: serverName === null ? null : this.#restore(serverName).replace(/:\d+$/, ''),
      status,
    });
  }

  #asOriginal(request: IncomingMessage): { method: string; target: string; headers: RawHeaders } {
    return { method: request.method ?? '', target: request.url ?? '', headers: this.#restored(request.rawHeaders) };
  }

  #restored(headers: RawHeaders): RawHeaders {
    return headers.map((text, nth) => (nth % 2 === 0 ? text : this.#restore(text)));
  }

  #restore(text: string): string {
    return text.replace(/hangup-(?:target|unresolved)-\d+/g, (marker) => this.markers.get(marker) ?? marker);
  }
}

/** `servername` is false where the client named none. */
const socketName = (socket: TLSSocket): string | null =>
  'servername' in socket && typeof socket.servername === 'string' && socket.servername !== ''
    ? socket.servername
    : null;
