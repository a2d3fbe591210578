import { CONTEXTS, type Context, isContext } from './contexts.ts';

/** How the tables of this folder are written, one directive a line, and what a line says. */

/** What nginx makes of the arguments; the slots are those of ngx_conf_file.c and ngx_http_script.c. */
export type ValueKind =
  /** `on` or `off`. */
  | 'flag'
  | 'string'
  /** One string each time, all of them kept. */
  | 'strings'
  /** Name and value, all of them kept. */
  | 'pairs'
  /** Decimal digits alone. */
  | 'number'
  /** Bytes, up to megabytes. */
  | 'size'
  /** Bytes, up to gigabytes. */
  | 'offset'
  /** A time kept in milliseconds. */
  | 'ms'
  /** A time kept in seconds. */
  | 'seconds'
  /** How many, and how large. */
  | 'buffers'
  | 'path'
  /** `user:rw group:r all:r`. */
  | 'access'
  /** One string that may hold variables. */
  | 'text'
  /** Strings that may hold variables, all of them kept. */
  | 'texts'
  /** MIME types. */
  | 'types'
  /** Parameters for a FastCGI server and its kin. */
  | 'params'
  | 'block'
  /** Read by the module's own code. */
  | 'custom';

/** Words to choose from: one of them, or several. */
export interface Choice {
  readonly choose: 'one' | 'several';
  readonly words: readonly string[];
}

export const oneOf = (...words: readonly string[]): Choice => ({ choose: 'one', words });
export const anyOf = (...words: readonly string[]): Choice => ({ choose: 'several', words });

/** What becomes of a second one in the same block: `"x" directive is duplicate`, or both count, or the last. */
export type Repeat = 'refused' | 'list' | 'last';

/**
 * What a block without the directive has: the enclosing block's (`scalar`), all of the enclosing block's, which a single one
 * of its own drops (`list`), or nothing (`none`).
 */
export type Inheritance = 'scalar' | 'list' | 'none';

export interface FormerDefault {
  /** The first version that no longer has it. */
  readonly before: string;
  readonly words: readonly string[];
}

export interface DirectiveInfo {
  readonly name: string;
  readonly module: string;
  /** Whether nginx itself brings the module, or one has to buy or build it. */
  readonly from: 'nginx' | 'nginx-plus' | 'third-party';
  /** Empty where it may stand anywhere. */
  readonly contexts: readonly Context[];
  readonly args: ArgCounts;
  readonly block: boolean;
  readonly value: ValueKind | Choice;
  readonly repeat: Repeat;
  readonly inherits: Inheritance;
  /** nginx's newest; null where it has none, or one that cannot be written down. */
  readonly default: readonly string[] | null;
  /** Oldest first. */
  readonly formerDefaults: readonly FormerDefault[];
  /** The first version that knows it; null where 1.18 does. */
  readonly since: string | null;
  /** The first version that no longer knows it. */
  readonly until: string | null;
  /** Words of a choice that came later than the directive, with their version. */
  readonly newerWords: Readonly<Record<string, string>>;
  /** Directives that fill the same list: one of them in a block drops what the enclosing block has of all (`allow` and `deny`). */
  readonly sharesListWith: readonly string[];
}

/** How many arguments nginx takes. Without `any` and `atLeast`, exactly one of `counts`. */
export interface ArgCounts {
  readonly atLeast: number | null;
  readonly counts: readonly number[];
}

/** `0`, `1`, `12` (one or two), `1+` (one or more), `any`, as in nginx's NGX_CONF_TAKE12 and its kin. */
type Args = `${number}` | '1+' | '2+' | 'any';

interface More {
  readonly repeat?: Repeat;
  readonly inherits?: Inheritance;
  readonly since?: string;
  readonly until?: string;
  /** Former defaults: the first version without it, and the words. */
  readonly was?: readonly (readonly [before: string, words: string])[];
  readonly newer?: Readonly<Record<string, string>>;
  readonly with?: readonly string[];
}

export type Row = readonly [
  name: string,
  /** Names of contexts with blanks between them, or `any`. */
  contexts: string,
  args: Args,
  value: ValueKind | Choice,
  /** Words with blanks between them. */
  standard?: string | null,
  more?: More,
];

export const ofModule = (module: string, rows: readonly Row[]): DirectiveInfo[] =>
  rows.map((row) => info(module, 'nginx', row));

/** @param names several lines of names @param shape where they may stand */
export const ofForeignModule = (
  module: string,
  from: 'nginx-plus' | 'third-party',
  rows: readonly Row[],
): DirectiveInfo[] => rows.map((row) => info(module, from, row));

function info(module: string, from: DirectiveInfo['from'], row: Row): DirectiveInfo {
  const [name, contexts, args, value, standard = null, more = {}] = row;
  return {
    name,
    module,
    from,
    contexts: contexts === 'any' ? [] : readContexts(contexts),
    args: readArgs(args),
    block: value === 'block',
    value,
    repeat: more.repeat ?? usualRepeat(value),
    inherits: more.inherits ?? usualInheritance(value, contexts),
    default: standard === null ? null : words(standard),
    formerDefaults: (more.was ?? []).map(([before, text]) => ({ before, words: words(text) })),
    since: more.since ?? null,
    until: more.until ?? null,
    newerWords: more.newer ?? {},
    sharesListWith: more.with ?? [],
  };
}

function readContexts(text: string): Context[] {
  return text.split(' ').map((word) => {
    if (!isContext(word)) throw new RangeError(`not a context: ${word} (of ${CONTEXTS.join(', ')})`);
    return word;
  });
}

function readArgs(args: Args): ArgCounts {
  if (args === 'any') return { atLeast: 0, counts: [] };
  if (args === '1+') return { atLeast: 1, counts: [] };
  if (args === '2+') return { atLeast: 2, counts: [] };
  return { atLeast: null, counts: [...args].map(Number) };
}

const LISTS: ReadonlySet<ValueKind | Choice> = new Set(['strings', 'pairs', 'texts', 'types', 'params']);

function usualRepeat(value: ValueKind | Choice): Repeat {
  if (LISTS.has(value) || value === 'block') return 'list';
  return typeof value === 'object' && value.choose === 'several' ? 'list' : 'refused';
}

function usualInheritance(value: ValueKind | Choice, contexts: string): Inheritance {
  if (value === 'block' || !contexts.includes(' ')) return 'none';
  return LISTS.has(value) ? 'list' : 'scalar';
}

const words = (text: string): string[] => (text === '' ? [''] : text.split(' '));
