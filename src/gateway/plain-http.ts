import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { createProxyServer, type ProxyServer } from 'httpxy';
import { headerTokens, type RawHeaders } from '../wire/http-head.ts';
import { errnoOf } from './leg-error.ts';
import { unreachableSentence } from './own-answer.ts';
import { endToEnd, groupedHeaders } from './plain-headers.ts';
import type { Target } from './target.ts';

/**
 * Everything that is not an upgrade: REST, files, long polls. httpxy moves the bodies and looks after aborts; what is
 * here keeps the header fields as they came (httpxy would lower-case, merge and sort them), ends the hop-by-hop ones
 * (RFC 9110 §7.6.1), carries `Expect: 100-continue` and trailers through, and says 502 in a sentence.
 */

/**
 * Idle connections to the target are closed after this. Mattermost closes its own after 60 s (nginx-rules WS027), Node
 * servers after 5 s, which they announce and the agent obeys.
 */
const IDLE_CONNECTION_MS = 30_000;
/** Connections kept idle; open ones are not limited: each long poll holds one. */
const MAX_IDLE_CONNECTIONS = 256;

/** Errors of connecting; ECONNRESET and the like can also come from a target that is well. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN']);

/** Told what became of one request, for those that the tap wants to record. */
export interface ExchangeObserver {
  onAnswer(answer: IncomingMessage): void;
  onFailure(code: string, says: string): void;
  /** The exchange is over, whatever its end; called last, once. */
  onOver(clientAborted: boolean): void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly headers: RawHeaders;
  readonly observer: ExchangeObserver | null;
  /** The client waits for 100 before it sends its body. */
  readonly expects: boolean;
  attempt: ClientRequest | null;
  retried: boolean;
}

export class PlainHttp {
  readonly #target: Target;
  readonly #onUnreachable: (code: string) => void;
  readonly #proxy: ProxyServer;
  readonly #agent: http.Agent;
  readonly #exchanges = new WeakMap<IncomingMessage, Exchange>();

  /** @param onUnreachable told the errno when a connection to the target could not be made */
  constructor(target: Target, onUnreachable: (code: string) => void) {
    this.#target = target;
    this.#onUnreachable = onUnreachable;
    const pool = {
      keepAlive: true,
      maxSockets: Number.POSITIVE_INFINITY,
      maxFreeSockets: MAX_IDLE_CONNECTIONS,
      timeout: IDLE_CONNECTION_MS,
    };
    const { tls } = target;
    this.#agent =
      tls === null
        ? new http.Agent(pool)
        : new https.Agent({
            ...pool,
            secureContext: tls.context,
            servername: tls.servername,
            rejectUnauthorized: !tls.insecure,
          });
    this.#proxy = createProxyServer({
      target: { protocol: tls === null ? 'http:' : 'https:', hostname: target.host, port: target.port },
      agent: this.#agent,
      secure: tls === null ? false : !tls.insecure,
    });
    this.#proxy.on('proxyReq', (attempt, request) => this.#onAttempt(attempt, request));
    this.#proxy.on('proxyRes', (answer, request, response) => this.#onAnswer(answer, request, response));
    // httpxy reports a response that was cut off as an error, too; #onError tells them apart.
    this.#proxy.on('error', (error, request, response) => {
      if (request !== undefined && response !== undefined && 'writeHead' in response) {
        this.#onError(error, request, response);
      }
    });
  }

  /**
   * Relays one request.
   *
   * @param headers as they go to the target, hop-by-hop fields still in
   * @param observer null when nobody wants to know
   */
  relay(
    request: IncomingMessage,
    response: ServerResponse,
    headers: RawHeaders,
    observer: ExchangeObserver | null,
  ): void {
    const expects = headerTokens(headers, 'expect').includes('100-continue');
    this.#exchanges.set(request, { request, headers, observer, expects, attempt: null, retried: false });
    // httpxy hides a request that expects 100 from its hooks: the field is put back there.
    delete request.headers.expect;
    response.sendDate = false;
    if (observer !== null) response.once('close', () => observer.onOver(!response.writableFinished));
    this.#send(request, response);
  }

  /** Lets go of idle connections to the target. */
  close(): void {
    this.#agent.destroy();
  }

  #send(request: IncomingMessage, response: ServerResponse): void {
    this.#proxy.web(request, response).catch((error: unknown) => {
      if (error instanceof Error) this.#onError(error, request, response);
    });
  }

  #onAttempt(attempt: ClientRequest, request: IncomingMessage): void {
    const exchange = this.#exchanges.get(request);
    if (exchange === undefined) return;
    exchange.attempt = attempt;
    for (const name of attempt.getHeaderNames()) attempt.removeHeader(name);
    // An upgrade that lost a part of itself goes on exactly as it came, so that the answer is the server's own.
    const headers = exchange.observer === null ? endToEnd(exchange.headers) : exchange.headers;
    for (const { name, values } of groupedHeaders(headers).values()) {
      attempt.setHeader(name, values.length === 1 ? (values[0] ?? '') : values);
    }
    // The body arrives decoded; without a length it is chunked again, whatever the method.
    if (headerTokens(exchange.headers, 'transfer-encoding').includes('chunked')) {
      attempt.setHeader('Transfer-Encoding', 'chunked');
    }
    request.once('end', () => {
      if (request.rawTrailers.length > 0) attempt.addTrailers(pairs(request.rawTrailers));
    });
    if (exchange.expects) attempt.flushHeaders();
  }

  #onAnswer(answer: IncomingMessage, request: IncomingMessage, response: ServerResponse): void {
    this.#exchanges.get(request)?.observer?.onAnswer(answer);
    if (response.headersSent || response.destroyed) return;
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
    // A long poll's head must not wait for its body.
    response.flushHeaders();
    answer.once('end', () => {
      if (answer.rawTrailers.length > 0) response.addTrailers(pairs(answer.rawTrailers));
    });
  }

  #onError(error: Error, request: IncomingMessage, response: ServerResponse): void {
    const exchange = this.#exchanges.get(request);
    if (exchange === undefined || response.destroyed) return;
    if (response.headersSent) {
      // The target broke off: so must the answer, or a cut file would look whole.
      response.destroy();
      return;
    }
    const code = errnoOf(error);
    if (this.#wasIdleRace(exchange, code)) {
      exchange.retried = true;
      this.#send(request, response);
      return;
    }
    if (UNREACHABLE.has(code)) this.#onUnreachable(code);
    exchange.observer?.onFailure(code, error.message);
    const body = `hangup: ${unreachableSentence(this.#target.text, code)}\n`;
    response.writeHead(502, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
    request.resume();
  }

  /** The target closed a kept connection just as it was used again: a request without a body can safely be sent anew. */
  #wasIdleRace({ attempt, request, headers, retried }: Exchange, code: string): boolean {
    const bodyless = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
    const hasBody = headerTokens(headers, 'transfer-encoding').length > 0 || headerTokens(headers, 'content-length').some((length) => length !== '0');
    return !retried && bodyless && !hasBody && code === 'ECONNRESET' && attempt?.reusedSocket === true;
  }
}

function pairs(raw: RawHeaders): [string, string][] {
  const result: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) result.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return result;
}
