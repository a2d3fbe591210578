import type { Reader } from './reader.ts';
import {
  type ByteSet,
  CLASSES,
  caseFolded,
  inverted,
  PatternError,
  type Place,
  POSIX,
  range,
  union,
} from './syntax.ts';

/** Escapes and classes: all that stands for one byte. */

export type Escape =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'set'; readonly set: ByteSet }
  | { readonly kind: 'place'; readonly at: Place }
  | { readonly kind: 'back'; readonly group: number | string };

const CONTROLS: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

const PLACES: Readonly<Record<string, Place>> = {
  A: 'start',
  z: 'end',
  Z: 'before-last-newline',
  b: 'word',
  B: 'no-word',
};

/** After a `\`. @throws PatternError for an escape that is not known */
export function readEscape(source: Reader): Escape {
  const place = PLACES[source.peek()];
  if (place !== undefined) {
    source.next();
    return { kind: 'place', at: place };
  }
  const group = source.match(/[1-9](?!\d)|g\{?([1-9])\}?(?!\d)|k<(\w+)>|k\{(\w+)\}|k'(\w+)'/y);
  if (group !== null) {
    const [whole, number, ...named] = group;
    const name = named.find((text) => text !== undefined);
    return { kind: 'back', group: name ?? Number(number ?? whole) };
  }
  return readSimpleEscape(source);
}

/** What an escape may be in a class, too. */
function readSimpleEscape(source: Reader): Extract<Escape, { kind: 'byte' | 'set' }> {
  const hex = source.match(/x([0-9A-Fa-f]{1,2})|x\{([0-9A-Fa-f]{1,2})\}/y);
  if (hex !== null) return { kind: 'byte', byte: Number.parseInt(hex[1] ?? hex[2] ?? '', 16) };
  const octal = source.match(/0[0-7]{0,2}/y);
  if (octal !== null) return { kind: 'byte', byte: Number.parseInt(octal[0], 8) & 0xff };
  const character = source.next();
  const set = CLASSES[character];
  if (set !== undefined) return { kind: 'set', set };
  const control = CONTROLS[character];
  if (control !== undefined) return { kind: 'byte', byte: control };
  if (/[A-Za-z0-9]/.test(character)) throw new PatternError(`"\\${character}"`);
  return { kind: 'byte', byte: character.charCodeAt(0) };
}

/** After a `[`. */
export function readClass(source: Reader, caseless: boolean): ByteSet {
  const negative = source.take('^');
  const sets: ByteSet[] = [];
  // A `]` that stands first is meant literally.
  for (let first = true; first || !source.at(']'); first = false) {
    const from = readClassItem(source, caseless);
    if (from.kind === 'set') {
      sets.push(from.set);
      continue;
    }
    const to = source.match(/-(?!\])/y) === null ? from : readClassItem(source, caseless);
    if (to.kind === 'set') sets.push(range(from.byte, from.byte), range(0x2d, 0x2d), to.set);
    else if (to.byte < from.byte) throw new PatternError('a range out of order in a class');
    else sets.push(range(from.byte, to.byte));
  }
  source.next();
  const listed = union(...sets);
  const set = caseless ? caseFolded(listed) : listed;
  return negative ? inverted(set) : set;
}

function readClassItem(source: Reader, caseless: boolean): Extract<Escape, { kind: 'byte' | 'set' }> {
  const posix = source.match(/\[:(\^?)([a-z]+):\]/y);
  if (posix !== null) {
    const name = posix[2] ?? '';
    // Without case, `[:upper:]` is any letter, and `[:^upper:]` none.
    const set = POSIX[caseless && (name === 'upper' || name === 'lower') ? 'alpha' : name];
    if (set === undefined) throw new PatternError(`"${posix[0]}"`);
    return { kind: 'set', set: posix[1] === '' ? set : inverted(set) };
  }
  if (source.at('[.') || source.at('[=')) throw new PatternError('a collating element');
  if (!source.take('\\')) return { kind: 'byte', byte: source.next().charCodeAt(0) };
  if (source.take('b')) return { kind: 'byte', byte: 8 };
  if (/[1-9QE]/.test(source.peek())) throw new PatternError(`"\\${source.peek()}" in a class`);
  return readSimpleEscape(source);
}
