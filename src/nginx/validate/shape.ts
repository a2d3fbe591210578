import { nearest } from '../../words/near.ts';
import {
  type ArgCounts,
  type Context,
  type DirectiveInfo,
  directiveInfo,
  directiveNames,
} from '../directives/table.ts';
import type { Directive } from '../parse/tree.ts';
import { isTemplate, type Report } from './report.ts';

/** Whether nginx knows a directive, there, in that form: what ngx_conf_handler asks, in its order. */

/** nginx keeps eight words of a directive that takes a fixed number (NGX_CONF_MAX_ARGS). */
const MOST_ARGS = 7;
/** Looking for the name that was meant compares with every name there is. */
const MOST_HINTS = 25;

/**
 * @returns what is known of the directive where it stands; null where it is refused, or where a module that is not
 * nginx's own reads it: then nothing more can be said
 */
export function checkShape(directive: Directive, context: Context, report: Report): DirectiveInfo | null {
  const known = directiveInfo(directive.name);
  const info = known.find((each) => isOwn(each, report) && standsIn(each, context));
  const says = info === undefined ? null : formFault(directive, info);
  if (info !== undefined && says === null) return info;
  // A module of somebody else's may give the name another place or another form.
  if (known.some(({ from, module }) => from !== 'nginx' && report.hasModule(module))) return null;
  if (says !== null) report.refuse(directive.nameWord, says);
  else if (known.some((each) => isOwn(each, report))) {
    report.refuse(directive.nameWord, `"${directive.name}" directive is not allowed here`);
  } else refuseUnknown(directive, known, report);
  return null;
}

const isOwn = (info: DirectiveInfo, report: Report): boolean => info.from === 'nginx' && isThere(info, report);

const standsIn = ({ contexts }: DirectiveInfo, context: Context): boolean =>
  contexts.length === 0 || contexts.includes(context);

function isThere({ since, until }: DirectiveInfo, report: Report): boolean {
  if (since !== null && !report.mayHave(since)) return false;
  return until === null || report.options.version === null || !report.mayHave(until);
}

function formFault(directive: Directive, info: DirectiveInfo): string | null {
  const { name, args, block } = directive;
  if (!info.block && block !== null) return `directive "${name}" is not terminated by ";"`;
  if (info.block && block === null) return `directive "${name}" has no opening "{"`;
  if (takes(info.args, args.length) || isTemplate(directive)) return null;
  return `invalid number of arguments in "${name}" directive`;
}

const takes = ({ atLeast, counts }: ArgCounts, count: number): boolean =>
  atLeast === null ? count <= MOST_ARGS && counts.includes(count) : count >= atLeast;

function refuseUnknown({ name, nameWord }: Directive, known: readonly DirectiveInfo[], report: Report): void {
  if (placeholderName(name)) return;
  report.refuse(nameWord, `unknown directive "${name}"${hint(name, known, report)}`);
}

/** A template may put whole directives in. */
const placeholderName = (name: string): boolean => /^\$\{?[A-Z_]/.test(name);

/** Editors of Windows put it at a file's start; nginx takes it for a part of the first word. */
const BYTE_ORDER_MARK = '\u{feff}';

function hint(name: string, known: readonly DirectiveInfo[], report: Report): string {
  if (name.startsWith(BYTE_ORDER_MARK)) return ' (a byte order mark stands before it: save the file without one)';
  const [first] = known;
  if (first?.since != null && first.from === 'nginx') return ` (nginx knows it since ${first.since})`;
  if (first?.until != null) return ` (nginx no longer knows it since ${first.until})`;
  if (first !== undefined) return ` (it needs ${first.module})`;
  if (report.errors.length >= MOST_HINTS) return '';
  const meant = nearest(name, directiveNames());
  return meant === null ? '' : ` (did you mean "${meant}"?)`;
}
