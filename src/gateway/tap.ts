import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { maskedHeaders, maskedUrl } from '../evidence/secrets.ts';
import type { TapInfo } from '../evidence/timeline.ts';
import type { RawHeaders } from '../wire/http-head.ts';
import { announcesBody, asksForWebSocket, type MissingUpgrade, strippedUpgrade, traceId } from '../wire/upgrade.ts';
import { answerFact } from './answer-fact.ts';
import { describeClient } from './client-description.ts';
import { now } from './clock.ts';
import { ConnectionLog, newConnectionId } from './connection-log.ts';
import type { GatewayContext } from './context.ts';
import { Handshake, type HandshakeEvents } from './handshake.ts';
import { addressOf, Leg } from './leg.ts';
import { errnoOf, isReset } from './leg-error.ts';
import { badRequestAnswer, ownAnswer } from './own-answer.ts';
import { withForwardedFor } from './plain-headers.ts';
import { PlainHttp } from './plain-http.ts';
import { secureListener } from './secure-listener.ts';
import { strippedUpgradeObserver } from './stripped-upgrade.ts';
import type { Target } from './target.ts';
import type { TlsWire } from './tls-wire.ts';
import type { Tunnel } from './tunnel.ts';

export interface TapOptions {
  readonly info: TapInfo;
  readonly listen: { readonly host: string; readonly port: number };
  /** TLS on the client leg, or null. */
  readonly secure: SecureContext | null;
  readonly target: Target;
  /** Append the client's address to X-Forwarded-For. */
  readonly appendForwarded: boolean;
}

/** Cookies of single sign-on go far beyond Node's 16 KiB; nginx lets 32 KiB through. */
const MAX_HEADER_BYTES = 64 * 1024;
/** Longer than nginx keeps an idle upstream connection (60 s), so that it is nginx that closes it (nginx-rules WS027). */
const KEEP_ALIVE_MS = 75_000;
/** A head must be complete within this; bodies and answers may take for ever (uploads, long polls). */
const HEAD_TIMEOUT_MS = 60_000;

/**
 * One listener and its target.
 *
 *   connection ─► [TLS] ─► HTTP parser ─┬─ upgrade to websocket ──────────► Handshake ─► Tunnel
 *                                       ├─ an upgrade that was stripped ──► plain HTTP, recorded
 *                                       └─ anything else ─────────────────► plain HTTP
 */
export class Tap {
  readonly #options: TapOptions;
  readonly #context: GatewayContext;
  readonly #plain: PlainHttp;
  readonly #http: http.Server;
  /** The listener: the HTTP server itself, or a TCP server that puts TLS in between. */
  readonly #listener: net.Server;
  /** Below every TLS stream that the HTTP server was given. */
  readonly #wires = new WeakMap<Duplex, TlsWire>();
  /** A handshake until its answer, then the tunnel that came of it. */
  readonly #live = new Set<Handshake | Tunnel>();
  readonly #events: HandshakeEvents = {
    onOpen: (handshake, tunnel) => {
      this.#live.delete(handshake);
      this.#live.add(tunnel);
    },
    onOver: (last) => {
      this.#live.delete(last);
      this.#context.closed();
    },
    onReusable: ({ stream }) => {
      stream.off('error', ignore);
      this.#http.emit('connection', stream);
      stream.resume();
    },
  };
  readonly #sockets = new Set<Socket>();
  /** The answer that is being given on a stream. */
  readonly #answering = new WeakMap<Duplex, ServerResponse>();
  #draining = false;

  constructor(options: TapOptions, context: GatewayContext) {
    this.#options = options;
    this.#context = context;
    this.#plain = new PlainHttp(options.target, context.isOwnPage, (code) => {
      context.observer.onTargetRefused(options.info.name, code);
    });
    this.#http = http.createServer({
      noDelay: true,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEAD_TIMEOUT_MS,
      requestTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
      // HTTP/1.0 from a bare `proxy_pass` may have none; the target is the one to refuse it.
      requireHostHeader: false,
      // h2c and the like are plain HTTP here: their Upgrade ends at this hop.
      shouldUpgradeCallback: (request) => asksForWebSocket(request.rawHeaders),
    });
    this.#http.on('upgrade', (request, stream, head) => this.#onUpgrade(request, stream, head));
    this.#http.on('request', (request, response) => this.#onRequest(request, response));
    // The target decides whether the body is wanted, so 100 is not said here.
    this.#http.on('checkContinue', (request, response) => this.#onRequest(request, response));
    this.#http.on('checkExpectation', (request, response) => this.#onRequest(request, response));
    this.#http.on('clientError', (error, stream) => this.#onClientError(error, stream));
    this.#listener = options.secure === null ? this.#http : this.#listenSecurely(options.secure);
    const sockets = this.#sockets;
    // One listener for all, by its `this`: a closure for each would stay as long as its socket.
    const forget = function (this: Socket): void {
      sockets.delete(this);
    };
    this.#listener.on('connection', (socket: Socket) => {
      // A connection comes here again after a refused upgrade.
      if (sockets.has(socket)) return;
      sockets.add(socket);
      socket.on('close', forget);
    });
  }

  /** @throws the listener's error (EADDRINUSE, EACCES …) @returns the address that it got */
  async listen(): Promise<AddressInfo> {
    const { host, port } = this.#options.listen;
    await new Promise<void>((resolve, reject) => {
      this.#listener.once('error', reject);
      // As many waiting connections as the kernel allows: a reconnect storm is what this stands in front of.
      this.#listener.listen({ host, port, backlog: 4096 }, () => {
        this.#listener.off('error', reject);
        this.#listener.on('error', (error) => this.#context.log('error', `tap ${this.name}: ${error.message}`));
        resolve();
      });
    });
    const address = this.#listener.address();
    if (address === null || typeof address === 'string') throw new Error(`tap ${this.name} has no TCP address`);
    return address;
  }

  get name(): string {
    return this.#options.info.name;
  }

  /** Accepts nothing more and ends every WebSocket, with `says` as the recorded reason. */
  drain(says: string): void {
    this.#draining = true;
    this.#listener.close();
    this.#http.close();
    this.#http.closeIdleConnections();
    for (const each of [...this.#live]) each.shutDown(says);
  }

  /** Resolves when no connection of any kind is left. */
  async drained(): Promise<void> {
    await Promise.all([...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    this.#plain.close();
  }

  /** Whatever is left, at once. */
  destroy(): void {
    for (const each of [...this.#live]) each.destroy();
    for (const socket of this.#sockets) socket.destroy();
    this.#plain.close();
  }

  #listenSecurely(context: SecureContext): net.Server {
    return secureListener({
      context,
      handshakeMs: HEAD_TIMEOUT_MS,
      onStream: (stream, wire) => {
        this.#wires.set(stream, wire);
        this.#http.emit('connection', stream);
      },
      onFailed: (says) => this.#context.log('info', `tap ${this.name}: ${says}`),
    });
  }

  /** What came is no HTTP request, or not one that is read here; or the connection broke. */
  #onClientError(error: Error, stream: Duplex): void {
    const code = errnoOf(error);
    const client = isReset(code) ? null : this.#legOf(stream);
    // Into an answer that has begun nothing can be said.
    if (client === null || !stream.writable || this.#answering.get(stream)?.headersSent === true) {
      stream.destroy();
      return;
    }
    client.write(badRequestAnswer(code));
    client.letGo();
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    this.#answering.set(socket, response);
    // A request that ends during a drain leaves its connection idle, and nobody else would close it.
    response.once('close', () => {
      if (this.#answering.get(socket) === response) this.#answering.delete(socket);
      if (this.#draining) this.#http.closeIdleConnections();
    });
    const missing = strippedUpgrade(request.method ?? 'GET', request.rawHeaders);
    const headers = this.#outgoing(request.rawHeaders, socket.remoteAddress);
    if (missing === null || announcesBody(request.rawHeaders)) {
      this.#plain.relay(request, response, headers, null);
      return;
    }
    const log = this.#open(request, headers, addressOf(socket.remoteAddress, socket.remotePort), 0, missing);
    const observer = strippedUpgradeObserver(log, () => this.#context.closed());
    this.#plain.relay(request, response, headers, observer);
  }

  #onUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    // At once: between here and the first listener a reset would end the process (FIELD-NOTES §4).
    stream.on('error', ignore);
    const client = this.#legOf(stream);
    if (client === null || stream.destroyed) {
      stream.destroy();
      return;
    }
    const headers = this.#outgoing(request.rawHeaders, client.remoteAddress);
    const log = this.#open(request, headers, client.peer, head.length, null);
    if (announcesBody(request.rawHeaders)) {
      this.#refuse(client, log, 400, 'an upgrade request must not have a body (Content-Length or Transfer-Encoding)');
      return;
    }
    const { maxConnections: limit, open } = this.#context;
    if (limit !== null && open() > limit) {
      const says = `the limit of ${limit} WebSockets (--max-connections) is reached`;
      log.add({ kind: 'own-close', at: now(), why: 'limit', side: null, says });
      this.#refuse(client, log, 503, says);
      return;
    }
    const handshake = new Handshake({
      log,
      keeper: this.#context.keeper,
      target: this.#options.target,
      isOwnPage: this.#context.isOwnPage,
      client,
      request: {
        method: request.method ?? 'GET',
        url: request.url ?? '/',
        httpVersion: request.httpVersion,
        headers,
      },
      head,
      deadAfter: this.#context.deadAfter,
      events: this.#events,
    });
    this.#live.add(handshake);
    void handshake.start();
  }

  #legOf(stream: Duplex): Leg | null {
    const wire = this.#wires.get(stream) ?? null;
    const socket = wire?.socket ?? stream;
    return socket instanceof net.Socket ? new Leg('client', stream, socket, wire) : null;
  }

  /** @param sent the headers as they go to the target */
  #open(
    request: IncomingMessage,
    sent: RawHeaders,
    peer: string,
    headBytes: number,
    missing: MissingUpgrade | null,
  ): ConnectionLog {
    const { rawHeaders } = request;
    const openedAt = now();
    const url = maskedUrl(request.url ?? '/');
    this.#context.opened();
    const log = new ConnectionLog(
      {
        connection: newConnectionId(),
        tap: this.#options.info,
        url,
        trace: traceId(rawHeaders),
        openedAt,
        keepaliveMs: this.#context.keepaliveMs,
      },
      describeClient(peer, rawHeaders),
      this.#context.recorder,
      this.#context.observer,
    );
    log.add({
      kind: 'upgrade-request',
      at: openedAt,
      method: request.method ?? 'GET',
      url,
      httpVersion: request.httpVersion,
      headers: maskedHeaders(rawHeaders),
      peer,
      headBytes,
      missing,
      ...(sent === rawHeaders ? {} : { sent: maskedHeaders(sent) }),
    });
    return log;
  }

  #refuse(client: Leg, log: ConnectionLog, status: number, sentence: string): void {
    client.write(ownAnswer(status, sentence));
    client.letGo();
    const answer = { status, reason: http.STATUS_CODES[status] ?? '', httpVersion: '1.1', headers: [] };
    log.add(answerFact(answer, 0, Buffer.from(sentence), true));
    log.end();
    this.#context.closed();
  }

  #outgoing(headers: RawHeaders, address: string | undefined): RawHeaders {
    return this.#options.appendForwarded ? withForwardedFor(headers, address ?? 'unknown') : headers;
  }
}

/** An upgraded stream has its own listeners; this one is for the moments between two of them. */
function ignore(): void {}
