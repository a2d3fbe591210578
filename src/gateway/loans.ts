/**
 * Memory for bytes on their way from a read to a write, the same again and again.
 *
 *   lend ─► the chunk is written ─┬─ the kernel took it at once ─► giveBack: the next one gets the same place
 *                                 └─ it waits in a queue ────────► the next one gets a place behind it
 *
 * A buffer for each read would be ArrayBuffers of some MB/s, outside of V8's heap but counted by it: it collected its whole
 * heap every one or two seconds for their sake (7 % of what a relayed frame costs).
 */
export class Loans {
  /** Longer chunks are not lent, in bytes. What waits keeps the whole block from being freed, so it must be small. */
  static readonly LARGEST = 16 * 1024;

  #block = Buffer.allocUnsafeSlow(Loans.LARGEST);
  #used = 0;
  #last: Buffer | null = null;
  /** Views of the block's first bytes, by their length. */
  readonly #views = new Map<number, Buffer>();

  /** @param bytes at most LARGEST @returns a place that is nobody's, until it is given back */
  lend(bytes: number): Buffer {
    if (this.#used + bytes > Loans.LARGEST) {
      // What is lent of the old block lives as long as it is needed.
      this.#block = Buffer.allocUnsafeSlow(Loans.LARGEST);
      this.#views.clear();
      this.#used = 0;
    }
    const chunk = this.#used === 0 ? this.#first(bytes) : this.#block.subarray(this.#used, this.#used + bytes);
    this.#used += bytes;
    this.#last = chunk;
    return chunk;
  }

  /** A loan is not needed any more. Without this call (somebody threw, say) its place is not used again. */
  giveBack(chunk: Buffer): void {
    if (chunk === this.#last) this.#used -= chunk.length;
    this.#last = null;
  }

  #first(bytes: number): Buffer {
    let view = this.#views.get(bytes);
    if (view === undefined) {
      view = this.#block.subarray(0, bytes);
      if (bytes <= LONGEST_KEPT_VIEW) this.#views.set(bytes, view);
    }
    return view;
  }
}

/** Longest chunk whose view is kept, in bytes: the usual frame is shorter. */
const LONGEST_KEPT_VIEW = 2048;
