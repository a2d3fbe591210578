import { readClass, readEscape } from './read-byte.ts';
import { Reader } from './reader.ts';
import { ANY, ANY_BUT_NEWLINE, caseFolded, type Node, otherCase, type Pattern, PatternError, range } from './syntax.ts';
import { widthOf } from './width.ts';

/** PCRE2's default for parentheses within parentheses (PARENS_NEST_LIMIT). */
const NEST_LIMIT = 250;
/** PCRE2's limit for the numbers in `{n,m}`. */
const REPEAT_LIMIT = 65_535;

interface Flags {
  caseless: boolean;
  dotAll: boolean;
  lines: boolean;
  spaced: boolean;
}

/** @param pattern one character a byte @throws PatternError for what PCRE refuses or this reader does not know */
export function readPattern(pattern: string, caseless: boolean): Pattern {
  const reader = new PatternReader(pattern);
  const root = reader.choice({ caseless, dotAll: false, lines: false, spaced: false }, 0);
  if (!reader.source.done) throw new PatternError('a ")" without its "("');
  return { root, groups: reader.groups, names: reader.names };
}

class PatternReader {
  readonly source: Reader;
  groups = 0;
  readonly names: { name: string; group: number }[] = [];

  constructor(pattern: string) {
    this.source = new Reader(pattern);
  }

  /** Alternatives up to `)` or the end. A `(?i)` in one holds for those after it, too, as in PCRE. */
  choice(outer: Flags, depth: number): Node {
    if (depth > NEST_LIMIT) throw new PatternError('parentheses too deeply nested');
    const flags = { ...outer };
    const of: Node[] = [];
    do of.push(this.#sequence(flags, depth));
    while (this.source.take('|'));
    const [only] = of;
    return of.length === 1 && only !== undefined ? only : { kind: 'choice', of };
  }

  #sequence(flags: Flags, depth: number): Node {
    const parts: Node[] = [];
    while (!this.source.done && !this.source.at('|') && !this.source.at(')')) {
      const atom = this.#atom(flags, depth);
      if (atom !== null) parts.push(this.#repeated(atom, flags));
    }
    return { kind: 'sequence', parts: joined(parts) };
  }

  /** @returns null for what matches nothing by itself: a comment, a change of flags */
  #atom(flags: Flags, depth: number): Node | null {
    const { source } = this;
    const character = source.next();
    switch (character) {
      case '.':
        return { kind: 'byte', set: flags.dotAll ? ANY : ANY_BUT_NEWLINE };
      case '^':
        return { kind: 'place', at: flags.lines ? 'line-start' : 'start' };
      case '$':
        return { kind: 'place', at: flags.lines ? 'line-end' : 'before-last-newline' };
      case '[':
        return { kind: 'byte', set: readClass(source, flags.caseless) };
      case '(':
        return this.#group(flags, depth);
      case '\\':
        return this.#escaped(flags);
      case '*':
      case '+':
      case '?':
        throw new PatternError(`nothing to repeat before "${character}"`);
      default:
        return flags.spaced && this.#skipped(character) ? null : literal(character, flags.caseless);
    }
  }

  #skipped(character: string): boolean {
    if (character === '#') while (!this.source.done && this.source.next() !== '\n');
    return character === '#' || /[ \t\n\v\f\r]/.test(character);
  }

  #escaped(flags: Flags): Node | null {
    if (this.source.take('Q')) {
      const text = this.source.until('\\E');
      return { kind: 'sequence', parts: Array.from(text, (character) => literal(character, flags.caseless)) };
    }
    if (this.source.take('E')) return null;
    const read = readEscape(this.source);
    switch (read.kind) {
      case 'set':
        return { kind: 'byte', set: read.set };
      case 'place':
        return { kind: 'place', at: read.at };
      case 'back':
        return { kind: 'back', index: this.#known(read.group), caseless: flags.caseless };
      case 'byte':
        return literal(String.fromCharCode(read.byte), flags.caseless);
    }
  }

  /** A group that stands further on in the pattern is refused: what it would match is too odd to be meant. */
  #known(group: number | string): number {
    const index = typeof group === 'number' ? group : this.names.find(({ name }) => name === group)?.group;
    if (index === undefined || index > this.groups) throw new PatternError('a reference to a group that is not there');
    return index;
  }

  #group(flags: Flags, depth: number): Node | null {
    const { source } = this;
    if (source.at('*')) throw new PatternError('a verb "(*…)"');
    if (!source.take('?')) return this.#capturing(null, flags, depth);
    if (source.take('#')) {
      source.until(')');
      return null;
    }
    if (source.take(':')) return this.#closed(flags, depth);
    if (source.take('>')) return { kind: 'atomic', body: this.#closed(flags, depth) };
    if (source.take('=')) return this.#look(false, false, flags, depth);
    if (source.take('!')) return this.#look(false, true, flags, depth);
    if (source.take('<=')) return this.#look(true, false, flags, depth);
    if (source.take('<!')) return this.#look(true, true, flags, depth);
    if (source.take('P=')) {
      return { kind: 'back', index: this.#known(source.until(')')), caseless: flags.caseless };
    }
    if (source.take('<') || source.take('P<')) return this.#capturing(source.until('>'), flags, depth);
    if (source.take("'")) return this.#capturing(source.until("'"), flags, depth);
    return this.#flagged(flags, depth);
  }

  /** `(?i)` for what follows, `(?i:…)` for what it holds. */
  #flagged(flags: Flags, depth: number): Node | null {
    const inside = { ...flags };
    let on = true;
    for (;;) {
      const character = this.source.next();
      if (character === ')') {
        Object.assign(flags, inside);
        return null;
      }
      if (character === ':') return this.#closed(inside, depth);
      if (character === '-') on = false;
      else if (character === 'i') inside.caseless = on;
      else if (character === 's') inside.dotAll = on;
      else if (character === 'm') inside.lines = on;
      else if (character === 'x') inside.spaced = on;
      else throw new PatternError(`"(?${character}"`);
    }
  }

  #capturing(name: string | null, flags: Flags, depth: number): Node {
    const index = ++this.groups;
    if (name !== null) {
      if (!/^[A-Za-z_]\w{0,31}$/.test(name)) throw new PatternError(`a group called "${name}"`);
      if (this.names.some((other) => other.name === name)) throw new PatternError(`two groups called "${name}"`);
      this.names.push({ name, group: index });
    }
    return { kind: 'group', index, body: this.#closed(flags, depth) };
  }

  #look(behind: boolean, negative: boolean, flags: Flags, depth: number): Node {
    const body = this.#closed(flags, depth);
    const width = behind ? widthOf(body) : null;
    if (behind && width === null) throw new PatternError('a lookbehind of no fixed length');
    return { kind: 'look', behind: width, negative, body };
  }

  #closed(flags: Flags, depth: number): Node {
    const body = this.choice(flags, depth + 1);
    if (!this.source.take(')')) throw new PatternError('a "(" without its ")"');
    return body;
  }

  #repeated(atom: Node, flags: Flags): Node {
    if (flags.spaced) while (/[ \t\n\v\f\r]/.test(this.source.peek())) this.source.next();
    const times = this.#times();
    if (times === null) return atom;
    if (atom.kind === 'place' || atom.kind === 'look') throw new PatternError('a repeated assertion');
    const mode = this.source.take('?') ? 'lazy' : this.source.take('+') ? 'possessive' : 'greedy';
    return this.#repeated({ kind: 'repeat', body: atom, ...times, mode }, flags);
  }

  #times(): { readonly min: number; readonly max: number } | null {
    if (this.source.take('*')) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.source.take('+')) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.source.take('?')) return { min: 0, max: 1 };
    const counted = this.source.match(/\{(\d+)(?:(,)(\d*))?\}/y);
    if (counted === null) {
      // `{,n}` repeats since PCRE2 10.43 and stood for itself before.
      if (this.source.match(/\{\s*,\s*\d+\s*\}/y) !== null) throw new PatternError('"{,n}"');
      return null;
    }
    const min = Number(counted[1]);
    const max = counted[2] === undefined ? min : counted[3] ? Number(counted[3]) : Number.POSITIVE_INFINITY;
    if (min > max || min > REPEAT_LIMIT || (max !== Number.POSITIVE_INFINITY && max > REPEAT_LIMIT)) {
      throw new PatternError('numbers out of order or too big in a quantifier');
    }
    return { min, max };
  }
}

function literal(character: string, caseless: boolean): Node {
  const byte = character.charCodeAt(0);
  const other = caseless ? otherCase(byte) : byte;
  return other === byte ? { kind: 'literal', bytes: character } : { kind: 'byte', set: caseFolded(range(byte, byte)) };
}

/** Neighbouring literals become one: most of a pattern is compared as a string. */
function joined(parts: readonly Node[]): Node[] {
  const out: Node[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (part.kind === 'literal' && last?.kind === 'literal') {
      out[out.length - 1] = { kind: 'literal', bytes: last.bytes + part.bytes };
    } else out.push(part);
  }
  return out;
}
