/**
 * Numbers that look random and are the same for the same seed (mulberry32). fast-check's own generators build values
 * that can shrink; a million frames need something that costs nanoseconds.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 ≤ n < 2^32 */
  uint32(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** 0 ≤ n < limit */
  below(limit: number): number {
    return this.uint32() % limit;
  }

  /** true once in `n` times */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  /** @throws RangeError on an empty list */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  fill(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) bytes[i] = this.uint32();
  }
}
