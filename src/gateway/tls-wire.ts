import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * Stands between a TCP socket and the TLSSocket on top of it, for two things that Node does not tell:
 *
 *   socket ══ bytes ══► TlsWire ══► TLSSocket
 *     │                   └─ FIN is held for a moment: if TLS has ended by itself before, close_notify had come
 *     └─ stays at hand, so that a reset can be sent and seen as a reset
 *
 * A FIN without close_notify is evidence (GROUND-TRUTH §12): a worker that was killed sends none.
 */
export class TlsWire extends Duplex {
  readonly socket: Socket;
  #top: Duplex | null = null;
  #tlsEnded = false;
  /** After the peer's FIN: whether TLS was closed before it. null until then. */
  closeNotify: boolean | null = null;

  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.socket = socket;
    socket.on('data', (chunk) => {
      if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.#settle());
    socket.on('error', (error) => {
      // A TLSSocket of a server is only told that its wire has closed, so that a reset would look like a FIN.
      this.#top?.destroy(error);
      this.destroy(error);
    });
    socket.on('close', () => this.destroy());
  }

  /** Tells which TLSSocket reads this wire. */
  carries(top: Duplex): void {
    this.#top = top;
    top.on('end', () => {
      this.#tlsEnded = true;
      // close_notify speaks for itself; the FIN behind it may take its time, or never come.
      this.closeNotify ??= true;
    });
  }

  /** Two turns: one for the stream machinery to hand the last record to TLS, one for TLS to end. */
  #settle(): void {
    setImmediate(() => setImmediate(() => this.#finish()));
  }

  #finish(): void {
    const top = this.#top;
    // What a paused reader has not taken yet hides whether TLS has ended behind it.
    if (top !== null && !top.destroyed && !this.#tlsEnded && (top.isPaused() || top.readableLength > 0)) {
      if (top.isPaused()) top.once('resume', () => this.#settle());
      else this.#settle();
      return;
    }
    this.closeNotify = this.#tlsEnded;
    if (!this.destroyed) this.push(null);
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.socket.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }
}
