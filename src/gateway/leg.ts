import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Side } from '../evidence/fact.ts';
import type { Borrower, DirectSocket } from './direct-reads.ts';
import type { TlsWire } from './tls-wire.ts';

/** How long a peer that was sent the last FIN may take to send its own, where nothing more is expected of it. */
const LINGER_MS = 10_000;

/** One end of a connection: the stream that carries its bytes, and the TCP socket underneath, which may be the same. */
export class Leg {
  readonly side: Side;
  readonly stream: Duplex;
  readonly #socket: Socket;
  readonly #wire: TlsWire | null;
  readonly #direct: DirectSocket | null;
  /** A FIN was sent on this leg. */
  finished = false;

  /**
   * @param wire the layer below the stream when it is TLS, else null
   * @param direct the stream, where its reads can be lent
   */
  constructor(side: Side, stream: Duplex, socket: Socket, wire: TlsWire | null, direct: DirectSocket | null = null) {
    this.side = side;
    this.stream = stream;
    this.#socket = socket;
    this.#wire = wire;
    this.#direct = direct;
    // Small frames must not wait for an ACK of the ones before (Nagle): a direct connection would not have two of them.
    socket.setNoDelay(true);
    socket.setTimeout(0);
  }

  /** `address:port` of the far end, as the socket says. */
  get peer(): string {
    return addressOf(this.#socket.remoteAddress, this.#socket.remotePort);
  }

  get remoteAddress(): string {
    return this.#socket.remoteAddress ?? '';
  }

  /** Whether TLS was closed before the FIN; null without TLS or before the FIN. */
  get closeNotify(): boolean | null {
    return this.#wire?.closeNotify ?? null;
  }

  /** Hands every read over, from now on. @param borrower must not keep the chunk, unless it says so */
  lendReads(borrower: Borrower): void {
    if (this.#direct === null) this.stream.on('data', borrower);
    else this.#direct.lendTo(borrower);
  }

  /** Whether bytes that were written still wait here for the kernel (Writable: their callbacks were not called yet). */
  get holdsBytes(): boolean {
    return this.stream.writableLength > 0;
  }

  /** @returns false when the buffer is over its high-water mark: stop reading the other side until `drain` */
  write(bytes: Uint8Array): boolean {
    return this.stream.write(bytes);
  }

  /** Sends FIN behind what was written. @param closeNotify false: TLS is cut as the other leg's was */
  finish(closeNotify: boolean | null): void {
    if (this.finished || this.stream.destroyed) return;
    this.finished = true;
    const wire = this.#wire;
    if (closeNotify !== false || wire === null) this.stream.end();
    // What TLS has not encrypted yet would otherwise come to a wire that has ended.
    else this.stream.write('', () => wire.end());
  }

  /** Sends RST. What was not yet sent is lost, as it is when a peer resets a direct connection. */
  reset(): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    this.finished = true;
    const act = (): void => {
      socket.resetAndDestroy();
      this.stream.destroy();
    };
    // While a FIN is on its way to the kernel libuv refuses to reset (EINVAL), and Node then forgets the handle, open.
    const finUnderWay = socket.writableEnded && socket.writableLength === 0 && !socket.writableFinished;
    if (finUnderWay) socket.once('finish', act);
    else act();
  }

  /** The leg has served: FIN behind what was written, what still comes is thrown away, and its end does not depend on the peer. */
  letGo(closeNotify: boolean | null = null): void {
    this.finish(closeNotify);
    const { stream } = this;
    if (stream.destroyed) return;
    // Its fate is known and recorded.
    stream.on('error', () => undefined);
    stream.resume();
    const wait = (): void => {
      const timer = setTimeout(() => this.destroy(), LINGER_MS).unref();
      stream.once('close', () => clearTimeout(timer));
    };
    if (stream.writableFinished) wait();
    else stream.once('finish', wait);
  }

  destroy(): void {
    this.stream.destroy();
    this.#socket.destroy();
  }
}

export function addressOf(address: string | undefined, port: number | undefined): string {
  if (address === undefined || port === undefined) return 'unknown';
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
