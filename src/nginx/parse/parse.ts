import type { ConfigFiles } from './config-files.ts';
import { configPrefix, includedPaths, includeIn, isRelative } from './includes.ts';
import { holdsLua, luaBlockEnd } from './lua-block.ts';
import { leftPlaceholders } from './placeholders.ts';
import { SourceFile } from './source.ts';
import { templateNotes, templatesIn, withoutMarks } from './templates.ts';
import { type Statement, Tokenizer } from './tokens.ts';
import type { ConfigNote, Configuration, Directive } from './tree.ts';
import { type IncludeLine, TreeBuilder } from './tree-builder.ts';

/** Reads a configuration: tokens into a tree, `include` followed where nginx follows it. It goes on after an error and reports them all. */

/** Errors after which reading stops: whoever has so many gave something that is no nginx configuration. */
const MOST_ERRORS = 100;
/** Blocks inside blocks. nginx has no limit but its stack; a configuration written by people has fewer than ten. */
const DEEPEST_BLOCK = 1000;
/** Files that include files. nginx ends with "Too many open files" or a crash instead. */
const DEEPEST_INCLUDE = 50;
/** Inclusions in all: files that include each other twice, ten deep, would otherwise be a thousand. */
const MOST_INCLUSIONS = 20_000;

/** ENOENT and ENOTDIR, as nginx says them. */
const IS_MISSING = /failed \((?:2|20): /;

/** How the main file is to be read: `guess` takes a file whose top level belongs into an `http` block as a piece of one. */
export type ReadAs = 'main' | 'http' | 'guess';

/** A file that is being read, at the place where its `include` stands. */
interface OpenFile {
  readonly source: SourceFile;
  readonly tokens: Tokenizer;
  readonly includedBy: Directive | null;
  /** Blocks that were open when it began: a `}` in it ends none of them. */
  readonly outerDepth: number;
  /** What its last `include` brings in and was not read yet, the next one last. */
  pending: Inclusion[];
}

interface Inclusion {
  readonly path: string;
  readonly by: IncludeLine;
}

/**
 * @param main the main file's path, absolute or relative; `include` is relative to its folder
 * @returns what nginx would have read; never throws for what stands in the files
 */
export function parse(main: string, files: ConfigFiles, readAs: ReadAs = 'guess'): Configuration {
  return new Parser(main, files, readAs).run();
}

class Parser {
  readonly #main: string;
  readonly #files: ConfigFiles;
  readonly #readAs: ReadAs;
  readonly #tree = new TreeBuilder();
  readonly #sources = new Map<string, SourceFile>();
  readonly #open: OpenFile[] = [];
  #inclusions = 0;
  #stopped = false;

  constructor(main: string, files: ConfigFiles, readAs: ReadAs) {
    this.#main = main;
    this.#files = files;
    this.#readAs = readAs;
  }

  run(): Configuration {
    this.#openMain();
    for (let file = this.#open.at(-1); file !== undefined && !this.#stopped; file = this.#open.at(-1)) {
      const inclusion = file.pending.pop();
      if (inclusion === undefined) this.#take(file.tokens.next(), file);
      else this.#beginIncluded(inclusion, file);
      if (this.#tree.errors.length >= MOST_ERRORS) this.#stop(file);
    }
    this.#tree.closeAll();
    const { directives, notes } = this.#tree;
    const readAs = this.#readAs;
    const context = readAs === 'guess' ? guessContext(directives) : readAs;
    const files = [...this.#sources.values()];
    const templates = templatesIn(files, this.#tree.errors, directives);
    const piece = readAs === 'http' ? [] : pieceOfServer(directives);
    const left = files.some((file) => file.text().includes('${')) ? leftPlaceholders(directives) : [];
    return {
      directives,
      files,
      errors: withoutMarks(this.#tree.errors, templates),
      notes: [...notes, ...templateNotes(templates), ...piece, ...left],
      templates,
      context,
    };
  }

  #openMain(): void {
    const answer = this.#files.read(this.#main);
    if ('bytes' in answer) {
      this.#begin(this.#source(this.#main, answer.bytes), null);
      return;
    }
    const says = 'refused' in answer ? answer.refused : `open() "${this.#main}" failed (2: No such file or directory)`;
    this.#tree.errors.push({ file: this.#main, line: 1, column: 1, says });
  }

  #take(statement: Statement, file: OpenFile): void {
    if (statement.kind === 'file-end') this.#fileEnds(file, statement.at);
    else if (statement.kind === 'block-start') this.#tree.openNameless();
    else if (statement.kind === 'block-end') this.#blockEnds(file, statement.at);
    else this.#directive(statement, file);
  }

  #directive(statement: Extract<Statement, { kind: 'directive' }>, file: OpenFile): void {
    const { words, ends, span } = statement;
    const [nameWord, ...args] = words;
    if (nameWord === undefined) return;
    if (ends !== '{') {
      const directive = this.#tree.add(nameWord, args, span, file.includedBy);
      if (ends === ';') this.#include(directive, file);
      return;
    }
    const open = span.end - 1;
    if (holdsLua(nameWord.text)) {
      const close = luaBlockEnd(file.source, span.end);
      if (close === null) this.#refuse(file, file.source.bytes.length, neverClosed(file, span.start, nameWord.text));
      file.tokens.resume(close === null ? file.source.bytes.length : close + 1);
      this.#tree.addOpaque(nameWord, args, span, file.includedBy, { open, close });
    } else if (this.#tree.depth >= DEEPEST_BLOCK) {
      this.#refuse(file, span.start, `blocks are nested more than ${DEEPEST_BLOCK} deep; nothing after this was read`);
      this.#stopped = true;
    } else this.#tree.open(nameWord, args, span, file.includedBy, open);
  }

  #blockEnds(file: OpenFile, at: number): void {
    if (this.#tree.depth > file.outerDepth) this.#tree.close(at);
    else this.#refuse(file, at, 'unexpected "}"');
  }

  #fileEnds(file: OpenFile, at: number): void {
    const unclosed = this.#tree.innermost;
    if (this.#tree.depth > file.outerDepth) {
      const says =
        unclosed === null
          ? 'unexpected end of file, expecting "}"'
          : neverClosed(file, unclosed.span.start, unclosed.name);
      this.#refuse(file, at, says);
      while (this.#tree.depth > file.outerDepth) this.#tree.close(null);
    }
    this.#open.pop();
  }

  #include(directive: IncludeLine, file: OpenFile): void {
    const parent = directive.parent?.name ?? null;
    const [path, ...more] = directive.args;
    if (directive.name !== 'include' || path === undefined || more.length > 0 || !includeIn(parent)) return;
    const paths = includedPaths(path.text, configPrefix(this.#main), parent, this.#files);
    if (paths.length === 0 && this.#isElsewhere(path.text)) this.#notGiven(file, directive, path.text);
    file.pending = paths.map((each): Inclusion => ({ path: each, by: directive })).toReversed();
  }

  /** Of a piece that was taken to another machine, the folders of its includes are not there. */
  #isElsewhere(pattern: string): boolean {
    if (this.#files.partial === true || this.#startsAnywhere(pattern)) return true;
    const folder = pattern.slice(0, pattern.lastIndexOf('/'));
    return this.#readAs === 'http' && folder.startsWith('/') && this.#files.list(folder) === null;
  }

  /** A relative name of a piece that lies by itself, which nginx.conf's folder would tell the rest of. */
  #startsAnywhere(argument: string): boolean {
    return this.#files.prefixUnknown === true && isRelative(argument, configPrefix(this.#main));
  }

  #beginIncluded({ path, by }: Inclusion, file: OpenFile): void {
    const at = by.args[0]?.span.start ?? by.span.start;
    const argument = by.args[0]?.text ?? '';
    const chain = this.#open.map(({ source }) => source.name);
    const refused = this.#tooMuch([...chain, path]);
    if (refused !== null) {
      this.#refuse(file, at, refused);
      return;
    }
    const known = this.#sources.get(path);
    const answer = known === undefined ? this.#files.read(path) : known;
    if ('bytes' in answer) this.#begin(known ?? this.#source(path, answer.bytes), by);
    else if ('unknown' in answer) this.#notGiven(file, by, path);
    else if (IS_MISSING.test(answer.refused) && this.#startsAnywhere(argument)) this.#notGiven(file, by, argument);
    else {
      by.unread = true;
      this.#refuse(file, at, answer.refused);
    }
  }

  #notGiven(file: OpenFile, include: IncludeLine, path: string): void {
    include.unread = true;
    const at = file.source.position(include.args[0]?.span.start ?? include.span.start);
    this.#tree.notes.push({ ...at, says: `${path} was not given: what stands in it is not known` });
  }

  /** @param chain the files that include each other, the main file first @returns why this one is not read */
  #tooMuch(chain: readonly string[]): string | null {
    if (chain.indexOf(chain.at(-1) ?? '') < chain.length - 1) return `include goes in a circle: ${chain.join(' → ')}`;
    if (chain.length > DEEPEST_INCLUDE) {
      return `include goes more than ${DEEPEST_INCLUDE} files deep: ${chain.join(' → ')}`;
    }
    if (++this.#inclusions <= MOST_INCLUSIONS) return null;
    this.#stopped = true;
    return `include brought in more than ${MOST_INCLUSIONS} files; nothing after this was read`;
  }

  #begin(source: SourceFile, includedBy: Directive | null): void {
    const tokens = new Tokenizer(source, (at, says) => this.#report(source, at, says));
    this.#open.push({ source, tokens, includedBy, outerDepth: this.#tree.depth, pending: [] });
  }

  /** A file that is included twice is one file: its mends are made once. */
  #source(name: string, bytes: Uint8Array): SourceFile {
    const source = new SourceFile(name, bytes);
    this.#sources.set(name, source);
    return source;
  }

  #refuse({ source }: OpenFile, at: number, says: string): void {
    this.#tree.errors.push({ ...source.position(at), says });
  }

  /** One directive may hold a million faults, and is read to its end before anybody can stop. */
  #report(source: SourceFile, at: number, says: string): void {
    if (this.#tree.errors.length < MOST_ERRORS) this.#tree.errors.push({ ...source.position(at), says });
  }

  #stop(file: OpenFile): void {
    this.#refuse(file, file.tokens.at, `reading stopped after ${MOST_ERRORS} errors: is this an nginx configuration?`);
    this.#stopped = true;
  }
}

function neverClosed({ source }: OpenFile, start: number, name: string): string {
  const { line } = source.position(start);
  return `unexpected end of file, expecting "}" (the block "${name}" of line ${line} is never closed)`;
}

/** Blocks and directives that only the top of a whole configuration has. */
const TOP_LEVEL = new Set([
  'http',
  'events',
  'stream',
  'mail',
  'worker_processes',
  'daemon',
  'pid',
  'user',
  'load_module',
]);
/** What a piece of an `http` block has, such as a site of `conf.d`. */
const HTTP_LEVEL = new Set(['server', 'upstream', 'map', 'geo', 'split_clients', 'log_format', 'proxy_cache_path']);

/** What is pasted or included as a piece of a server. */
const SERVER_LEVEL = new Set(['location', 'server_name', 'listen', 'proxy_pass', 'proxy_set_header', 'try_files']);

/** @returns what to do with a file that nginx reads inside of a server only */
function pieceOfServer(directives: readonly Directive[]): ConfigNote[] {
  const [first] = directives;
  const isOther = ({ name }: Directive): boolean => TOP_LEVEL.has(name) || HTTP_LEVEL.has(name);
  if (first === undefined || directives.some(isOther)) return [];
  if (!directives.some(({ name }) => SERVER_LEVEL.has(name))) return [];
  const says =
    'this seems to be a piece of a server block: give the file that includes it, or put it into server { … }';
  return [{ ...first.span.source.position(first.span.start), says }];
}

function guessContext(directives: readonly Directive[]): Configuration['context'] {
  if (directives.some(({ name }) => TOP_LEVEL.has(name))) return 'main';
  return directives.some(({ name }) => HTTP_LEVEL.has(name)) ? 'http' : 'main';
}
