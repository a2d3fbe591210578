import net, { type Socket } from 'node:net';
import tls, { type SecureContext } from 'node:tls';
import { DirectSocket } from './direct-reads.ts';
import { Leg } from './leg.ts';
import { errnoOf } from './leg-error.ts';
import { type IsOwnPage, leadsToOwnPage, OWN_PAGE } from './own-page.ts';
import { TlsWire } from './tls-wire.ts';

/** Where a tap sends what it receives. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** null: plain TCP. */
  readonly tls: TargetTls | null;
  /** As the operator wrote it, for messages. */
  readonly text: string;
}

export interface TargetTls {
  readonly context: SecureContext;
  /** SNI, and the name that the certificate must have. */
  readonly servername: string;
  /** Accept any certificate. */
  readonly insecure: boolean;
}

/** A target that does not even acknowledge SYN is given up after this; the kernel alone would take 130 s. */
const CONNECT_TIMEOUT_MS = 30_000;

export class DialError extends Error {
  readonly stage: 'connect' | 'tls';
  readonly code: string;

  constructor(stage: 'connect' | 'tls', code: string, message: string) {
    super(message);
    this.stage = stage;
    this.code = code;
  }
}

/**
 * Connects to the target, over TLS if it wants TLS.
 *
 * @param isOwnPage where it must not lead
 * @param onSocket is given the socket at once, so that it can be destroyed when the client goes away meanwhile
 * @throws DialError when the target cannot be reached or TLS fails
 */
export function dial(
  target: Target,
  isOwnPage: IsOwnPage | undefined,
  onSocket: (socket: Socket) => void,
): Promise<Leg> {
  return new Promise((resolve, reject) => {
    const direct = new DirectSocket({ host: target.host, port: target.port, allowHalfOpen: true });
    const { socket } = direct;
    onSocket(socket);
    let stage: 'connect' | 'tls' = 'connect';
    const fail = (code: string, says: string): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new DialError(stage, code, says));
    };
    const timer = setTimeout(
      () => fail('ETIMEDOUT', `no answer to the connection attempt within ${CONNECT_TIMEOUT_MS / 1000} s`),
      CONNECT_TIMEOUT_MS,
    );
    const onError = (error: Error): void => fail(errnoOf(error), firstSentence(error));
    const onClose = (): void => fail('EOF', 'the target closed the connection');
    socket.on('error', onError);
    socket.on('close', onClose);
    const done = (leg: Leg): void => {
      clearTimeout(timer);
      socket.off('error', onError);
      socket.off('close', onClose);
      resolve(leg);
    };
    socket.once('connect', () => {
      if (leadsToOwnPage(socket, isOwnPage)) {
        fail(OWN_PAGE, "the target is hangup's own page");
        return;
      }
      const wanted = target.tls;
      if (wanted === null) {
        done(new Leg('server', socket, socket, null, direct));
        return;
      }
      stage = 'tls';
      const wire = new TlsWire(socket);
      const stream = tls.connect({
        socket: wire,
        secureContext: wanted.context,
        servername: serverNameIndication(wanted.servername),
        host: wanted.servername,
        rejectUnauthorized: !wanted.insecure,
        ALPNProtocols: ['http/1.1'],
      });
      wire.carries(stream);
      wire.on('error', onError);
      stream.on('error', onError);
      stream.once('secureConnect', () => {
        wire.off('error', onError);
        stream.off('error', onError);
        // The wire's errors arrive at the stream on top of it, which has a listener of its own from here on.
        wire.on('error', () => undefined);
        done(new Leg('server', stream, socket, wire));
      });
    });
  });
}

/** The name for SNI; empty for an IP literal, which is no server name (RFC 6066 §3). */
export function serverNameIndication(name: string): string {
  return net.isIP(name) === 0 ? name : '';
}

function firstSentence(error: Error): string {
  // Several addresses were tried: the list of failures says more than the empty message on top.
  if (error instanceof AggregateError) return error.errors.map((each: unknown) => String(each)).join('; ');
  return error.message.split('\n')[0] ?? '';
}
