import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { type Message, writeEvent, writeReply } from './messages.ts';
import type { Settings } from './options.ts';
import type { Outbox, Sent } from './outbox.ts';
import type { User } from './world.ts';

/**
 * Why a connection ended. The first three are acts of the peer; the rest are the server's. Only `too-big`,
 * `protocol-error` and `queue-full` send a Close frame; `reset` sends an RST; all else is a bare FIN.
 */
export type End =
  | 'close-frame'
  | 'peer-fin'
  | 'peer-reset'
  | 'unauthenticated'
  | 'bad-token'
  | 'bad-json'
  | 'no-pong'
  | 'write-timeout'
  | 'queue-full'
  | 'too-big'
  | 'protocol-error'
  | 'resume-rejected'
  | 'shutdown'
  | 'fin'
  | 'reset';

export interface ConnectionHandlers {
  text(connection: Connection, text: string): void;
  ended(connection: Connection, why: End): void;
}

/**
 * The authentication ticker of a real server fires 4.8 to 5.0 s after the client has its 101 (FIELD-NOTES §1); ours in
 * the middle of that.
 */
const AUTH_TICK = 0.98;

/** One WebSocket as the server has it: a reader, a writer that can block, four timers, and the ways to end it. */
export class Connection {
  /** Address and port of the far end of the TCP connection. */
  readonly peer: string;
  /** The session's token once authenticated. */
  token: string | null = null;
  user: User | null = null;
  readonly #ws: WebSocket;
  readonly #tcp: Socket;
  readonly #settings: Settings;
  readonly #handlers: ConnectionHandlers;
  readonly #ping: NodeJS.Timeout;
  readonly #auth: NodeJS.Timeout;
  #pong: NodeJS.Timeout;
  #write: NodeJS.Timeout | null = null;
  #pingDue = false;
  #outbox: Outbox | null = null;
  #again: Sent[] = [];
  #why: End | null = null;
  #over = false;

  constructor(ws: WebSocket, tcp: Socket, settings: Settings, handlers: ConnectionHandlers) {
    this.#ws = ws;
    this.#tcp = tcp;
    this.#settings = settings;
    this.#handlers = handlers;
    this.peer = `${tcp.remoteAddress}:${tcp.remotePort}`;
    this.#ping = setInterval(() => this.#tick(), settings.pingMs);
    this.#pong = this.#awaitPong();
    this.#auth = setTimeout(() => {
      if (this.token === null) this.fin('unauthenticated');
    }, settings.authMs * AUTH_TICK);
    this.#listen();
  }

  /** The id that `hello` told, or null before authentication. */
  get connectionId(): string | null {
    return this.#outbox?.connectionId ?? null;
  }

  /** Messages that wait because the peer does not drain. */
  get waiting(): number {
    return this.#outbox?.waiting ?? 0;
  }

  get outbox(): Outbox | null {
    return this.#outbox;
  }

  /** From now on what is in the outbox is written, after the events that are sent `again`. */
  attach(outbox: Outbox, again: readonly Sent[]): void {
    this.#outbox = outbox;
    this.#again = [...again];
    this.pump();
  }

  send(message: Message): void {
    this.#outbox?.offer(message);
    this.pump();
  }

  /**
   * Writes until nothing waits or the kernel takes no more. Like the server's writer it blocks on one message, so that
   * the rest waits in the queue of 256 and not in the socket.
   */
  pump(): void {
    const outbox = this.#outbox;
    if (outbox === null) return;
    while (!this.#over && this.#write === null) {
      const sent = this.#again.shift() ?? outbox.next();
      if (sent === null) break;
      const { dialect } = this.#settings;
      this.#writeText(sent.kind === 'sent' ? writeEvent(sent.event, sent.seq, dialect) : writeReply(sent));
    }
    if (outbox.full && outbox.waiting === 0 && this.#write === null) this.#closeEmpty();
  }

  /**
   * Ends the connection as Go's `Close()` does: no Close frame, what the kernel has is still delivered, then FIN. What
   * had not reached the kernel is lost. (Linux makes it an RST if the peer's bytes lie unread: there as here.)
   */
  fin(why: End): void {
    this.#why ??= why;
    this.#cleanup();
    this.#tcp.destroy();
  }

  reset(): void {
    this.#why ??= 'reset';
    this.#cleanup();
    this.#tcp.resetAndDestroy();
  }

  #listen(): void {
    this.#ws.on('message', (data, isBinary) => {
      if (this.#over) return;
      // A binary frame would be MessagePack, which this server does not speak.
      if (isBinary) this.fin('bad-json');
      else this.#handlers.text(this, data.toString());
    });
    this.#ws.on('ping', (payload) => {
      if (!this.#over) this.#ws.pong(payload);
    });
    this.#ws.on('pong', () => {
      clearTimeout(this.#pong);
      if (!this.#over) this.#pong = this.#awaitPong();
    });
    this.#ws.on('error', (error) => {
      this.#why ??= errorCode(error) === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' ? 'too-big' : 'protocol-error';
    });
    this.#ws.on('close', (code) => {
      this.#why ??= code === 1006 ? 'peer-fin' : 'close-frame';
      this.#cleanup();
      this.#handlers.ended(this, this.#why);
    });
    this.#tcp.on('error', (error) => {
      // Before `ws` reports its own view of it.
      if (errorCode(error) === 'ECONNRESET' || errorCode(error) === 'EPIPE') this.#why ??= 'peer-reset';
    });
    // A server in Go closes the whole socket at once: no half-close after the peer's FIN, nor after its own.
    this.#tcp.on('end', () => this.#tcp.destroy());
    this.#tcp.on('finish', () => this.#tcp.destroy());
  }

  #writeText(text: string): void {
    this.#ws.send(text, () => this.#drained());
    if (this.#tcp.writableLength === 0) return;
    this.#write = setTimeout(() => this.fin('write-timeout'), this.#settings.writeMs);
  }

  #drained(): void {
    if (this.#write === null || this.#tcp.writableLength > 0) return;
    clearTimeout(this.#write);
    this.#write = null;
    if (this.#pingDue) this.#tick();
    this.pump();
  }

  /** A blocked writer cannot ping; the tick waits for it, as a Go ticker's does. */
  #tick(): void {
    this.#pingDue = this.#write !== null;
    if (!this.#pingDue && !this.#over) this.#ws.ping();
  }

  #awaitPong(): NodeJS.Timeout {
    return setTimeout(() => this.fin('no-pong'), this.#settings.pongMs);
  }

  /** The empty Close frame of a full queue; the server does not wait for the echo. */
  #closeEmpty(): void {
    if (this.#over) return;
    this.#why ??= 'queue-full';
    this.#cleanup();
    this.#ws.close();
    this.#tcp.end();
  }

  #cleanup(): void {
    this.#over = true;
    clearInterval(this.#ping);
    clearTimeout(this.#auth);
    clearTimeout(this.#pong);
    if (this.#write !== null) clearTimeout(this.#write);
  }
}

function errorCode(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}
