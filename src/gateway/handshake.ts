import type { Socket } from 'node:net';
import type { Side } from '../evidence/fact.ts';
import { type AnswerHead, HeadCollector, parseAnswerHead, requestHead } from '../wire/http-head.ts';
import { isWebSocketAnswer, rsvOfExtensions } from '../wire/upgrade.ts';
import { answerFact } from './answer-fact.ts';
import { now } from './clock.ts';
import type { ConnectionLog } from './connection-log.ts';
import type { FrameKeeper } from './frame-keeper.ts';
import type { Leg } from './leg.ts';
import { errnoOf, isReset, legError } from './leg-error.ts';
import { ownAnswer, unreachableSentence } from './own-answer.ts';
import type { IsOwnPage } from './own-page.ts';
import { relayRefusal } from './refusal.ts';
import { DialError, dial, type Target } from './target.ts';
import { Tunnel } from './tunnel.ts';

/**
 * From an upgrade request to its answer.
 *
 *   request ─► dial ─► head to the server ─► answer ─┬─ 101, Upgrade: websocket ─► Tunnel
 *                 │                                  ├─ 1xx ─► passed on, the next answer counts
 *                 └─ 502                             └─ anything else ─► relayed as it is, recorded, the end
 *
 * Until the answer is there, what the client already sends is kept (it may be frames, it may be the next request), and
 * a client that goes away is seen and passed on as it went.
 */

/** A client may send frames before it has the 101; more than this and it is read no further until then. */
const MAX_EARLY_BYTES = 64 * 1024;

export interface UpgradeRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  /** As they go to the server: flat, name, value. */
  readonly headers: readonly string[];
}

export interface HandshakeOptions {
  readonly log: ConnectionLog;
  readonly keeper: FrameKeeper;
  readonly target: Target;
  readonly isOwnPage: IsOwnPage | undefined;
  readonly client: Leg;
  readonly request: UpgradeRequest;
  /** What came in the same reads as the head. */
  readonly head: Buffer;
  readonly deadAfter: number | null;
  readonly events: HandshakeEvents;
}

/**
 * What becomes of a handshake. One object for all of a tap: closures of its own would keep each handshake alive as long
 * as its connection.
 */
export interface HandshakeEvents {
  /** The tunnel takes the handshake's place. */
  readonly onOpen: (handshake: Handshake, tunnel: Tunnel) => void;
  /** The connection is over, refused or ended. */
  readonly onOver: (last: Handshake | Tunnel) => void;
  /** The refused client can send another request; its early bytes were put back. */
  readonly onReusable: (client: Leg) => void;
}

export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #log: ConnectionLog;
  readonly #client: Leg;
  #server: Leg | null = null;
  #dialing: Socket | null = null;
  #early: Buffer[] = [];
  #earlyBytes = 0;
  #clientFinished = false;
  #over = false;
  readonly #collector = new HeadCollector();

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#client = options.client;
    if (options.head.length > 0) this.#keepEarly(options.head);
  }

  /** hangup ends this connection, whatever its state. */
  shutDown(says: string): void {
    if (this.#over) return;
    this.#log.add({ kind: 'own-close', at: now(), why: 'shutdown', side: null, says });
    this.#client.write(ownAnswer(503, says));
    this.#abandon();
    this.#endWhenClientGone(null);
  }

  /** Whatever is left, at once. */
  destroy(): void {
    this.#dialing?.destroy();
    this.#server?.destroy();
    this.#client.destroy();
  }

  async start(): Promise<void> {
    const { stream } = this.#client;
    stream.on('data', this.#onEarly);
    stream.on('end', this.#onClientFin);
    stream.on('error', this.#onClientError);
    stream.on('close', this.#onClientGone);
    try {
      this.#server = await dial(this.#options.target, this.#options.isOwnPage, (socket) => {
        this.#dialing = socket;
      });
    } catch (error) {
      if (!this.#over && error instanceof DialError) this.#fail(error.stage, error.code, error.message);
      return;
    }
    if (this.#over) {
      this.#server.destroy();
      return;
    }
    this.#ask(this.#server);
  }

  #ask(server: Leg): void {
    const { method, url, httpVersion, headers } = this.#options.request;
    server.stream.on('data', this.#onAnswer);
    server.stream.on('end', this.#onServerFin);
    server.stream.on('error', this.#onServerError);
    server.write(requestHead(method, url, httpVersion, headers));
    this.#passClientFin();
  }

  readonly #onEarly = (chunk: Buffer): void => {
    this.#keepEarly(chunk);
    if (this.#earlyBytes >= MAX_EARLY_BYTES) this.#client.stream.pause();
  };

  #keepEarly(chunk: Buffer): void {
    this.#early.push(chunk);
    this.#earlyBytes += chunk.length;
  }

  readonly #onClientFin = (): void => {
    this.#clientFinished = true;
    this.#log.add({
      kind: 'fin',
      at: now(),
      from: 'client',
      closeNotify: this.#client.closeNotify,
      insideFrame: null,
    });
    this.#passClientFin();
  };

  /** Behind bytes that are still kept here, the FIN has to wait for the answer as they do. */
  #passClientFin(): void {
    if (this.#clientFinished && this.#earlyBytes === 0) this.#server?.finish(this.#client.closeNotify);
  }

  readonly #onClientError = (error: Error): void => {
    if (this.#over) return;
    this.#log.add(legError('client', error, this.#log.timeline.totals.client, now()));
    this.#server?.reset();
    this.#abandon();
    this.#client.destroy();
    this.#end();
  };

  readonly #onClientGone = (): void => {
    if (this.#over) return;
    this.#abandon();
    this.#end();
  };

  readonly #onAnswer = (chunk: Buffer): void => {
    const found = this.#collector.push(chunk);
    if (found === null) return;
    const answer = found === 'too-long' ? null : parseAnswerHead(found.head);
    if (found === 'too-long' || answer === null) {
      this.#fail('answer', 'BAD_ANSWER', 'what the target sent is not the head of an HTTP/1 answer');
      return;
    }
    this.#client.write(found.head);
    // 100, 102, 103: the real answer is still to come (RFC 9110 §15.2).
    if (answer.status < 200 && answer.status !== 101) {
      this.#collector.reset();
      if (found.rest.length > 0) this.#onAnswer(found.rest);
      return;
    }
    this.#server?.stream.off('data', this.#onAnswer);
    this.#server?.stream.pause();
    if (isWebSocketAnswer(answer)) this.#open(answer, found.rest);
    else this.#refuse(answer, found.rest);
  };

  #open(answer: AnswerHead, rest: Buffer): void {
    const server = this.#server;
    if (server === null) return;
    this.#log.add(answerFact(answer, rest.length, null, false));
    this.#client.stream.pause();
    this.#release();
    const { keeper, deadAfter, events } = this.#options;
    const tunnel = new Tunnel(
      { log: this.#log, keeper, client: this.#client, server, rsvAllowed: rsvOfExtensions(answer.headers), deadAfter },
      events.onOver,
    );
    events.onOpen(this, tunnel);
    const early: Record<Side, readonly Buffer[]> = { client: this.#early, server: rest.length > 0 ? [rest] : [] };
    this.#early = [];
    tunnel.start(early, this.#clientFinished);
  }

  #refuse(answer: AnswerHead, rest: Buffer): void {
    const server = this.#server;
    if (server === null) return;
    // A 101 to something else than was asked: neither a body nor frames follow that hangup could vouch for.
    if (answer.status === 101) {
      this.#log.add(answerFact(answer, rest.length, null, false));
      this.#release();
      this.#finishRefused(server);
      return;
    }
    this.#release();
    relayRefusal(this.#client, server, answer, this.#options.request.method, rest, (outcome) => {
      this.#log.add(answerFact(answer, rest.length, outcome.body, false));
      if (outcome.reusable && !this.#clientFinished && !this.#client.stream.destroyed) this.#handBack(server);
      else this.#finishRefused(server);
    });
  }

  /** The client's next request belongs to the HTTP server again. */
  #handBack(server: Leg): void {
    server.letGo();
    const { stream } = this.#client;
    stream.pause();
    const early = Buffer.concat(this.#early);
    if (early.length > 0) stream.unshift(early);
    this.#end();
    this.#options.events.onReusable(this.#client);
  }

  #finishRefused(server: Leg): void {
    server.letGo();
    this.#endWhenClientGone(server.closeNotify);
  }

  readonly #onServerFin = (): void => {
    this.#fail('answer', 'EOF', 'the target closed the connection before it answered');
  };

  readonly #onServerError = (error: Error): void => {
    this.#fail('answer', errnoOf(error), error.message);
  };

  /** No answer came. A target that was reached and went away is passed on as it went; else the client is told. */
  #fail(stage: 'connect' | 'tls' | 'answer', code: string, says: string): void {
    if (this.#over) return;
    this.#log.add({ kind: 'target-failed', at: now(), stage, code, says });
    if (stage === 'answer' && isReset(code)) this.#client.reset();
    else if (stage === 'answer' && code === 'EOF') this.#client.write(this.#collector.pending);
    else this.#client.write(ownAnswer(502, unreachableSentence(this.#options.target.text, code)));
    const closeNotify = code === 'EOF' ? (this.#server?.closeNotify ?? null) : null;
    this.#abandon();
    this.#endWhenClientGone(closeNotify);
  }

  /** Lets go of the server side. */
  #abandon(): void {
    this.#over = true;
    this.#dialing?.destroy();
    const server = this.#server;
    if (server === null) return;
    server.stream.removeListener('data', this.#onAnswer);
    server.stream.removeListener('end', this.#onServerFin);
    server.stream.removeListener('error', this.#onServerError);
    server.letGo();
  }

  /** Takes this handshake's listeners off both streams: what comes next has its own. */
  #release(): void {
    const { stream } = this.#client;
    stream.off('data', this.#onEarly);
    stream.off('end', this.#onClientFin);
    stream.off('error', this.#onClientError);
    stream.off('close', this.#onClientGone);
    this.#server?.stream.off('end', this.#onServerFin);
    this.#server?.stream.off('error', this.#onServerError);
    this.#over = true;
  }

  #endWhenClientGone(closeNotify: boolean | null): void {
    this.#client.letGo(closeNotify);
    if (this.#client.stream.destroyed) this.#end();
    else this.#client.stream.once('close', () => this.#end());
  }

  #end(): void {
    if (this.#log.ended) return;
    this.#log.end();
    this.#options.events.onOver(this);
  }
}
