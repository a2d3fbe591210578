import type { Side } from '../../evidence/fact.ts';
import type { RoundTripRow } from '../../evidence/recorder.ts';

/** One point of a series, in ms. */
const BUCKET_MS = 10_000;
/** Samples that a bucket's quantiles are made of; what comes after them still counts and sets the extremes. */
const MAX_SAMPLES = 16_384;

interface Gathered {
  readonly tap: string;
  readonly leg: Side;
  readonly at: number;
  count: number;
  readonly samples: number[];
  minMs: number;
  maxMs: number;
}

/** Gathers round trips into buckets of 10 s, which it hands on when they are over. */
export class RoundTrips {
  readonly #store: (bucket: RoundTripRow) => void;
  readonly #gathered = new Map<string, Gathered>();
  #timer: NodeJS.Timeout | null = null;

  constructor(store: (bucket: RoundTripRow) => void) {
    this.#store = store;
  }

  /** A ping of hangup's own was answered on that leg after so many ms. */
  add(tap: string, leg: Side, ms: number): void {
    const key = `${leg} ${tap}`;
    let gathered = this.#gathered.get(key);
    if (gathered === undefined) {
      gathered = { tap, leg, at: Date.now(), count: 0, samples: [], minMs: ms, maxMs: ms };
      this.#gathered.set(key, gathered);
      // From the first sample on: nothing ticks where nobody is pinged.
      this.#timer ??= setTimeout(() => this.flush(), BUCKET_MS).unref();
    }
    gathered.count++;
    if (gathered.samples.length < MAX_SAMPLES) gathered.samples.push(ms);
    gathered.minMs = Math.min(gathered.minMs, ms);
    gathered.maxMs = Math.max(gathered.maxMs, ms);
  }

  /** Hands on what is there, finished or not: also for the end of the process. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const { tap, leg, at, count, samples, minMs, maxMs } of this.#gathered.values()) {
      samples.sort((a, b) => a - b);
      this.#store({ tap, leg, at, count, minMs, p50Ms: quantile(samples, 0.5), p95Ms: quantile(samples, 0.95), maxMs });
    }
    this.#gathered.clear();
  }
}

/** The nearest-rank quantile of sorted samples, one at least. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}
