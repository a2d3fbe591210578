import type { Configuration, Directive } from '../../parse/tree.ts';

/** What the configuration itself says that its variables can hold, and which names its upstreams have. */
export class Definitions {
  /** Lower-cased, as nginx compares them. */
  readonly upstreams: ReadonlySet<string>;
  /** `host:port` of every proxy_pass without variables: nginx finds these at run time as well, with no resolver. */
  readonly staticTargets: ReadonlySet<string>;
  readonly #urlVariables: ReadonlySet<string>;
  /** Whether any level has a `resolver`. */
  readonly anyResolver: boolean;
  readonly #values: ReadonlyMap<string, readonly Value[]>;

  constructor(configuration: Configuration) {
    const upstreams = new Set<string>();
    const staticTargets = new Set<string>();
    const urlVariables = new Set<string>();
    const values = new Map<string, Value[]>();
    let anyResolver = false;
    const holds = (variable: string, text: string, by: Directive): void => {
      const name = variable.toLowerCase();
      values.set(name, [...(values.get(name) ?? []), { text, server: serverAround(by) }]);
    };
    for (const directive of everyDirective(configuration.directives)) {
      const first = directive.args[0]?.text ?? '';
      if (directive.name === 'resolver') anyResolver = true;
      else if (directive.name === 'upstream') upstreams.add(first.toLowerCase());
      else if (directive.name === 'proxy_pass') {
        const authority = /^https?:\/\/([^$/?]+)(?:[/?]|$)/i.exec(first)?.[1];
        if (authority !== undefined && !first.includes('$')) staticTargets.add(authority.toLowerCase());
        const variable = variableAtStart(first);
        if (variable !== null) urlVariables.add(variable.toLowerCase());
      } else if (directive.name === 'set') holds(bare(first), directive.args[1]?.text ?? '', directive);
      else if (isValueBlock(directive)) {
        const variable = bare(directive.args.at(-1)?.text ?? '');
        for (const line of directive.block?.children ?? []) {
          if (line.name !== 'include' && line.args.length > 0) holds(variable, line.args[0]?.text ?? '', directive);
        }
      }
    }
    this.upstreams = upstreams;
    this.staticTargets = staticTargets;
    this.#urlVariables = urlVariables;
    this.anyResolver = anyResolver;
    this.#values = values;
  }

  /** Whether it stands at the start of a proxy_pass: it holds whole URLs. */
  holdsUrls = (variable: string): boolean => this.#urlVariables.has(variable.toLowerCase());

  /**
   * @param at where it is asked for: what another server sets does not count
   * @returns every value that the variable can have, or null where something else sets it, or another variable is in it
   */
  valuesOf(variable: string, at: Directive): readonly string[] | null {
    const texts = this.textsOf(variable, at);
    return texts?.some((text) => text.includes('$')) === true ? null : texts;
  }

  /** @returns what the lines that set it say, other variables and all; null where there is none */
  textsOf(variable: string, at: Directive): readonly string[] | null {
    const server = serverAround(at);
    const all = this.#values.get(variable.toLowerCase()) ?? [];
    const texts = all.flatMap(({ text, server: its }) => (its === null || its === server ? [text] : []));
    return texts.length === 0 ? null : texts;
  }
}

interface Value {
  readonly text: string;
  /** The server block in which it is set; null for a map, which is everybody's. */
  readonly server: Directive | null;
}

function serverAround(directive: Directive): Directive | null {
  for (let level: Directive | null = directive; level !== null; level = level.parent) {
    if (level.name === 'server') return level;
  }
  return null;
}

/** Blocks whose lines are `key value` and that make a variable. */
export const isValueBlock = ({ name }: Directive): boolean =>
  name === 'map' || name === 'geo' || name === 'split_clients';

export function* everyDirective(directives: readonly Directive[]): Iterable<Directive> {
  for (const directive of directives) {
    yield directive;
    if (directive.block !== null) yield* everyDirective(directive.block.children);
  }
}

const VARIABLE_AT_START = /^\$(?:\{([a-z0-9_]+)\}|([a-z0-9_]+))/i;

/** @returns the name of the variable that a word begins with */
export function variableAtStart(text: string): string | null {
  const match = VARIABLE_AT_START.exec(text);
  return match?.[1] ?? match?.[2] ?? null;
}

/** `$x`, `${x}` → `x`. */
export const bare = (variable: string): string => variable.replace(/^\$\{?/, '').replace(/\}$/, '');
