import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ApiFailure } from '../api-failure.ts';
import { REFUSED } from './exit-codes.ts';
import { faultPlace } from './fault-place.ts';

/** `.ts` by type stripping in development, `.js` in the package. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = fileURLToPath(new URL(`./process.${EXTENSION}`, import.meta.url));

/** Who comes later than these is told to come again. */
const MOST_WAITING = 4;
/** A check of 20,000 lines takes a second; all mends of a large configuration some. */
const TIME_LIMIT_MS = 10_000;
/** Of V8's heap. */
const MEMORY_LIMIT_MB = 384;
/** Of an answer: the given files, and their mends twice. */
const MOST_ANSWER_BYTES = 32 * 1024 * 1024;
/** Kept of what a failing process says. */
const MOST_COMPLAINT_BYTES = 64 * 1024;
/** When to come again, in s. */
const COME_AGAIN_S = 5;

export interface CheckReply {
  readonly status: 200 | 400;
  /** JSON in UTF-8, in pieces: to join 10 MB would hold up the relay. */
  readonly pieces: readonly Uint8Array[];
}

export interface CheckerOptions {
  /** Is told, without a word of the configuration, when a check has failed. */
  readonly warn: (message: string) => void;
  /** Another program than the check's own, for tests. */
  readonly program?: string;
  /** ms, for tests. */
  readonly timeLimitMs?: number;
}

/**
 * Checks configurations, each in a process of its own, so that neither a long check, nor one that eats its memory, nor a fault
 * of hangup's own is ever felt by the relay. A thread would not do: where V8 finds no memory at once, it ends the whole process
 * before the thread's own limit can end the thread.
 *
 *   check() ─► waits for its turn ─► process ─┬─► answer
 *                                             ├─► too long, too much memory: 422
 *                                             ├─► fell over: 500
 *                                             └─► who asked is gone: killed
 */
export class Checker {
  readonly #warn: (message: string) => void;
  readonly #program: string;
  readonly #timeLimitMs: number;
  readonly #waiting: Waiting[] = [];
  /** One at a time: the relay must have the machine's other cores. */
  #running: ChildProcessWithoutNullStreams | null = null;
  #taken = false;
  #closed = false;

  constructor({ warn, program = PROGRAM, timeLimitMs = TIME_LIMIT_MS }: CheckerOptions) {
    this.#warn = warn;
    this.#program = program;
    this.#timeLimitMs = timeLimitMs;
  }

  /**
   * @param body of the request @param gone aborted when nobody waits for the answer any more
   * @throws ApiFailure 422 for what takes too long or too much memory, 503 when too many are asked at once, 500 for a fault
   */
  async check(body: Uint8Array, gone: AbortSignal): Promise<CheckReply> {
    await this.#turn(gone);
    try {
      // To gather a large body and to start a process take some ms each: what is relayed has its turn in between.
      await nextTurn();
      if (this.#closed) throw busy();
      if (gone.aborted) throw left(gone);
      return await this.#run(body, gone);
    } finally {
      this.#passOn();
    }
  }

  /** Ends what runs; nothing is begun any more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(busy());
    if (this.#running === null) return;
    const ended = once(this.#running, 'close');
    this.#running.kill('SIGKILL');
    await ended;
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
      turn.reject(left(gone));
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
    const child = spawn(process.execPath, [`--max-old-space-size=${MEMORY_LIMIT_MB}`, this.#program]);
    this.#running = child;
    const { promise, resolve, reject } = Promise.withResolvers<CheckReply>();
    const answer = gather(child.stdout, MOST_ANSWER_BYTES, () => reject(tooLarge()));
    const complaint = gather(child.stderr, MOST_COMPLAINT_BYTES, () => undefined);
    child.once('error', (error) => reject(this.#failure(error.stack ?? '')));
    const ended = (code: number | null): void => {
      if (code === 0) resolve({ status: 200, pieces: answer });
      else if (code === REFUSED) resolve({ status: 400, pieces: answer });
      else reject(this.#failure(Buffer.concat(complaint).toString()));
    };
    child.once('close', ended);
    const timer = setTimeout(() => reject(tooLong(this.#timeLimitMs)), this.#timeLimitMs);
    const leave = (): void => reject(left(gone));
    gone.addEventListener('abort', leave, { once: true });
    // Where it ends before it has read everything, its end says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(body);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', leave);
      // That it is killed here is no failure of its own.
      child.off('close', ended);
      child.kill('SIGKILL');
      this.#running = null;
    }
  }

  /** @param complaint what the process wrote before it ended */
  #failure(complaint: string): ApiFailure {
    if (this.#closed) return busy();
    if (OUT_OF_MEMORY.test(complaint)) {
      return new ApiFailure(422, `the check needed more than ${MEMORY_LIMIT_MB} MB of memory and was given up`);
    }
    this.#warn(`the check of a configuration failed ${faultPlace(complaint)}`);
    return new ApiFailure(500, 'the check failed, which is a fault of hangup’s own; its log says where');
  }
}

type Waiting = PromiseWithResolvers<void>;

/** As V8 says it before it ends the process. */
const OUT_OF_MEMORY = /^FATAL ERROR: .*heap out of memory/m;

/** @returns the pieces that have come so far, up to a size in bytes */
function gather(from: NodeJS.ReadableStream, most: number, tooMany: () => void): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  from.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (bytes <= most) pieces.push(piece);
    else tooMany();
  });
  return pieces;
}

const busy = (): ApiFailure =>
  new ApiFailure(503, 'hangup is checking other configurations now; ask again in some seconds', {
    'Retry-After': String(COME_AGAIN_S),
  });

/** Nobody hears it. */
const left = (gone: AbortSignal): Error => new Error('who asked is gone', { cause: gone.reason });

const tooLong = (ms: number): ApiFailure =>
  new ApiFailure(422, `the check took longer than ${ms / 1000} s and was given up`);

const tooLarge = (): ApiFailure => new ApiFailure(422, 'the answer is larger than 32 MiB and was given up');
