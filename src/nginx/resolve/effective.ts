import { type Context, type DirectiveInfo, defaultOf, directiveInfo } from '../directives/table.ts';
import { parseOffset, parseSize, parseTime } from '../directives/values.ts';
import type { Directive } from '../parse/tree.ts';
import type { NginxVersion } from '../version.ts';
import { childrenOf, named } from './tree.ts';
import type { Effective, Setting, SizeSetting, TimeSetting } from './types.ts';

/** A name may mean one thing in main and another in http, mail or stream: within http, this one. */
const WITHIN: readonly Context[] = ['http', 'server', 'location'];

interface Inheritance {
  readonly info: DirectiveInfo | undefined;
  /** The directives that are one list with it, itself first: a line of one hides those of all from the level above. */
  readonly list: readonly string[];
}

const inheritances = new Map<string, Inheritance>();

function inheritanceOf(name: string): Inheritance {
  const known = inheritances.get(name);
  if (known !== undefined) return known;
  const infos = directiveInfo(name);
  const info = infos.find(({ contexts }) => contexts.some((context) => WITHIN.includes(context))) ?? infos[0];
  const inheritance = { info, list: [name, ...(info?.sharesListWith ?? [])] };
  inheritances.set(name, inheritance);
  return inheritance;
}

/** What handles a request belongs to its location alone; only `if` and `limit_except` have it from theirs (`clcf->noname`). */
const HANDLER = /_pass$/;
const NAMELESS: ReadonlyMap<string, Context> = new Map([
  ['if', 'location-if'],
  ['limit_except', 'limit_except'],
]);

/**
 * @param scope from the outside in: http, server, location …
 * @param top the directives at the top of the configuration (HttpModel.top): main's are inherited into http, and a piece of
 * an http block has http's there
 */
export function effectiveAt(
  scope: readonly Directive[],
  version: NginxVersion | null,
  top: readonly Directive[] = [],
): Effective {
  const inner = scope.at(-1);
  const known = inner === undefined ? undefined : scopes.get(inner);
  if (known?.isOf(scope, version, top)) return known;
  const made = new Scope(scope, version, top);
  if (inner !== undefined) scopes.set(inner, made);
  return made;
}

/** By its innermost block: most requests end in a place where another one has been. */
const scopes = new WeakMap<Directive, Scope>();

class Scope implements Effective {
  readonly scope: readonly Directive[];
  readonly #version: NginxVersion | null;
  readonly #top: readonly Directive[];
  /** From the inside out. */
  readonly #levels: readonly (readonly Directive[])[];
  readonly #known = new Map<string, readonly Directive[]>();

  constructor(scope: readonly Directive[], version: NginxVersion | null, top: readonly Directive[]) {
    this.scope = scope;
    this.#version = version;
    this.#top = top;
    this.#levels = [top, ...scope.map(childrenOf)].reverse();
  }

  isOf(scope: readonly Directive[], version: NginxVersion | null, top: readonly Directive[]): boolean {
    if (this.#version !== version || this.#top !== top || this.scope.length !== scope.length) return false;
    return this.scope.every((block, index) => block === scope[index]);
  }

  all(name: string): readonly Directive[] {
    let found = this.#known.get(name);
    if (found === undefined) {
      found = this.#find(name);
      this.#known.set(name, found);
    }
    return found;
  }

  one(name: string): Directive | null {
    return this.all(name)[0] ?? null;
  }

  setting(name: string): Setting {
    const directive = this.one(name);
    if (directive !== null) return { words: directive.args.map(({ text }) => text), from: directive, unsure: null };
    const { words, unsure } = defaultOf(name, this.#version);
    return { words, from: 'default', unsure };
  }

  time(name: string): TimeSetting {
    const { words, from, unsure } = this.setting(name);
    return { ms: unsure === null ? parseTime(words[0] ?? '') : null, from };
  }

  size(name: string): SizeSetting {
    const { words, from, unsure } = this.setting(name);
    const parse = inheritanceOf(name).info?.value === 'offset' ? parseOffset : parseSize;
    return { bytes: unsure === null ? parse(words[0] ?? '') : null, from };
  }

  flag(name: string): boolean {
    return this.setting(name).words[0]?.toLowerCase() === 'on';
  }

  #find(name: string): readonly Directive[] {
    const { info, list } = inheritanceOf(name);
    for (const level of this.#reach(name, info)) {
      if (list.some((member) => named(level, member).length > 0)) return named(level, name);
    }
    return [];
  }

  /** The levels that it may come from, the innermost first. */
  #reach(name: string, info: DirectiveInfo | undefined): readonly (readonly Directive[])[] {
    const mainAlone = info !== undefined && !info.contexts.some((context) => WITHIN.includes(context));
    const inner = this.scope.at(-1);
    const holder = inner === undefined ? undefined : NAMELESS.get(inner.name);
    if (info === undefined || info.inherits !== 'none' || mainAlone) {
      const refused = info !== undefined && holder !== undefined && !info.contexts.includes(holder);
      return refused ? this.#levels.slice(1) : this.#levels;
    }
    const nameless = holder !== undefined && HANDLER.test(name);
    return this.#levels.slice(0, nameless ? 2 : 1);
  }
}
