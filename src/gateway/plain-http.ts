import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import https from 'node:https';
import { createProxyServer, type ProxyServer } from 'httpxy';
import { headerTokens, type RawHeaders } from '../wire/http-head.ts';
import { announcesBody } from '../wire/upgrade.ts';
import { addressOf } from './leg.ts';
import { errnoOf, isReset, isTlsCode } from './leg-error.ts';
import { unreachableSentence } from './own-answer.ts';
import { type IsOwnPage, keepOffOwnPage } from './own-page.ts';
import { endToEnd, groupedHeaders, withoutField } from './plain-headers.ts';
import { serverNameIndication, type Target } from './target.ts';

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
  onFailure(stage: 'connect' | 'tls' | 'answer', code: string, says: string): void;
  /** The exchange is over, whatever its end; called last, once. */
  onOver(clientAborted: boolean): void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly headers: RawHeaders;
  readonly observer: ExchangeObserver | null;
  /** The client waits for 100 before it sends its body. */
  readonly expects: boolean;
  /** The target wants the body. */
  continued: boolean;
  attempt: ClientRequest | null;
  answer: IncomingMessage | null;
}

export class PlainHttp {
  readonly #target: Target;
  readonly #isOwnPage: IsOwnPage | undefined;
  readonly #onUnreachable: (code: string) => void;
  readonly #proxy: ProxyServer;
  readonly #agent: http.Agent;
  readonly #exchanges = new WeakMap<IncomingMessage, Exchange>();

  /**
   * @param isOwnPage where it must not lead
   * @param onUnreachable told the errno when a connection to the target could not be made
   */
  constructor(target: Target, isOwnPage: IsOwnPage | undefined, onUnreachable: (code: string) => void) {
    this.#target = target;
    this.#isOwnPage = isOwnPage;
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
            servername: serverNameIndication(tls.servername),
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
    this.#exchanges.set(request, {
      request,
      response,
      headers,
      observer,
      expects,
      continued: false,
      attempt: null,
      answer: null,
    });
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
    // httpxy calls at the request's `socket` event, before anything is written.
    if (attempt.socket !== null) keepOffOwnPage(attempt.socket, this.#isOwnPage);
    // httpxy would put a slash before `*` and before a whole URL.
    attempt.path = request.url ?? '/';
    for (const name of attempt.getHeaderNames()) attempt.removeHeader(name);
    // An upgrade that lost a part of itself goes on exactly as it came, so that the answer is the server's own.
    const headers = exchange.observer === null ? endToEnd(exchange.headers) : exchange.headers;
    const chunked = headerTokens(exchange.headers, 'transfer-encoding').includes('chunked');
    for (const { name, values } of groupedHeaders(headers).values()) {
      // Node throws at a Trailer that announces what cannot come.
      if (!chunked && name.toLowerCase() === 'trailer') continue;
      attempt.setHeader(name, values.length === 1 ? (values[0] ?? '') : values);
    }
    // HTTP/1.0 may come without one, HTTP/1.1 must not go on so (RFC 9112 §3.2).
    if (!attempt.hasHeader('Host')) attempt.setHeader('Host', addressOf(this.#target.host, this.#target.port));
    // The body arrives decoded; without a length it is chunked again, whatever the method.
    if (chunked) attempt.setHeader('Transfer-Encoding', 'chunked');
    request.once('end', () => {
      if (request.rawTrailers.length > 0) attempt.addTrailers(pairs(request.rawTrailers));
    });
    attempt.once('upgrade', (_answer, socket) => {
      socket.destroy();
      this.#onError(new BadAnswer('101 to a request that was no upgrade'), request, exchange.response);
    });
    if (!exchange.expects) return;
    attempt.once('continue', () => {
      exchange.continued = true;
      exchange.response.writeContinue();
    });
    attempt.flushHeaders();
  }

  #onAnswer(answer: IncomingMessage, request: IncomingMessage, response: ServerResponse): void {
    const exchange = this.#exchanges.get(request);
    if (exchange === undefined || response.headersSent || response.destroyed) return;
    // The client keeps its body then, and what it sends next on this connection could be taken for it (RFC 9110 §10.1.1).
    if (exchange.expects && !exchange.continued) response.shouldKeepAlive = false;
    const status = answer.statusCode ?? 0;
    const reason = answer.statusMessage ?? '';
    if (status < 200 || !/^[\t\x20-\x7e\x80-\xff]*$/.test(reason)) {
      answer.destroy();
      this.#onError(new BadAnswer(`status ${status} ${JSON.stringify(reason)}`), request, response);
      return;
    }
    exchange.answer = answer;
    exchange.observer?.onAnswer(answer);
    response.writeHead(status, reason, answerHeaders(answer, request));
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
      // The target broke off: so must the answer, or a cut file would look whole. One that is whole stays so, although
      // the target has closed on a body that it did not want.
      if (exchange.answer?.complete !== true) response.destroy();
      return;
    }
    const code = errnoOf(error);
    if (this.#wasIdleRace(exchange, code)) {
      this.#send(request, response);
      return;
    }
    if (UNREACHABLE.has(code)) this.#onUnreachable(code);
    exchange.observer?.onFailure(stageOf(error, code), code, error.message);
    const body = `hangup: ${unreachableSentence(this.#target.text, code)}\n`;
    response.writeHead(502, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    });
    response.end(body);
    request.resume();
  }

  /** The target closed a kept connection just as it was used again: a request without a body can safely be sent anew. */
  #wasIdleRace({ attempt, request, headers }: Exchange, code: string): boolean {
    const safe = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
    // Each attempt uses one idle connection up, so this ends with a new one, which is no race.
    return safe && !announcesBody(headers) && isReset(code) && attempt?.reusedSocket === true;
  }
}

function stageOf(error: Error, code: string): 'connect' | 'tls' | 'answer' {
  // Name resolution is a step of connecting, too.
  if ('syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo')) return 'connect';
  return isTlsCode(code) ? 'tls' : 'answer';
}

/** What the target sent is no answer to this request. */
class BadAnswer extends Error {
  readonly code = 'BAD_ANSWER';

  constructor(what: string) {
    super(`the target answered ${what}`);
  }
}

/** End-to-end fields, without a Trailer where the client can get none: Node throws at it. */
function answerHeaders(answer: IncomingMessage, request: IncomingMessage): string[] {
  const headers = endToEnd(answer.rawHeaders);
  const chunked = headerTokens(answer.rawHeaders, 'transfer-encoding').includes('chunked');
  const bodyless = request.method === 'HEAD' || answer.statusCode === 204 || answer.statusCode === 304;
  return chunked && !bodyless && request.httpVersion === '1.1' ? headers : withoutField(headers, 'trailer');
}

function pairs(raw: RawHeaders): [string, string][] {
  const result: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) result.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return result;
}
