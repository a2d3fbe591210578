import type { AddressInfo } from 'node:net';
import type { GatewayContext, GatewaySettings } from './context.ts';
import { Tap, type TapOptions } from './tap.ts';

export interface GatewayOptions extends GatewaySettings {
  readonly taps: readonly TapOptions[];
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
