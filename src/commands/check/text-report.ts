import type { CheckResult } from '../../nginx/check.ts';
import { type AssumedVersion, assumedText } from '../../nginx/report/assumed-version.ts';
import { helpPage } from '../../nginx/report/help-page.ts';
import type { JsonSaying } from '../../nginx/report/json.ts';
import { passesSockets } from '../../nginx/report/passes-sockets.ts';
import { type Finding, SEVERITIES, type Severity } from '../../nginx/rules/rule.ts';
import { harmless } from '../../words/harmless.ts';
import type { Paint, Tone } from '../report/paint.ts';
import { wrap } from '../report/width.ts';
import { snippet, wordAt } from './snippet.ts';

/** What `hangup check` says to people: what nginx would refuse, then the findings, worst first, then what is fine. */

export interface Page {
  /** Columns. */
  readonly width: number;
  readonly paint: Paint;
}

export const SEVERITY_TONE: Readonly<Record<Severity, Tone>> = { error: 'bad', warning: 'warn', note: 'faint' };

/** Findings of one rule that are shown with their lines; the places of the rest follow in one line. */
const SHOWN_OF_A_RULE = 4;
const INDENT = '  ';
const LABEL_COLUMNS = 6;

/** "Nothing found" alone would sound as if WebSockets had been looked at. */
const NO_SITE = 'No server was found that passes WebSockets on, so little could be checked.';

export function textReport(result: CheckResult, assumed: AssumedVersion, page: Page): string[] {
  const { findings, errors, configuration } = result;
  const shownMends = new Map<string, string>();
  const blocks = [
    ...errors.map((error) => refusedBlock(error, result, page)),
    ...groupsOf(findings).flatMap((group) => groupBlocks(group, shownMends, page)),
  ];
  const [main] = configuration.files;
  const included = configuration.files.length - 1;
  const more = included > 0 ? ` and ${counted(included, 'included file')}` : '';
  const where = main === undefined ? '' : ` in ${harmless(main.name)}${more}`;
  return [
    ...blocks.flatMap((block) => [...block, '']),
    ...(result.fine.length === 0 ? [] : paragraph('fine', result.fine.join(', '), 'good', page)),
    ...result.unexamined.flatMap((says) => paragraph('not looked at', says, 'faint', page)),
    ...noteLines(result.notes, page),
    ...(errors.length === 0 && !passesSockets(result) ? wrap(NO_SITE, page.width) : []),
    ...wrap(`${countsText(result)}${where}; ${assumedText(assumed)}.`, page.width),
  ];
}

export const noteLines = (notes: readonly JsonSaying[], page: Page): string[] =>
  notes.flatMap((note) => paragraph('note', `${placeOf(note)} ${note.says}`, 'faint', page));

/** `2 errors, 1 warning`, or that there is none. */
export function countsText({ findings, errors }: Pick<CheckResult, 'findings' | 'errors'>): string {
  const counts = SEVERITIES.map((severity) => {
    return { severity, count: findings.filter((finding) => finding.severity === severity).length };
  }).filter(({ count }) => count > 0);
  const parts = [
    ...(errors.length === 0 ? [] : [`${counted(errors.length, 'line')} that nginx would refuse`]),
    ...counts.map(({ severity, count }) => counted(count, severity)),
  ];
  return parts.length === 0 ? 'Nothing found' : parts.join(', ');
}

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

export const placeOf = ({ file, line, column }: Omit<JsonSaying, 'says'>): string =>
  `${harmless(file)}:${line}:${column}`;

function refusedBlock(error: JsonSaying, { configuration }: CheckResult, page: Page): string[] {
  const source = configuration.files.find(({ name }) => name === error.file);
  const head = `${page.paint('bad', 'error')} ${page.paint('strong', placeOf(error))} `;
  const lines =
    source === undefined ? [] : snippet(wordAt(source, error.line, error.column), page.width, page.paint, 'bad');
  return [...headed(head, `error ${placeOf(error)} `, `nginx refuses: ${error.says}`, page), ...lines];
}

/** Findings of one rule and severity, worst first, in the order in which each rule is first met. */
function groupsOf(findings: readonly Finding[]): Finding[][] {
  return [...Map.groupBy(findings, ({ rule, severity }) => `${severity} ${rule.id}`).values()];
}

function groupBlocks(group: readonly Finding[], shownMends: Map<string, string>, page: Page): string[][] {
  const shown = group.slice(0, SHOWN_OF_A_RULE);
  const rest = group.slice(SHOWN_OF_A_RULE);
  const blocks = shown.map((finding, index) => findingBlock(finding, shown[index - 1] ?? null, shownMends, page));
  const last = blocks.at(-1);
  const [first] = group;
  if (first === undefined || last === undefined) return [];
  const places = rest.map(({ at }) => placeOf(at.source.position(at.start))).join(', ');
  if (places !== '') last.push(...labelled('also', [places], 'faint', page));
  last.push(...labelled('help', [helpPage(first.rule)], 'faint', page));
  return blocks;
}

/** What the finding before it said already is not said again. @param shownMends which rule showed a mend, by place and mend */
function findingBlock(finding: Finding, before: Finding | null, shownMends: Map<string, string>, page: Page): string[] {
  const { rule, severity, at, summary, why, fix } = finding;
  const tone = SEVERITY_TONE[severity];
  const place = placeOf(at.source.position(at.start));
  const head = `${page.paint(tone, severity)} ${rule.id} ${page.paint('strong', place)} `;
  const mend = `${place} ${fix}`;
  const shownBy = shownMends.get(mend);
  shownMends.set(mend, shownBy ?? rule.id);
  return [
    ...headed(head, `${severity} ${rule.id} ${place} `, summary, page),
    ...snippet(at, page.width, page.paint, tone),
    ...(before?.why === why ? [] : labelled('why', [why], 'faint', page)),
    ...(before?.fix === fix
      ? []
      : labelled('mend', shownBy === undefined ? fix.split('\n') : [`As for ${shownBy} above.`], 'good', page)),
  ];
}

/** @param head painted @param plainHead the same without colours, for its width */
function headed(head: string, plainHead: string, text: string, { width }: Page): string[] {
  const [first = '', ...rest] = wrap(plainHead + harmless(text), width);
  const painted = first.startsWith(plainHead) ? head + first.slice(plainHead.length) : first;
  return [painted, ...rest.map((line) => INDENT + line)];
}

/** A label in a column of its own, the lines beside it under each other. */
function labelled(label: string, lines: readonly string[], tone: Tone, { width, paint }: Page): string[] {
  const indent = INDENT + ' '.repeat(LABEL_COLUMNS);
  const texts = lines.flatMap((line) =>
    isCode(line) ? [harmless(line)] : wrap(harmless(line), width - indent.length),
  );
  const head = INDENT + paint(tone, label.padEnd(LABEL_COLUMNS));
  return texts.map((text, index) => (index === 0 ? head : indent) + text);
}

/** A line of a configuration is there to be copied: it keeps its indentation and is not broken, as a sentence is. */
const isCode = (line: string): boolean => /^[\s#]|[;{}'](?:\s+#.*)?$/.test(line);

/** `fine: …` */
function paragraph(label: string, text: string, tone: Tone, { width, paint }: Page): string[] {
  const [first = '', ...rest] = wrap(`${label}: ${harmless(text)}`, width - INDENT.length);
  return [paint(tone, label) + first.slice(label.length), ...rest.map((line) => INDENT + line)];
}
