import { parseNumber } from '../directives/values.ts';
import type { Directive, Word } from '../parse/tree.ts';
import { checkRegex } from './locations.ts';
import type { Check, Place } from './place.ts';
import { holdsPlaceholder, type Report } from './report.ts';
import { checkText } from './slot.ts';
import { definesVariable } from './variables.ts';

/** `rewrite`, `return`, `set` and `if` (ngx_http_rewrite_module.c). */

const REDIRECT = /^(?:https?:\/\/|\$scheme)/;
const FLAGS: ReadonlySet<string> = new Set(['last', 'break', 'redirect', 'permanent']);
/** The highest code that `return` takes. */
const HIGHEST_CODE = 999;

export const checkRewrite: Check = ({ directive, memory, report }) => {
  const [pattern, replacement, flag] = directive.args;
  if (pattern === undefined || replacement === undefined || directive.args.some(holdsPlaceholder)) return;
  if (replacement.text === '') report.refuse(replacement, 'empty replacement');
  checkRegex(pattern, pattern.text, { memory, report });
  if (flag !== undefined && !FLAGS.has(flag.text)) report.refuse(flag, `invalid parameter "${flag.text}"`);
  useText(replacement, memory.uses.bind(memory), report);
};

export const checkReturn: Check = ({ directive, memory, report }) => {
  const [code, text] = directive.args;
  if (code === undefined || directive.args.some(holdsPlaceholder)) return;
  const status = parseNumber(code.text);
  const redirects = status === null && text === undefined && REDIRECT.test(code.text);
  if (!redirects && (status === null || status > HIGHEST_CODE)) {
    report.refuse(code, `invalid return code "${code.text}"`);
    return;
  }
  useText(redirects ? code : text, memory.uses.bind(memory), report);
};

export const checkSet: Check = (place) => {
  const { directive, memory, report } = place;
  const [name, value] = directive.args;
  if (name === undefined || holdsPlaceholder(name) || !definesVariable(name, place)) return;
  if (value !== undefined && !holdsPlaceholder(value)) useText(value, memory.uses.bind(memory), report);
};

function useText(word: Word | undefined, uses: (word: Word) => void, report: Report): void {
  if (word === undefined) return;
  checkText(word, report);
  uses(word);
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '!=', '~', '~*', '!~', '!~*']);
const FILE_TESTS = /^!?-[fdex]$/;

/** `if (…)`: the parentheses are words, or parts of the first and the last. */
export const checkIf: Check = ({ directive, memory, report }) => {
  if (directive.args.some(holdsPlaceholder)) return;
  const words = conditionWords(directive, report);
  const [first, second, third] = words ?? [];
  if (words === null || first === undefined) return;
  if (first.text.length > 1 && first.text.startsWith('$')) {
    if (words.length !== 1 && words.length !== 3) refuseCondition(first, report);
    else if (second !== undefined && third !== undefined) checkComparison(second, third, { memory, report });
    memory.uses({ ...first.word, text: first.text });
  } else if (!/^!?-.$/s.test(first.text) || words.length !== 2 || !FILE_TESTS.test(first.text)) {
    refuseCondition(first, report);
  } else if (second !== undefined) memory.uses({ ...second.word, text: second.text });
};

/** A word of a condition without the parenthesis that touches it. */
interface ConditionWord {
  readonly text: string;
  readonly word: Word;
}

function conditionWords({ args }: Directive, report: Report): ConditionWord[] | null {
  const [first] = args;
  const last = args.at(-1);
  if (first === undefined || last === undefined) return null;
  const bad = !first.text.startsWith('(') ? first : !last.text.endsWith(')') ? last : null;
  if (bad !== null) {
    // nginx has taken the first parenthesis off by then.
    const text = bad === first && bad.text.startsWith('(') ? bad.text.slice(1) : bad.text;
    report.refuse(bad, `invalid condition "${text}"`);
    return null;
  }
  const words = args.map((word, index) => {
    const open = index === 0 ? word.text.slice(1) : word.text;
    return { word, text: index === args.length - 1 ? open.slice(0, -1) : open };
  });
  if (args.length === 1 && first.text === '()') return [{ word: first, text: ')' }];
  // A parenthesis that is a word of its own is no part of the condition.
  if (first.text === '(') words.shift();
  if (last.text === ')') words.pop();
  return words;
}

function refuseCondition({ text, word }: ConditionWord, report: Report): void {
  report.refuse(word, `invalid condition "${text}"`);
}

function checkComparison(
  operator: ConditionWord,
  value: ConditionWord,
  { memory, report }: Pick<Place, 'memory' | 'report'>,
): void {
  if (!COMPARISONS.has(operator.text)) {
    report.refuse(operator.word, `unexpected "${operator.text}" in condition`);
  } else if (operator.text.includes('~')) checkRegex(value.word, value.text, { memory, report });
  else {
    checkText({ ...value.word, text: value.text }, report);
    memory.uses({ ...value.word, text: value.text });
  }
}
