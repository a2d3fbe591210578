/**
 * One end of a TCP (or TLS) connection under exact control: what it sends, when, in which pieces, and how it ends.
 *
 * What each end looks like to the other side, by errno: `fin()` and `close()` a FIN; `rst()` ECONNRESET; `close()` with
 * unread bytes an RST as well (Linux); saying and reading nothing: nothing at all.
 */

import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { closePayload, encodeFrame, type Frame, FrameReader, type FrameSpec, OPCODE } from './frames.ts';
import { type Head, readHead } from './head.ts';
import { Changes, type Found, now } from './until.ts';

/** How a connection ended, as this end saw it. */
export interface Ending {
  /** `local`: this end closed before it had seen anything from the other. */
  readonly manner: 'fin' | 'rst' | 'error' | 'local';
  /** ECONNRESET or EPIPE with `rst`; ETIMEDOUT, EHOSTUNREACH … with `error`. */
  readonly errno: string | null;
  /** With TLS and `fin`: whether close_notify came before the FIN. null without TLS. */
  readonly closeNotify: boolean | null;
  /** ms since the epoch. */
  readonly at: number;
}

export interface PeerOptions {
  /** Clients mask, servers do not; `frame()` can be told otherwise. */
  readonly masks: boolean;
  /** Answers ping with pong, Close with Close, FIN with FIN. Default false: nothing happens that the test did not ask for. */
  readonly polite?: boolean | undefined;
  readonly tls?: TLSSocket | undefined;
  /** Called once, with the first HTTP head received. */
  readonly onHead?: (head: Head) => void;
  /** Called after each byte, frame and end. */
  readonly onChange?: () => void;
}

const RESET_CODES = new Set(['ECONNRESET', 'EPIPE']);

export class FaultPeer {
  readonly socket: Socket;
  /** The first way in which the other side ended this connection. */
  readonly ended: Promise<Ending>;
  /** Every end that was seen, in order: a FIN may be followed by a reset. */
  readonly endings: readonly Ending[];
  polite: boolean;

  readonly #stream: Duplex;
  readonly #tls: TLSSocket | null;
  readonly #masks: boolean;
  readonly #endings: Ending[] = [];
  readonly #chunks: Buffer[] = [];
  readonly #frames: Frame[] = [];
  readonly #reader = new FrameReader();
  readonly #changes = new Changes(() => this.toString());
  readonly #firstEnd = Promise.withResolvers<Ending>();
  readonly #onHead: ((head: Head) => void) | undefined;
  readonly #onChange: (() => void) | undefined;
  #head: Head | null = null;
  #unread: Buffer = Buffer.alloc(0);
  #upgraded = false;
  #sentClose = false;

  constructor(socket: Socket, options: PeerOptions) {
    this.socket = socket;
    this.polite = options.polite ?? false;
    this.endings = this.#endings;
    this.ended = this.#firstEnd.promise;
    this.#onHead = options.onHead;
    this.#onChange = options.onChange;
    this.#masks = options.masks;
    this.#tls = options.tls ?? null;
    this.#stream = options.tls ?? socket;
    socket.allowHalfOpen = true;
    socket.setNoDelay(true);
    this.#stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => (this.#tls ? setImmediate(() => this.#sawFin()) : this.#sawFin()));
    socket.on('error', (error: NodeJS.ErrnoException) => this.#sawError(error.code ?? error.message));
    socket.on('close', () => this.#saw('local', null));
    if (this.#tls) {
      this.#tls.on('error', () => this.#changed()); // the TCP socket tells how it ended
      this.#tls.on('end', () => this.#changed());
    }
  }

  /** All bytes received, above TLS. */
  get received(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** The HTTP head that was received first; null before it is complete. */
  get head(): Head | null {
    return this.#head;
  }

  /** Bytes after the head that are no complete frame: a plain answer's body, a frame cut short. */
  get remainder(): Buffer {
    return this.#upgraded ? this.#reader.rest : this.#unread;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  get upgraded(): boolean {
    return this.#upgraded;
  }

  /** Resolves with what `look` finds; it is asked after each byte, frame and end. Rejects with WaitedInVain. */
  until<T>(what: string, look: () => T, timeoutMs?: number): Promise<Found<T>> {
    return this.#changes.until(what, look, timeoutMs);
  }

  /** Resolves with the first HTTP head received. */
  gotHead(timeoutMs?: number): Promise<Head> {
    return this.until('an HTTP head', () => this.#head, timeoutMs);
  }

  /** Resolves with the first frame, received before or after, that `matches`; any frame if left out. */
  gotFrame(matches: (frame: Frame) => boolean = () => true, timeoutMs?: number): Promise<Frame> {
    return this.until('a frame', () => this.#frames.find(matches), timeoutMs);
  }

  /** From here on what is received is read as frames. Upgrades call it. */
  startFrames(): void {
    this.#upgraded = true;
    const waiting = this.#unread;
    this.#unread = Buffer.alloc(0);
    this.#read(waiting);
    this.#changed();
  }

  /**
   * Sends bytes; resolves when the kernel has taken them, rejects if the connection ends before.
   * @param cuts offsets at which the bytes are cut; each piece is a write of its own, in a later turn of the loop
   */
  async send(bytes: string | Uint8Array, cuts: readonly number[] = []): Promise<void> {
    const all = Buffer.from(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    const edges = [0, ...cuts, all.length];
    for (const [at, from] of edges.slice(0, -1).entries()) {
      if (at > 0) await new Promise((resolve) => setImmediate(resolve));
      await this.#write(all.subarray(from, edges[at + 1]));
    }
  }

  /** Sends one frame, masked as this side must unless the spec says otherwise. */
  frame(spec: FrameSpec, cuts: readonly number[] = []): Promise<void> {
    return this.send(encodeFrame({ mask: this.#masks, ...spec }), cuts);
  }

  text(payload: string): Promise<void> {
    return this.frame({ opcode: OPCODE.text, payload });
  }

  ping(payload: string | Uint8Array = ''): Promise<void> {
    return this.frame({ opcode: OPCODE.ping, payload });
  }

  pong(payload: string | Uint8Array = ''): Promise<void> {
    return this.frame({ opcode: OPCODE.pong, payload });
  }

  /** Sends a Close frame and goes on reading; `null` for one without a code. */
  closeFrame(code: number | null = 1000, reason = ''): Promise<void> {
    this.#sentClose = true;
    return this.frame({ opcode: OPCODE.close, payload: closePayload(code, reason) });
  }

  /** A Close frame and a FIN right behind it, waiting for nothing. */
  async closeThenFin(code: number | null = 1000, reason = ''): Promise<void> {
    await this.closeFrame(code, reason);
    this.fin();
  }

  /** Bytes that are no WebSocket: every reserved bit set, a reserved opcode. */
  garbage(length = 64): Promise<void> {
    return this.send(Buffer.alloc(length, 0xff));
  }

  /** Half-close: a FIN (with TLS a close_notify before it), while reading goes on. */
  fin(): void {
    this.#stream.end();
  }

  /** With TLS: a FIN without close_notify, as a killed nginx worker leaves it. */
  finWithoutCloseNotify(): void {
    this.socket.end();
  }

  /** An RST, at once; what was still to be sent is lost. */
  rst(): void {
    this.socket.resetAndDestroy();
  }

  /** Bytes, and an RST once the kernel has them. */
  async rstAfter(bytes: string | Uint8Array): Promise<void> {
    await this.send(bytes);
    this.rst();
  }

  /** As a process that leaves: a FIN, and an RST to whatever still comes. With unread bytes Linux sends an RST at once. */
  close(): void {
    this.socket.destroy();
  }

  /** Stops reading: the other side's bytes fill the kernel's buffers, and its FIN or RST is not seen. */
  pause(): void {
    this.#stream.pause();
    this.socket.pause();
  }

  resume(): void {
    this.#stream.resume();
    this.socket.resume();
  }

  toString(): string {
    const ends = this.#endings.map((end) => end.errno ?? end.manner).join(' then ') || 'open';
    const bytes = this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    return `${bytes} bytes and ${this.#frames.length} frames received, head ${this.#head?.startLine ?? 'none'}, ${ends}`;
  }

  #write(bytes: Uint8Array): Promise<void> {
    // A write after end() would destroy the socket, and with it the way it is to end.
    if (this.#stream.writableEnded) return Promise.reject(new Error('this end has sent its FIN'));
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(Buffer.from(chunk));
    this.#read(chunk);
    this.#changed();
  }

  #read(chunk: Buffer): void {
    if (this.#upgraded) this.#readFrames(chunk);
    else this.#unread = Buffer.concat([this.#unread, chunk]);
    if (this.#head === null) this.#readHead();
  }

  #readHead(): void {
    const found = readHead(this.#unread);
    if (found === null) return;
    this.#head = found.head;
    this.#unread = this.#unread.subarray(found.length);
    if (found.head.status === 101) this.startFrames();
    this.#onHead?.(found.head);
  }

  #readFrames(chunk: Buffer): void {
    const fresh = this.#reader.push(chunk);
    this.#frames.push(...fresh);
    if (this.polite) for (const frame of fresh) this.#answer(frame);
  }

  #answer(frame: Frame): void {
    if (frame.opcode === OPCODE.ping) quietly(this.pong(frame.payload));
    if (frame.opcode !== OPCODE.close) return;
    const echo = { opcode: OPCODE.close, payload: frame.payload };
    if (!this.#sentClose) quietly(this.frame(echo));
    this.#sentClose = true;
    if (!this.#masks) this.fin(); // RFC 6455 §7.1.1: the server closes the TCP connection first
  }

  #sawFin(): void {
    this.#saw('fin', null, this.#tls?.readableEnded ?? null);
    if (this.polite) this.fin();
  }

  #sawError(code: string): void {
    this.#saw(RESET_CODES.has(code) ? 'rst' : 'error', code);
  }

  #saw(manner: Ending['manner'], errno: string | null, closeNotify: boolean | null = null): void {
    if (manner === 'local' && this.#endings.length > 0) return;
    const ending = { manner, errno, closeNotify, at: now() };
    this.#endings.push(ending);
    this.#firstEnd.resolve(ending);
    this.#changed();
  }

  #changed(): void {
    this.#changes.changed();
    this.#onChange?.();
  }
}

/** An answer given out of politeness: if it cannot be sent, `endings` has the reason. */
function quietly(sent: Promise<void>): void {
  sent.catch(() => undefined);
}
