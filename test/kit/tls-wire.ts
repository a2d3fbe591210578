/**
 * TLS over a TCP socket whose own end stays in the test's hands.
 *
 *   peer ── TLSSocket ── Wire ── net.Socket
 *
 * `tls.connect({ socket })` swallows a net.Socket's handle, and with it the choice of how to end: with close_notify
 * (end the TLSSocket), by a bare FIN (end the net.Socket) or by RST. Over a plain Duplex all three remain.
 */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect, TLSSocket } from 'node:tls';
import type { Certificate } from './certificate.ts';

class Wire extends Duplex {
  readonly #raw: Socket;

  constructor(raw: Socket) {
    super({ allowHalfOpen: true });
    this.#raw = raw;
    raw.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) raw.pause();
    });
    // One turn later than the FIN: a close_notify before it has then been read (FaultPeer looks in between).
    raw.on('end', () => setImmediate(() => setImmediate(() => this.push(null))));
    raw.on('error', (error) => this.destroy(error));
    raw.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#raw.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#raw.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#raw.end();
    done();
  }
}

/** A TLS client over a connected socket. The certificate is not verified: these are test peers. */
export async function tlsClient(raw: Socket, servername = 'localhost', alpn?: readonly string[]): Promise<TLSSocket> {
  const options = { socket: new Wire(raw), servername, rejectUnauthorized: false };
  const secure = connect(alpn ? { ...options, ALPNProtocols: [...alpn] } : options);
  await once(secure, 'secureConnect');
  return secure;
}

/** The server's end of TLS over an accepted socket; usable at once, the handshake runs by itself. */
export function tlsServer(raw: Socket, certificate: Certificate): TLSSocket {
  return new TLSSocket(new Wire(raw), { isServer: true, cert: certificate.cert, key: certificate.key });
}
