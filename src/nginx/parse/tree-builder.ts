import type { Block, ConfigError, ConfigNote, Directive, Span, Word } from './tree.ts';

/** A block that is being read: its children come, its end is not known. */
interface OpenBlock {
  /** null for a block that has no name (`{` alone): what it holds is read, for its errors, and kept nowhere. */
  readonly directive: Directive | null;
  readonly children: Directive[];
  close(at: number | null): void;
}

/** A block whose end is filled in when it comes. */
interface OpenedBlock extends Block {
  close: number | null;
}

/** An `include` that may turn out not to be read. */
export interface IncludeLine extends Directive {
  unread: boolean;
}

/** The tree while it grows. Blocks are a list and not calls within calls: a thousand of them inside each other must not end the stack. */
export class TreeBuilder {
  readonly directives: Directive[] = [];
  readonly errors: ConfigError[] = [];
  readonly notes: ConfigNote[] = [];
  readonly #open: OpenBlock[] = [];

  get depth(): number {
    return this.#open.length;
  }

  /** The block that is open; null at the top and in a block without a name. */
  get innermost(): Directive | null {
    return this.#open.at(-1)?.directive ?? null;
  }

  add(nameWord: Word, args: readonly Word[], span: Span, includedBy: Directive | null): IncludeLine {
    const { text: name } = nameWord;
    return this.#keep({ name, nameWord, args, span, block: null, parent: this.innermost, includedBy, unread: false });
  }

  /** @param braces the bytes of `{` and `}` of a block that is no configuration */
  addOpaque(
    nameWord: Word,
    args: readonly Word[],
    head: Span,
    includedBy: Directive | null,
    { open, close }: Pick<Block, 'open' | 'close'>,
  ): void {
    const end = close === null ? head.source.bytes.length : close + 1;
    const block: Block = { children: [], open, close, opaque: true };
    const span: Span = { ...head, end };
    const { text: name } = nameWord;
    this.#keep({ name, nameWord, args, span, block, parent: this.innermost, includedBy, unread: false });
  }

  /** @param head what stands before the block, `{` included @param open the byte of `{` */
  open(nameWord: Word, args: readonly Word[], head: Span, includedBy: Directive | null, open: number): void {
    const children: Directive[] = [];
    const block: OpenedBlock = { children, open, close: null, opaque: false };
    const span = { source: head.source, start: head.start, end: head.end };
    const { text: name } = nameWord;
    const directive = { name, nameWord, args, span, block, parent: this.innermost, includedBy, unread: false };
    this.#keep(directive);
    const close = (at: number | null): void => {
      block.close = at;
      span.end = at === null ? head.source.bytes.length : at + 1;
    };
    this.#open.push({ directive, children, close });
  }

  openNameless(): void {
    this.#open.push({ directive: null, children: [], close: () => {} });
  }

  /** @param at the byte of `}`; null where the file ends before it */
  close(at: number | null): void {
    this.#open.pop()?.close(at);
  }

  closeAll(): void {
    while (this.depth > 0) this.close(null);
  }

  #keep<Kept extends Directive>(directive: Kept): Kept {
    (this.#open.at(-1)?.children ?? this.directives).push(directive);
    return directive;
  }
}
