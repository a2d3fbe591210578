import type { Directive, Position, Word } from '../parse/tree.ts';

/** Ways through the tree of directives that all of resolve/ goes. */

const NONE: readonly Directive[] = [];

export const childrenOf = (directive: Directive | null): readonly Directive[] => directive?.block?.children ?? NONE;

export const positionOf = (directive: Directive): Position =>
  directive.span.source.position(directive.nameWord.span.start);

export const positionOfWord = (word: Word): Position => word.span.source.position(word.span.start);

/** The text of an argument; empty where there is none. @param index from 0 */
export const argument = (directive: Directive, index: number): string => directive.args[index]?.text ?? '';

const byName = new WeakMap<readonly Directive[], Map<string, Directive[]>>();

/** Those of a level that have that name: asked so often that each level is sorted once. */
export function named(level: readonly Directive[], name: string): readonly Directive[] {
  let names = byName.get(level);
  if (names === undefined) {
    names = Map.groupBy(level, (directive) => directive.name);
    byName.set(level, names);
  }
  return names.get(name) ?? NONE;
}

/** Everything in a block, however deep, in the order of the file. */
export function* within(block: Directive): Iterable<Directive> {
  const waiting = childrenOf(block).toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    for (const child of childrenOf(next).toReversed()) waiting.push(child);
  }
}

/** @returns the directive itself or the nearest block around it that has the name; null where there is none */
export function enclosing(directive: Directive, name: string): Directive | null {
  for (let at: Directive | null = directive; at !== null; at = at.parent) if (at.name === name) return at;
  return null;
}

export const isHttpBlock = (directive: Directive | undefined): boolean =>
  directive?.name === 'http' && directive.parent === null;

/** As it would be typed: `location ~ ^/api/`. */
export function written(directive: Directive): string {
  let text = texts.get(directive);
  if (text === undefined) {
    const words = [directive.nameWord, ...directive.args];
    text = words.map(({ span }) => span.source.text(span.start, span.end)).join(' ');
    texts.set(directive, text);
  }
  return text;
}

const texts = new WeakMap<Directive, string>();

/** What templates leave for another program to fill in: `${NAME}`, `{{ name }}`, `%%NAME%%`. nginx's own `$name` has no place in a name or a port. */
export const hasPlaceholder = (text: string): boolean => /\$|\{\{|%%|<%|@@/.test(text);
