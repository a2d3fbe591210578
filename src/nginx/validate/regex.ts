/** Faults of a regular expression that no version of PCRE accepts. PCRE knows more than JavaScript does: what is not surely wrong is right. */

/** @returns in PCRE's words what is wrong, and in nginx's where, or null */
export function regexFault(pattern: string): string | null {
  const fault = findFault(pattern);
  if (fault === null) return null;
  const rest = pattern.slice(fault.at);
  return `${fault.says} in "${pattern}"${rest === '' ? '' : ` at "${rest}"`}`;
}

interface Fault {
  readonly says: string;
  /** Where PCRE noticed it. */
  readonly at: number;
}

/** What may not be repeated: the place before and after it, and nothing. */
const NOT_REPEATABLE = '|^$';

function findFault(pattern: string): Fault | null {
  // Free spacing lets comments in, \Q … \E and verbs switch the rules: nothing is said about these.
  if (/\(\?[a-z]*x|\\Q|\(\*/.test(pattern)) return null;
  let depth = 0;
  let repeatable = false;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? '';
    if (character === '\\') {
      if (at === pattern.length - 1) return { says: '\\ at end of pattern', at: pattern.length };
      at++;
      repeatable = true;
    } else if (character === '[') {
      const end = endOfClass(pattern, at + 1);
      if (end === null) return { says: 'missing terminating ] for character class', at: pattern.length };
      at = end;
      repeatable = true;
    } else if (character === '(') {
      if (pattern.startsWith('(?#', at)) return null;
      depth++;
      repeatable = false;
      at += pattern[at + 1] === '?' ? 1 : 0;
    } else if (character === ')') {
      if (--depth < 0) return { says: 'unmatched closing parenthesis', at };
      repeatable = true;
    } else if ('*+?'.includes(character)) {
      if (!repeatable) return { says: 'quantifier does not follow a repeatable item', at };
      // What follows may make it lazy or possessive.
      if ('+?'.includes(pattern[at + 1] ?? ' ')) at++;
      repeatable = false;
    } else repeatable = !NOT_REPEATABLE.includes(character);
  }
  return depth > 0 ? { says: 'missing closing parenthesis', at: pattern.length } : null;
}

/** @param from after the `[` @returns where its `]` stands */
function endOfClass(pattern: string, from: number): number | null {
  let at = pattern[from] === '^' ? from + 1 : from;
  if (pattern[at] === ']') at++;
  for (; at < pattern.length; at++) {
    if (pattern[at] === '\\') at++;
    else if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1);
    else if (pattern[at] === ']') return at;
  }
  return null;
}
