import type { Position } from '../../parse/tree.ts';

/** The text of the copy as it grows, with the place that each of its lines comes from. */
export class CopyText {
  readonly #lines: string[] = [];
  readonly #from: (Position | null)[] = [];
  #depth = 0;

  /** @param at where it comes from; null for a line of hangup's own */
  add(line: string, at: Position | null = null): void {
    // A quoted word may hold line ends; only the first line may be indented.
    for (const [nth, each] of line.split('\n').entries()) {
      this.#lines.push(nth === 0 ? '  '.repeat(this.#depth) + each : each);
      this.#from.push(at);
    }
  }

  block(head: string, at: Position | null, body: () => void): void {
    this.add(`${head} {`, at);
    this.#depth++;
    body();
    this.#depth--;
    this.add('}', at);
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  get from(): readonly (Position | null)[] {
    return this.#from;
  }
}
