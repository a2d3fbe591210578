import type { SourceFile } from './source.ts';

export type { Position } from './position.ts';

/** What a configuration is once it has been read: directives with their words, each at its place in its file. */

/** A stretch of one file, in bytes from its start: what a mend replaces and a caret underlines. */
export interface Span {
  readonly source: SourceFile;
  /** The first byte. */
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
}

/** One word as nginx's tokenizer makes it: a directive's name, or one of its arguments. */
export interface Word {
  /** What nginx sees: without its quotes, escapes undone. */
  readonly text: string;
  readonly quote: '"' | "'" | null;
  /** The word as it is written, quotes and all. */
  readonly span: Span;
}

/** One directive. A block has children; `include` keeps its line, and what it brought in follows it among its siblings. */
export interface Directive {
  readonly name: string;
  readonly nameWord: Word;
  readonly args: readonly Word[];
  /** From the first byte of its name to one past its `;` or its `}` (or past what was read of it, where that is missing). */
  readonly span: Span;
  /** null for a directive that ends with `;`. */
  readonly block: Block | null;
  /** null at the top of the configuration. Included directives have the parent of their `include`. */
  readonly parent: Directive | null;
  /** The `include` that brought it in, itself perhaps brought in by another; null in the main file. */
  readonly includedBy: Directive | null;
  /** An `include` whose files were not given, or could not be read: what it brings in is not known. */
  readonly unread: boolean;
}

export interface Block {
  readonly children: readonly Directive[];
  /** The byte of its `{`. */
  readonly open: number;
  /** The byte of its `}`, or null where the file ends before it. */
  readonly close: number | null;
  /** Lua and the like: the block was skipped whole, its text is between `open` and `close`. */
  readonly opaque: boolean;
}

/** Something nginx would refuse to start with. */
export interface ConfigError {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** nginx's own words, as `nginx -t` prints them, with what to do after them where we know it. */
  readonly says: string;
}

/** Something to know that is no fault: a file that was not given, a placeholder left in a template, a block skipped. */
export interface ConfigNote {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly says: string;
}

/** A file that another program was to fill in first, and the place of the first mark that nginx cannot know. */
export interface TemplateFile {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Configuration {
  /** The main file's directives, includes spliced in. */
  readonly directives: readonly Directive[];
  /** Every file that was read, in the order in which nginx opens them; the first is the main one. */
  readonly files: readonly SourceFile[];
  /** What nginx's reader refuses (the reader goes on after each). Whether each directive is allowed, is asked of validate/. */
  readonly errors: readonly ConfigError[];
  readonly notes: readonly ConfigNote[];
  /** What nginx makes of these files is not what is meant. */
  readonly templates: readonly TemplateFile[];
  /** `http` where the file given is a piece of an http block (a site of conf.d) and was read as one; else `main`. */
  readonly context: 'main' | 'http';
}
