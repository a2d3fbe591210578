import type { Directive } from '../parse/tree.ts';
import { asBytes } from './bytes.ts';
import { type CaptureUse, evaluate, matchInto, variable } from './evaluate.ts';
import { regexOf } from './regex/regex.ts';
import type { RequestState } from './state.ts';

/** Whether an `if` holds (ngx_http_rewrite_if_condition); `unknown` with what it would take to know. */
export type Holds = { readonly kind: 'yes' | 'no' } | { readonly kind: 'unknown'; readonly because: string };

const YES: Holds = { kind: 'yes' };
const NO: Holds = { kind: 'no' };

/** Files are supposed not to be there: no configuration shows a disk. */
const FILE_TEST = /^(!?)-[fdex]$/;

export function holds(directive: Directive, state: RequestState, use: CaptureUse): Holds {
  const words = inParentheses(directive);
  const [first = '', operator, ...rest] = words ?? [];
  if (words === null || words.length === 0) return unknown('its condition cannot be read');
  const test = FILE_TEST.exec(first);
  if (test !== null) return test[1] === '!' ? YES : NO;
  const name = /^\$\{?(\w+)\}?$/.exec(first)?.[1];
  if (name === undefined) return unknown('its condition cannot be read');
  const value = variable(name, state);
  if (value === null) return unknown(`what ${first} is cannot be told`);
  if (operator === undefined) return value !== '' && value !== '0' ? YES : NO;
  const right = rest.at(-1);
  if (right === undefined) return unknown('its condition cannot be read');
  return compare(operator, value, right, state, use);
}

function compare(operator: string, value: string, right: string, state: RequestState, use: CaptureUse): Holds {
  if (operator === '=' || operator === '!=') {
    const other = evaluate(right, state, use);
    if (other === null) return unknown(`what ${right} is cannot be told`);
    return (value === other) === (operator === '=') ? YES : NO;
  }
  const pattern = /^(!?)~(\*?)$/.exec(operator);
  if (pattern === null) return unknown('its condition cannot be read');
  const regex = regexOf(right, pattern[2] === '*');
  if ('refused' in regex) return unknown(`its pattern cannot be followed here (${regex.refused})`);
  const matches = matchInto(regex, value, state);
  if (matches === null) return unknown('its pattern takes too long to match');
  // Other than a location's, a condition's pattern that does not match leaves no captures behind.
  if (!matches) state.captures = [];
  return matches !== (pattern[1] === '!') ? YES : NO;
}

/** The words between `(` and `)`, which may stand alone or cling to their neighbours. */
function inParentheses({ args }: Directive): readonly string[] | null {
  const words = args.map(({ text }) => asBytes(text));
  const last = words.length - 1;
  if (!words[0]?.startsWith('(') || !words[last]?.endsWith(')')) return null;
  words[0] = words[0].slice(1);
  words[last] = (words[last] ?? '').slice(0, -1);
  return words.filter((word, index) => word !== '' || (index !== 0 && index !== last));
}

const unknown = (because: string): Holds => ({ kind: 'unknown', because });
