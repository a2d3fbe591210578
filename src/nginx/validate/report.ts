import { placeholdersIn } from '../parse/placeholders.ts';
import type { ConfigError, Configuration, Directive, Word } from '../parse/tree.ts';
import { isAtLeast, type NginxVersion } from '../version.ts';

export interface Options {
  /** null where nobody knows it: what any version takes is then right. */
  readonly version: NginxVersion | null;
  /** Modules that nginx does not bring itself, by the name that the tables give them; `any` where nobody knows. */
  readonly modules: 'any' | readonly string[];
}

/** Errors of one file after which more say nothing new. */
const MOST_ERRORS = 100;

/** What the checks share: where errors go, and what is known of the nginx that is meant. */
export class Report {
  readonly errors: ConfigError[] = [];
  readonly options: Options;
  /** Something may be defined where we cannot see it: in a file that was not given, by a module, in the rest of an `http` block. */
  readonly partial: boolean;

  constructor(options: Options, partial: boolean) {
    this.options = options;
    this.partial = partial;
  }

  get full(): boolean {
    return this.errors.length >= MOST_ERRORS;
  }

  /** @param says nginx's words */
  refuse(at: Word | Directive, says: string): void {
    if (this.full) return;
    const { source, start } = at.span;
    this.errors.push({ ...source.position(start), says });
  }

  /** Whether a nginx of the version that is meant may have what came with `since`. */
  mayHave(since: string): boolean {
    return isAtLeast(this.options.version, since) !== false;
  }

  hasModule(module: string): boolean {
    const { modules } = this.options;
    return modules === 'any' || modules.includes(module);
  }
}

/** Whether a template's placeholder stands in it: then nothing can be said about its value. */
export const isTemplate = ({ nameWord, args }: Directive): boolean =>
  holdsPlaceholder(nameWord) || args.some(holdsPlaceholder);

export const holdsPlaceholder = (word: Word): boolean => placeholdersIn(word.text).length > 0;

const GLOB = /[*?[]/;

/** Whether an `include` names a file that was not among those that were read. */
export function lacksFiles({ directives, files }: Configuration): boolean {
  const asked: string[] = [];
  const waiting = [...directives];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const path = next.args[0]?.text;
    if (next.name === 'include' && path !== undefined && !GLOB.test(path)) asked.push(path);
    for (const child of next.block?.children ?? []) waiting.push(child);
  }
  return [...new Set(asked)].some((path) => !files.some(({ name }) => name.endsWith(path)));
}
