import type { AddressInfo } from 'node:net';
import type { Side } from '../evidence/fact.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { ConnectionObserver } from './connection-log.ts';
import type { FrameKeeper } from './frame-keeper.ts';
import { Tap, type TapOptions } from './tap.ts';

export interface GatewayOptions {
  readonly taps: readonly TapOptions[];
  readonly recorder: Recorder;
  readonly observer: ConnectionObserver;
  readonly keeper: FrameKeeper;
  readonly keepaliveMs: Readonly<Record<Side, number | null>>;
  /** Own pings missed in a row after which a peer is taken for dead and the connection ended; null: never. */
  readonly deadAfter: number | null;
  /** WebSockets at once, over all taps; null: no limit but the system's. */
  readonly maxConnections: number | null;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** What the taps share. */
export interface GatewayContext extends Omit<GatewayOptions, 'taps' | 'maxConnections'> {
  readonly limit: number | null;
  readonly open: () => number;
  readonly opened: () => void;
  readonly closed: () => void;
}

/** A tap could not listen. `cause` is the system's error. */
export class ListenError extends Error {
  readonly address: string;

  constructor(tap: string, address: string, cause: Error) {
    const code = 'code' in cause ? cause.code : '';
    const reason =
      code === 'EADDRINUSE' ? 'something else listens there' : code === 'EACCES' ? 'not allowed' : cause.message;
    super(`tap ${tap} cannot listen on ${address}: ${reason}`, { cause });
    this.address = address;
  }
}

/** The only owner of sockets: all taps of this process. */
export class Gateway {
  readonly #taps: readonly Tap[];
  readonly #options: GatewayOptions;
  #open = 0;
  #whenIdle: (() => void) | null = null;

  constructor(options: GatewayOptions) {
    this.#options = options;
    const context: GatewayContext = {
      ...options,
      limit: options.maxConnections,
      open: () => this.#open,
      opened: () => {
        this.#open++;
      },
      closed: () => {
        this.#open--;
        if (this.#open === 0) this.#whenIdle?.();
      },
    };
    this.#taps = options.taps.map((tap) => new Tap(tap, context));
  }

  /** WebSockets that are open now. */
  get open(): number {
    return this.#open;
  }

  /** @throws ListenError for the first tap that cannot listen; the others are closed again */
  async start(): Promise<readonly { readonly name: string; readonly address: AddressInfo }[]> {
    const started: { name: string; address: AddressInfo }[] = [];
    for (const [i, tap] of this.#taps.entries()) {
      try {
        started.push({ name: tap.name, address: await tap.listen() });
      } catch (error) {
        for (const each of this.#taps) each.destroy();
        for (const each of this.#taps.slice(0, i)) each.drain('hangup could not start');
        const { host, port } = this.#options.taps[i]?.listen ?? { host: '?', port: 0 };
        throw new ListenError(tap.name, `${host}:${port}`, error instanceof Error ? error : new Error(String(error)));
      }
    }
    return started;
  }

  /**
   * Ends everything: no new connections, open WebSockets are closed and recorded, requests may finish.
   * @param withinMs after this, whatever is left is destroyed
   */
  async drain(says: string, withinMs: number): Promise<void> {
    for (const tap of this.#taps) tap.drain(says);
    const deadline = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      for (const tap of this.#taps) tap.destroy();
      deadline.resolve();
    }, withinMs);
    const recorded = new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
      if (this.#open === 0) resolve();
    });
    await Promise.race([Promise.all(this.#taps.map((tap) => tap.drained())), deadline.promise]);
    await recorded;
    clearTimeout(timer);
  }
}
