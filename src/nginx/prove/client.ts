import { randomBytes } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type BodyFraming, bodyFraming } from '../../wire/body-framing.ts';
import { FrameReader } from '../../wire/frame-reader.ts';
import { pingFrame } from '../../wire/frame-writer.ts';
import { type AnswerHead, HeadCollector, parseAnswerHead, type RawHeaders, requestHead } from '../../wire/http-head.ts';
import { OPCODE } from '../../wire/opcodes.ts';

/** A client that sends what it is told and nothing else: it answers no ping, and closes only when it is asked to. */

/** Where it connects, and as whom. */
export interface Endpoint {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly tls: boolean;
  /** What it names in TLS: the name of the site. */
  readonly serverName: string;
  /** What it shows where nginx asks for a client's certificate; PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
  /** Whether the listener expects a PROXY line first. */
  readonly proxyProtocol: boolean;
  /** A loopback address of its own, so that limits by address count it alone; null for the system's choice. */
  readonly from: string | null;
}

export interface Request {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly body?: string;
}

/** How a connection ended, as the client saw it. */
export interface Ending {
  /** On the clock of `performance.now()`. */
  readonly at: number;
  readonly manner: 'fin' | 'rst' | 'error' | 'own';
}

/** Long enough for a proxy that tries several upstreams in vain. */
const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 15_000;

export class RawClient {
  /** Never rejects. */
  readonly ended: Promise<Ending>;
  /** When the last byte came, on the clock of `performance.now()`. */
  lastByteAt = performance.now();
  /** Pings that have come from the other side. */
  pings = 0;
  readonly #stream: Socket | TLSSocket;
  #head: HeadCollector | null = null;
  #body: BodyFraming | null = null;
  #frames: FrameReader | null = null;
  #method = 'GET';
  #answer: PromiseWithResolvers<AnswerHead> | null = null;
  #answerHead: AnswerHead | null = null;
  #onPong: (() => void) | null = null;
  #settle: (ending: Ending) => void = () => undefined;

  private constructor(stream: Socket | TLSSocket) {
    this.#stream = stream;
    this.ended = new Promise((resolve) => {
      this.#settle = resolve;
    });
    stream.on('data', (chunk: Buffer) => this.#data(chunk));
    stream.once('end', () => this.#ends('fin'));
    stream.once('error', (error: NodeJS.ErrnoException) =>
      this.#ends(error.code === 'ECONNRESET' || error.code === 'EPIPE' ? 'rst' : 'error'),
    );
    stream.once('close', () => this.#ends('own'));
  }

  /** @throws when nothing accepts, or TLS fails, with the reason */
  static async connect(endpoint: Endpoint): Promise<RawClient> {
    const socket = connectTcp({
      port: endpoint.port,
      host: '127.0.0.1',
      noDelay: true,
      ...(endpoint.from === null ? {} : { localAddress: endpoint.from }),
    });
    await ready(socket, 'connect');
    if (endpoint.proxyProtocol) {
      socket.write(`PROXY TCP4 127.0.0.1 127.0.0.1 ${socket.localPort} ${endpoint.port}\r\n`);
    }
    if (!endpoint.tls) return new RawClient(socket);
    const named =
      isIP(endpoint.serverName) === 0 && endpoint.serverName !== '' ? { servername: endpoint.serverName } : {};
    // The certificate is hangup's own; old protocols and ciphers are the operator's choice, not ours to refuse.
    const secure = connectTls({
      socket,
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
      ALPNProtocols: ['http/1.1'],
      ...endpoint.certificate,
      ...named,
    });
    await ready(secure, 'secureConnect');
    return new RawClient(secure);
  }

  /** Sends a request and reads the head of its answer. @throws when the connection ends before it, or it does not come */
  async request({ method, target, headers, body = '' }: Request): Promise<AnswerHead> {
    this.#method = method;
    this.#head = new HeadCollector();
    this.#body = null;
    this.#answerHead = null;
    const answer = Promise.withResolvers<AnswerHead>();
    this.#answer = answer;
    const timer = setTimeout(() => answer.reject(new Error('no answer')), ANSWER_TIMEOUT_MS);
    this.#stream.write(Buffer.concat([requestHead(method, target, '1.1', headers), Buffer.from(body)]));
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether the answer's body has come whole, so that the connection may carry another request. */
  async bodyComes(): Promise<boolean> {
    const deadline = performance.now() + ANSWER_TIMEOUT_MS;
    while (this.#body?.done !== true) {
      if (this.#stream.destroyed || this.#stream.readableEnded || performance.now() > deadline) return false;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return true;
  }

  /** Sends a ping frame. @returns a promise of its pong that never rejects */
  ping(): Promise<void> {
    const pong = new Promise<void>((resolve) => {
      this.#onPong = resolve;
    });
    this.#stream.write(pingFrame(Buffer.from('hangup'), randomBytes(4)));
    return pong;
  }

  close(): void {
    this.#stream.destroy();
  }

  #data(chunk: Buffer): void {
    this.lastByteAt = performance.now();
    if (this.#frames !== null) {
      this.#frames.push(chunk, this.#sink);
    } else if (this.#answerHead !== null) {
      this.#body?.take(chunk);
    } else {
      const collected = this.#head?.push(chunk) ?? null;
      if (collected === 'too-long') this.#answer?.reject(new Error('the head of the answer is too long'));
      else if (collected !== null) this.#answered(collected.head, collected.rest);
    }
  }

  #answered(head: Buffer, rest: Buffer): void {
    const answer = parseAnswerHead(head);
    if (answer === null) {
      this.#answer?.reject(new Error('the answer is no HTTP/1'));
      return;
    }
    this.#answerHead = answer;
    if (answer.status === 101) this.#frames = new FrameReader({ fromClient: false, rsvAllowed: 0 });
    else this.#body = bodyFraming(answer, this.#method);
    this.#answer?.resolve(answer);
    if (rest.length > 0) this.#data(rest);
  }

  readonly #sink = {
    onHeader: (): number => 0,
    onFrame: (frame: FrameReader): void => {
      if (frame.opcode === OPCODE.ping) this.pings++;
      if (frame.opcode === OPCODE.pong) this.#onPong?.();
    },
    onLost: (): void => undefined,
  };

  #ends(manner: Ending['manner']): void {
    this.#settle({ at: performance.now(), manner });
    this.#answer?.reject(new Error(manner === 'rst' ? 'the connection was reset' : 'the connection was closed'));
    this.#stream.destroy();
  }
}

/** OpenSSL's own words, without its addresses and file names. */
const reasonOf = (error: Error): string =>
  'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;

function ready(socket: Socket | TLSSocket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(event === 'secureConnect' ? new Error(`TLS fails: ${reasonOf(error)}`) : error);
    };
    const timer = setTimeout(() => failed(new Error('no connection')), CONNECT_TIMEOUT_MS);
    socket.once('error', failed);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', failed);
      resolve();
    });
  });
}
