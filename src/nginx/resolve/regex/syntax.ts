/** What a pattern is once it has been read: PCRE as nginx uses it, on bytes, without UTF. */

/** Which of the 256 bytes match. */
export type ByteSet = Uint8Array;

export type Node =
  | { readonly kind: 'byte'; readonly set: ByteSet }
  | { readonly kind: 'literal'; readonly bytes: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly of: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly body: Node;
      readonly min: number;
      readonly max: number;
      readonly mode: 'greedy' | 'lazy' | 'possessive';
    }
  | { readonly kind: 'group'; readonly index: number; readonly body: Node }
  | { readonly kind: 'atomic'; readonly body: Node }
  | { readonly kind: 'look'; readonly behind: number | null; readonly negative: boolean; readonly body: Node }
  | { readonly kind: 'back'; readonly index: number; readonly caseless: boolean }
  | { readonly kind: 'place'; readonly at: Place };

export type Place = 'start' | 'end' | 'before-last-newline' | 'line-start' | 'line-end' | 'word' | 'no-word';

export interface Pattern {
  readonly root: Node;
  /** Capturing groups, the whole match not counted. */
  readonly groups: number;
  readonly names: readonly { readonly name: string; readonly group: number }[];
}

/** A construct that this reader does not know, or that PCRE refuses. */
export class PatternError extends Error {}

export function bytesWhere(test: (byte: number) => boolean): ByteSet {
  const set = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) set[byte] = test(byte) ? 1 : 0;
  return set;
}

export const inverted = (set: ByteSet): ByteSet => bytesWhere((byte) => set[byte] === 0);

/** @param last inclusive */
export const range = (first: number, last: number): ByteSet => bytesWhere((byte) => byte >= first && byte <= last);

export const union = (...sets: readonly ByteSet[]): ByteSet =>
  bytesWhere((byte) => sets.some((set) => set[byte] === 1));

const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
const isLower = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
const CASE_BIT = 0x20;

/** The other case of an ASCII letter: PCRE's default tables are those of the C locale. */
export const otherCase = (byte: number): number => (isUpper(byte) || isLower(byte) ? byte ^ CASE_BIT : byte);

export const caseFolded = (set: ByteSet): ByteSet =>
  bytesWhere((byte) => set[byte] === 1 || set[otherCase(byte)] === 1);

const of = (bytes: string): ByteSet => bytesWhere((byte) => bytes.includes(String.fromCharCode(byte)));

const digit = range(0x30, 0x39);
const alpha = bytesWhere((byte) => isUpper(byte) || isLower(byte));
const word = union(digit, alpha, of('_'));
const space = of(' \t\n\v\f\r');

/** `\d`, `\w` … as in the C locale. */
export const CLASSES: Readonly<Record<string, ByteSet>> = {
  d: digit,
  D: inverted(digit),
  w: word,
  W: inverted(word),
  s: space,
  S: inverted(space),
  h: of(' \t\xa0'),
  H: inverted(of(' \t\xa0')),
  v: of('\n\v\f\r\x85'),
  V: inverted(of('\n\v\f\r\x85')),
  N: inverted(of('\n')),
};

/** `[:alpha:]` and its kin. */
export const POSIX: Readonly<Record<string, ByteSet>> = {
  alpha,
  digit,
  alnum: union(alpha, digit),
  upper: bytesWhere(isUpper),
  lower: bytesWhere(isLower),
  space,
  blank: of(' \t'),
  word,
  xdigit: union(digit, range(0x41, 0x46), range(0x61, 0x66)),
  cntrl: bytesWhere((byte) => byte < 0x20 || byte === 0x7f),
  print: range(0x20, 0x7e),
  graph: range(0x21, 0x7e),
  punct: bytesWhere((byte) => byte > 0x20 && byte < 0x7f && alpha[byte] === 0 && digit[byte] === 0),
  ascii: range(0, 0x7f),
};

export const ANY_BUT_NEWLINE = inverted(of('\n'));
export const ANY = bytesWhere(() => true);
export const WORD = word;
