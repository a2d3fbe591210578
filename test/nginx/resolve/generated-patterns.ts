import type { Dice } from './dice.ts';

/** Random regular expressions over a few letters, and texts that some of them match. */

const LITERALS = [
  'a',
  'b',
  'ab',
  'c',
  '/',
  '\\.',
  '\\d',
  '\\w',
  '\\W',
  '.',
  '[ab]',
  '[^a]',
  '[a-c/]',
  '\\x61',
  '[[:alpha:]]',
  '[^\\w]',
  '[]a]',
  '\\s',
] as const;
const QUANTIFIERS = ['*', '+', '?', '*?', '+?', '??', '{2}', '{1,2}', '{0,2}?', '++', '*+', '{2,}'] as const;
const PLACES = ['^', '$', '\\b', '\\B', '(?=b)', '(?!a)', '(?<=a)', '(?<!b)', '\\A', '\\z'] as const;

/** Its groups are closed and its references point back, so that PCRE takes it. */
export function generatedPattern(dice: Dice): string {
  let groups = 0;
  const pattern = choice(3);
  return dice.chance(0.2) ? `(?i)${pattern}` : pattern;

  function choice(depth: number): string {
    return Array.from({ length: dice.chance(0.3) ? 2 : 1 }, () => sequence(depth)).join('|');
  }

  function sequence(depth: number): string {
    return Array.from({ length: 1 + dice.below(3) }, () => item(depth)).join('');
  }

  function item(depth: number): string {
    if (dice.chance(0.12)) return dice.pick(PLACES);
    if (groups > 0 && dice.chance(0.08)) return `\\${1 + dice.below(groups)}`;
    const atom = depth > 0 && dice.chance(0.4) ? group(depth) : dice.pick(LITERALS);
    const single = atom.length === 1 || /^[\\[(]/.test(atom);
    return single && dice.chance(0.4) ? atom + dice.pick(QUANTIFIERS) : atom;
  }

  function group(depth: number): string {
    const open = dice.pick(['(', '(', '(', '(?:', '(?>', '(?i:']);
    const inside = choice(depth - 1);
    // Counted when it is closed: what refers to it stands behind it.
    if (open === '(' && groups < 9) groups++;
    return `${open}${inside})`;
  }
}

export const generatedText = (dice: Dice): string =>
  dice
    .picks(['a', 'b', 'ab', 'c', 'A', 'B', '/', '.', '1', ' ', 'aa', ']', 'é'], 1 + dice.below(8))
    .join('')
    .trim();
