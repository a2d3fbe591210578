import type { Choice, DirectiveInfo } from '../directives/table.ts';
import { parseNumber, parseOffset, parseSeconds, parseSize, parseTime } from '../directives/values.ts';
import type { Directive, Word } from '../parse/tree.ts';
import { holdsPlaceholder, type Report } from './report.ts';
import { scriptFault } from './script.ts';

/** Whether nginx can read the arguments, as far as their kind says it (the ngx_conf_set_…_slot functions). */

type Check = (directive: Directive, report: Report) => void;

/** @param info what the table says of the directive */
export function checkSlot(directive: Directive, info: DirectiveInfo, report: Report): void {
  if (directive.args.some(holdsPlaceholder)) return;
  if (typeof info.value === 'object') checkChoice(directive, info.value, info, report);
  else CHECKS[info.value]?.(directive, report);
}

const single =
  (parse: (text: string) => number | null, says: string): Check =>
  (directive, report) => {
    const [word] = directive.args;
    if (word === undefined || parse(word.text) !== null || mayBeVariable(directive, report)) return;
    report.refuse(word, `"${directive.name}" directive ${says}`);
  };

/** `proxy_limit_rate` and its kin take variables since 1.27.0 (nginx's CHANGES). */
function mayBeVariable({ name, args }: Directive, report: Report): boolean {
  return name.endsWith('_limit_rate') && report.mayHave('1.27.0') && args.some(({ text }) => text.includes('$'));
}

const CHECKS: Readonly<Partial<Record<Exclude<DirectiveInfo['value'], Choice>, Check>>> = {
  flag: checkFlag,
  number: (directive, report) => {
    single(parseNumber, 'invalid number')(directive, report);
    checkBounds(directive, report);
  },
  size: single(parseSize, 'invalid value'),
  offset: single(parseOffset, 'invalid value'),
  ms: single(parseTime, 'invalid value'),
  seconds: single(parseSeconds, 'invalid value'),
  buffers: checkBuffers,
  access: checkAccess,
  path: checkPath,
  text: checkTexts,
  texts: checkTexts,
};

function checkFlag({ name, args: [word] }: Directive, report: Report): void {
  if (word === undefined || /^(?:on|off)$/i.test(word.text)) return;
  report.refuse(word, `invalid value "${word.text}" in "${name}" directive, it must be "on" or "off"`);
}

/** ngx_conf_check_num_bounds, where a module asks for it; null for no upper bound. */
const BOUNDS: ReadonlyMap<string, readonly [least: number, most: number | null]> = new Map([
  ['gzip_comp_level', [1, 9]],
  ['limit_req_status', [400, 599]],
  ['limit_conn_status', [400, 599]],
]);

function checkBounds({ name, args: [word] }: Directive, report: Report): void {
  const bounds = BOUNDS.get(name);
  const value = word === undefined ? null : parseNumber(word.text);
  if (bounds === undefined || word === undefined || value === null) return;
  const [least, most] = bounds;
  if (value >= least && (most === null || value <= most)) return;
  const says = most === null ? `equal to or greater than ${least}` : `between ${least} and ${most}`;
  report.refuse(word, `value must be ${says}`);
}

function checkBuffers({ name, args }: Directive, report: Report): void {
  const [count, size] = args;
  for (const [word, parse] of [
    [count, parseNumber],
    [size, parseSize],
  ] as const) {
    if (word === undefined || (parse(word.text) ?? 0) > 0) continue;
    report.refuse(word, `"${name}" directive invalid value`);
    return;
  }
}

function checkAccess({ args }: Directive, report: Report): void {
  const bad = args.find(({ text }) => !/^(?:user|group|all):(?:rw|r)$/.test(text));
  if (bad !== undefined) report.refuse(bad, `invalid value "${bad.text}"`);
}

/** Up to three levels of folders below the path. */
function checkPath({ name, args }: Directive, report: Report): void {
  const bad = args.slice(1).find(({ text }) => (parseNumber(text) ?? 0) === 0);
  if (bad !== undefined) report.refuse(bad, `"${name}" directive invalid value`);
}

function checkTexts({ args }: Directive, report: Report): void {
  for (const word of args) checkText(word, report);
}

/** Whether the variables in a text can be read; whether they exist is asked when all are known. */
export function checkText(word: Word, report: Report): void {
  const says = scriptFault(word.text);
  if (says !== null) report.refuse(word, says);
}

function checkChoice({ args }: Directive, { words }: Choice, info: DirectiveInfo, report: Report): void {
  const bad = args.find(({ text }) => !isOneOf(text.toLowerCase(), words, info, report));
  if (bad !== undefined) report.refuse(bad, `invalid value "${bad.text}"`);
}

function isOneOf(text: string, words: readonly string[], { newerWords }: DirectiveInfo, report: Report): boolean {
  const known = words.find((word) => word.toLowerCase() === text);
  if (known === undefined) return false;
  const since = newerWords[known];
  return since === undefined || report.mayHave(since);
}
