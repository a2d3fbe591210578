/**
 * Waiting for events. Nothing in the kit sleeps: whatever happens calls `changed()`, and every waiter looks again.
 */

/** How long a wait lasts unless told otherwise, in ms. Long enough for a busy two-core machine, short enough to fail a test. */
export const WAIT_MS = 5_000;

/** A wait that ended without what it waited for. */
export class WaitedInVain extends Error {
  override name = 'WaitedInVain';
}

/** What a wait resolves with: never the three values that mean "not yet". */
export type Found<T> = Exclude<T, false | null | undefined>;

const isFound = <T>(value: T): value is Found<T> => value !== undefined && value !== null && value !== false;

/** A thing that changes, and can be waited upon. */
export class Changes {
  readonly #lookers = new Set<() => void>();
  readonly #describe: () => string;

  /** @param describe the present state in a few words, for the message of a wait in vain */
  constructor(describe: () => string = () => '') {
    this.#describe = describe;
  }

  /** Something happened: every waiter looks again. */
  changed(): void {
    for (const look of [...this.#lookers]) look();
  }

  /**
   * Resolves with what `look` finds, at once or after a later change. `undefined`, `null` and `false` mean "not yet".
   * @param what names the awaited thing, for the error
   * @throws WaitedInVain after `timeoutMs`, naming `what` and the state; whatever `look` throws
   */
  until<T>(what: string, look: () => T, timeoutMs: number = WAIT_MS): Promise<Found<T>> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#lookers.delete(check);
        act();
      };
      const check = (): void => {
        try {
          const found = look();
          if (isFound(found)) settle(() => resolve(found));
        } catch (error) {
          settle(() => reject(error));
        }
      };
      const timer = setTimeout(() => {
        settle(() => reject(new WaitedInVain(`waited ${timeoutMs} ms for ${what}; ${this.#describe()}`)));
      }, timeoutMs);
      this.#lookers.add(check);
      check();
    });
  }
}

/** The promise, or a WaitedInVain that names what did not come within `timeoutMs`. */
export function within<T>(promise: Promise<T>, what: string, timeoutMs: number = WAIT_MS): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new WaitedInVain(`waited ${timeoutMs} ms for ${what}`)), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Milliseconds since the epoch, with a fraction good to a microsecond (as in src/evidence/fact.ts). */
export const now = (): number => performance.timeOrigin + performance.now();
