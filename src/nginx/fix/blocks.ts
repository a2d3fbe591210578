import type { Directive, Span } from '../parse/tree.ts';

interface PlacedBlock {
  readonly start: number;
  readonly open: number;
  readonly close: number;
  /** `/http#0/server#2`: the same before and after a mend, unlike its bytes. */
  readonly path: string;
}

/** The blocks of each file of a configuration, to find the one that a byte is in. */
export class Blocks {
  /** In the order of the files: an outer block comes before those in it. */
  readonly #files = new Map<string, PlacedBlock[]>();

  constructor(directives: readonly Directive[]) {
    this.#addAll(directives, '');
  }

  /** @returns what tells the innermost block around the byte from every other block, as long as nothing changes */
  around({ source, start }: Span): string {
    const open = this.#files.get(source.name)?.findLast((block) => block.open < start && start <= block.close)?.open;
    return `${source.name}:${open ?? 'top'}`;
  }

  /** @returns the path of the innermost block that the span is in or at the head of */
  path({ source, start }: Span): string {
    const block = this.#files.get(source.name)?.findLast((one) => one.start <= start && start <= one.close);
    return `${source.name}:${block?.path ?? ''}`;
  }

  #addAll(directives: readonly Directive[], parent: string): void {
    const counts = new Map<string, number>();
    for (const { name, block, span } of directives) {
      if (block === null) continue;
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      const path = `${parent}/${name}#${count}`;
      const file = this.#files.get(span.source.name) ?? [];
      file.push({ start: span.start, open: block.open, close: block.close ?? span.end, path });
      this.#files.set(span.source.name, file);
      this.#addAll(block.children, path);
    }
  }
}
