/**
 * A recording TCP relay: what crossed it, and who ended first, in GROUND-TRUTH's notation.
 *
 *   client ── port ═ wire log ═ target          `C:CLOSE/m > S:CLOSE > S:FIN > C:FIN`
 *
 * It mirrors FIN as FIN and RST as RST, as the taps of the measurements did.
 */

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { closeCode, FrameReader, OPCODE } from './frames.ts';
import { Changes, type Found, now } from './until.ts';

export interface WireEvent {
  readonly at: number;
  readonly side: 'client' | 'server';
  readonly what: 'close' | 'fin' | 'rst' | 'error';
  /** The errno, or with `close` its code; null for none. */
  readonly detail: string | null;
  readonly masked: boolean;
}

export interface WireLogOptions {
  readonly target: number;
  readonly targetAddress?: string;
  /** Default 0, a free one. */
  readonly port?: number;
  readonly address?: string;
  /** The letters of `order()`; default C and S. */
  readonly letters?: { readonly client: string; readonly server: string };
}

/** One relayed connection. */
export class WireRecord {
  readonly events: readonly WireEvent[];
  readonly #events: WireEvent[] = [];
  readonly #letters: { readonly client: string; readonly server: string };
  readonly #changes = new Changes(() => this.order());

  constructor(letters: { readonly client: string; readonly server: string }) {
    this.events = this.#events;
    this.#letters = letters;
  }

  /** The closing acts, first to last. */
  order(): string {
    return this.#events.map((event) => this.#say(event)).join(' > ');
  }

  /** Resolves with the order once both sides have ended. */
  ended(timeoutMs?: number): Promise<Found<string>> {
    const endOf = (side: WireEvent['side']): boolean =>
      this.#events.some((event) => event.side === side && event.what !== 'close');
    return this.#changes.until(
      'the end of both sides',
      () => endOf('client') && endOf('server') && this.order(),
      timeoutMs,
    );
  }

  note(event: Omit<WireEvent, 'at'>): void {
    this.#events.push({ at: now(), ...event });
    this.#changes.changed();
  }

  #say(event: WireEvent): string {
    const letter = this.#letters[event.side];
    if (event.what === 'error') return `${letter}:${event.detail}`;
    return `${letter}:${event.what.toUpperCase()}${event.masked ? '/m' : ''}`;
  }
}

export class WireLog {
  readonly port: number;
  readonly records: readonly WireRecord[];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #records: WireRecord[] = [];

  private constructor(server: Server, options: WireLogOptions) {
    const address = server.address();
    this.port = address !== null && typeof address === 'object' ? address.port : 0;
    this.records = this.#records;
    this.#server = server;
    server.on('connection', (client: Socket) => this.#relay(client, options));
  }

  static async start(options: WireLogOptions): Promise<WireLog> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(options.port ?? 0, options.address ?? '127.0.0.1');
    await once(server, 'listening');
    return new WireLog(server, options);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #relay(client: Socket, options: WireLogOptions): void {
    const record = new WireRecord(options.letters ?? { client: 'C', server: 'S' });
    this.#records.push(record);
    const host = options.targetAddress ?? '127.0.0.1';
    const server = connect({ port: options.target, host, allowHalfOpen: true });
    this.#copy(record, 'client', client, server);
    this.#copy(record, 'server', server, client);
  }

  #copy(record: WireRecord, side: WireEvent['side'], from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.setNoDelay(true);
    const closes = closeFramesOf(record, side);
    from.on('data', (chunk: Buffer) => {
      closes(chunk);
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.on('end', () => {
      record.note({ side, what: 'fin', detail: null, masked: false });
      to.end();
    });
    from.on('error', (error: NodeJS.ErrnoException) => {
      const errno = error.code ?? error.message;
      const what = errno === 'ECONNRESET' || errno === 'EPIPE' ? 'rst' : 'error';
      record.note({ side, what, detail: errno, masked: false });
      to.resetAndDestroy();
    });
    from.on('close', () => this.#sockets.delete(from));
  }
}

/** Starts a wire log on loopback. */
export const startWireLog = (options: WireLogOptions): Promise<WireLog> => WireLog.start(options);

/** Reads one direction past its HTTP head, and notes each Close frame. */
function closeFramesOf(record: WireRecord, side: WireEvent['side']): (chunk: Buffer) => void {
  const reader = new FrameReader();
  let head: Buffer | null = Buffer.alloc(0);
  return (chunk) => {
    let bytes = chunk;
    if (head !== null) {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      bytes = head.subarray(end + 4);
      head = null;
    }
    for (const frame of reader.push(bytes)) {
      if (frame.opcode !== OPCODE.close) continue;
      const code = closeCode(frame);
      record.note({ side, what: 'close', detail: code === null ? null : String(code), masked: frame.masked });
    }
  };
}
