import type { Directive } from '../parse/tree.ts';
import { asBytes, lowered } from './bytes.ts';
import { httpLevel } from './model.ts';
import { argument, childrenOf, named } from './tree.ts';
import type { HttpModel } from './types.ts';

/** The variables that a configuration itself defines. */
export interface Definitions {
  readonly maps: ReadonlyMap<string, Directive>;
  readonly geos: ReadonlyMap<string, Directive>;
  /** Names that a `set` or a named capture gives somewhere. */
  readonly made: ReadonlySet<string>;
}

const known = new WeakMap<HttpModel, Definitions>();

export function definitionsOf(http: HttpModel): Definitions {
  let definitions = known.get(http);
  if (definitions === undefined) {
    const level = httpLevel(http);
    definitions = {
      maps: byVariable(named(level, 'map'), 1),
      geos: new Map(named(level, 'geo').map((geo) => [variableName(geo, geo.args.length - 1), geo])),
      made: madeIn(level),
    };
    known.set(http, definitions);
  }
  return definitions;
}

/** Where two define the same, nginx takes the last. */
const byVariable = (directives: readonly Directive[], index: number): Map<string, Directive> =>
  new Map(directives.map((directive) => [variableName(directive, index), directive]));

const variableName = (directive: Directive, index: number): string =>
  lowered(asBytes(argument(directive, index).replace(/^\$/, '')));

const NAMED_GROUP = /\(\?(?:P?<|')([A-Za-z_]\w*)[>']/g;

function madeIn(level: readonly Directive[]): Set<string> {
  const made = new Set<string>();
  const waiting = [...level];
  for (let directive = waiting.pop(); directive !== undefined; directive = waiting.pop()) {
    if (directive.name === 'set') made.add(variableName(directive, 0));
    for (const { text } of [directive.nameWord, ...directive.args]) {
      if (text.includes('(?')) for (const [, name] of text.matchAll(NAMED_GROUP)) made.add(lowered(name ?? ''));
    }
    if (directive.block !== null && !directive.block.opaque) waiting.push(...childrenOf(directive));
  }
  return made;
}
