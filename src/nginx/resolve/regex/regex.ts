import { compile, execute } from './match.ts';
import { readPattern } from './read.ts';
import { PatternError } from './syntax.ts';

/** A regular expression as nginx would run it (PCRE, on bytes), with an honest answer where that cannot be told. */
export interface Regex {
  readonly groups: number;
  readonly names: readonly { readonly name: string; readonly group: number }[];
  /** @param text one character a byte @returns null for no match; `unsure` when it would take too long to know */
  exec(text: string): RegexMatch | null | 'unsure';
}

/** What each group took, the whole match first; null for a group that took no part. */
export type RegexMatch = readonly (string | null)[];

/** A pattern that we cannot follow, with the construct that is the reason. */
export interface RefusedRegex {
  readonly refused: string;
}

/** @param pattern one character a byte */
export function compileRegex(pattern: string, caseless: boolean): Regex | RefusedRegex {
  try {
    const { root, groups, names } = readPattern(pattern, caseless);
    const program = compile(root, groups);
    return {
      groups,
      names,
      exec(text) {
        const found = execute(program, text);
        return found === null || found === 'unsure' ? found : taken(text, found);
      },
    };
  } catch (error) {
    if (error instanceof PatternError) return { refused: error.message };
    throw error;
  }
}

function taken(text: string, ends: Int32Array): RegexMatch {
  const groups: (string | null)[] = [];
  for (let at = 0; at < ends.length; at += 2) {
    const [start = -1, end = -1] = [ends[at], ends[at + 1]];
    groups.push(start < 0 ? null : text.slice(start, end));
  }
  return groups;
}

/** More patterns than most configurations have; a process that reads many of them forgets the earlier ones. */
const MOST_KNOWN = 4096;
const known = new Map<string, Regex | RefusedRegex>();

/** The same, compiled once: generated configurations repeat one pattern a thousand times. */
export function regexOf(pattern: string, caseless: boolean): Regex | RefusedRegex {
  const key = `${caseless ? '*' : ' '}${pattern}`;
  const compiled = known.get(key);
  if (compiled !== undefined) return compiled;
  const regex = compileRegex(pattern, caseless);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, regex);
  return regex;
}
