import net from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { addressOf } from './leg.ts';
import { TlsWire } from './tls-wire.ts';

export interface SecureListenerOptions {
  readonly context: SecureContext;
  /** A TLS handshake must be over within this. */
  readonly handshakeMs: number;
  readonly onStream: (stream: TLSSocket, wire: TlsWire) => void;
  /** @param says with whom, and why */
  readonly onFailed: (says: string) => void;
}

/** A TCP server that puts TLS in between, by hand: tls.Server keeps the TCP socket to itself, and with it FIN and RST. */
export function secureListener({ context, handshakeMs, onStream, onFailed }: SecureListenerOptions): net.Server {
  return net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const wire = new TlsWire(socket);
    const stream = new TLSSocket(wire, { isServer: true, secureContext: context, ALPNProtocols: ['http/1.1'] });
    wire.carries(stream);
    const peer = addressOf(socket.remoteAddress, socket.remotePort);
    const fail = (error: Error): void => {
      onFailed(`TLS with ${peer} failed: ${error.message}`);
      stream.destroy();
      wire.destroy();
    };
    const timer = setTimeout(() => fail(new Error(`no handshake within ${handshakeMs / 1000} s`)), handshakeMs);
    const stop = (): void => clearTimeout(timer);
    wire.on('error', () => undefined);
    stream.on('error', fail);
    stream.once('close', stop);
    stream.once('secure', () => {
      stop();
      stream.off('close', stop);
      stream.off('error', fail);
      onStream(stream, wire);
    });
  });
}
