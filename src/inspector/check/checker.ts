import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { ApiFailure } from '../api-failure.ts';
import { faultPlace } from './fault-place.ts';
import type { CheckReply, CheckTask } from './protocol.ts';

/** `.ts` by type stripping in development, `.js` in the package. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const WORKER_URL = new URL(`./worker.${EXTENSION}`, import.meta.url);

/** Who comes later than these is told to come again. */
const MOST_WAITING = 4;
/** A check of 20,000 lines takes a second; all mends of a large configuration some. */
const TIME_LIMIT_MS = 10_000;
const MEMORY_LIMIT_MB = 384;
/** When to come again, in s. */
const COME_AGAIN_S = 5;

export interface CheckerOptions {
  /** Is told, without a word of the configuration, when a check has failed. */
  readonly warn: (message: string) => void;
  /** Another worker than the check's own, for tests. */
  readonly worker?: URL;
  /** ms, for tests. */
  readonly timeLimitMs?: number;
}

/**
 * Checks configurations, each in a thread of its own, so that neither a long check, nor one that eats its memory, nor a fault
 * of hangup's own is ever felt by the relay.
 *
 *   check() ─► waits for its turn ─► thread ─┬─► answer
 *                                            ├─► too long, too much memory: 422
 *                                            ├─► fell over: 500
 *                                            └─► who asked is gone: ended
 */
export class Checker {
  readonly #warn: (message: string) => void;
  readonly #worker: URL;
  readonly #timeLimitMs: number;
  readonly #waiting: Waiting[] = [];
  /** One at a time: the relay must have the machine's other cores. */
  #running: Worker | null = null;
  #taken = false;
  #closed = false;

  constructor({ warn, worker = WORKER_URL, timeLimitMs = TIME_LIMIT_MS }: CheckerOptions) {
    this.#warn = warn;
    this.#worker = worker;
    this.#timeLimitMs = timeLimitMs;
  }

  /**
   * @param body of the request @param gone aborted when nobody waits for the answer any more
   * @throws ApiFailure 422 for what takes too long or too much memory, 503 when too many are asked at once, 500 for a fault
   */
  async check(body: Uint8Array, gone: AbortSignal): Promise<CheckReply> {
    await this.#turn(gone);
    try {
      return await this.#run(body, gone);
    } finally {
      this.#passOn();
    }
  }

  /** Ends what runs; nothing is begun any more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(busy());
    await this.#running?.terminate();
  }

  async #turn(gone: AbortSignal): Promise<void> {
    if (this.#closed) throw busy();
    if (!this.#taken) {
      this.#taken = true;
      return;
    }
    if (this.#waiting.length >= MOST_WAITING) throw busy();
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn);
    const leave = (): void => {
      const place = this.#waiting.indexOf(turn);
      if (place === -1) return;
      this.#waiting.splice(place, 1);
      turn.reject(given(gone));
    };
    gone.addEventListener('abort', leave, { once: true });
    await turn.promise.finally(() => gone.removeEventListener('abort', leave));
  }

  #passOn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken = false;
    else next.resolve();
  }

  async #run(body: Uint8Array, gone: AbortSignal): Promise<CheckReply> {
    // Memory of its own: that of a small Buffer is shared with others and cannot be moved.
    const task: CheckTask = { body: new Uint8Array(body) };
    // To copy a large body and to start a thread take some ms each: what is relayed has its turn in between.
    await nextTurn();
    if (this.#closed) throw busy();
    if (gone.aborted) throw given(gone);
    const worker = new Worker(this.#worker, {
      workerData: task,
      transferList: [task.body.buffer],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
      name: 'hangup-check',
    });
    this.#running = worker;
    const { promise, resolve, reject } = Promise.withResolvers<CheckReply>();
    worker.once('message', (reply: CheckReply) => resolve(reply));
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('it ended without an answer')));
    const timer = setTimeout(() => reject(tooLong(this.#timeLimitMs)), this.#timeLimitMs);
    const leave = (): void => reject(given(gone));
    gone.addEventListener('abort', leave, { once: true });
    try {
      return await promise;
    } catch (error) {
      throw error instanceof ApiFailure || gone.aborted ? error : this.#failure(error);
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', leave);
      await worker.terminate();
      this.#running = null;
    }
  }

  #failure(error: unknown): ApiFailure {
    if (this.#closed) return busy();
    if (isOutOfMemory(error)) {
      return new ApiFailure(422, `the check needed more than ${MEMORY_LIMIT_MB} MB of memory and was given up`);
    }
    this.#warn(`the check of a configuration failed: ${faultPlace(error)}`);
    return new ApiFailure(500, 'the check failed, which is a fault of hangup’s own; its log says where');
  }
}

type Waiting = PromiseWithResolvers<void>;

const busy = (): ApiFailure =>
  new ApiFailure(503, 'hangup is checking other configurations now; ask again in some seconds', {
    'Retry-After': String(COME_AGAIN_S),
  });

/** Nobody hears it. */
const given = (gone: AbortSignal): Error => new Error('who asked is gone', { cause: gone.reason });

const tooLong = (ms: number): ApiFailure =>
  new ApiFailure(422, `the check took longer than ${ms / 1000} s and was given up`);

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
