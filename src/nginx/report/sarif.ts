import { resolve } from 'node:path';
import type { CheckResult } from '../check.ts';
import type { Span } from '../parse/tree.ts';
import type { Edit, Finding, Rule, Severity } from '../rules/rule.ts';
import { RULES } from '../rules/rules.ts';
import { type AssumedVersion, assumedText } from './assumed-version.ts';
import { helpPage } from './help-page.ts';
import type { JsonSaying } from './json.ts';
import { regionOf } from './region.ts';

/** SARIF 2.1.0, which code hosts and editors show beside the lines (docs.oasis-open.org/sarif/sarif/v2.1.0). */

export interface SarifOptions {
  /** hangup's own. */
  readonly toolVersion: string;
  readonly assumed: AssumedVersion;
  /** An absolute folder without a slash at its end: names under it become relative, as code hosts need them. */
  readonly base: string;
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
/** The folder that relative names start from; whoever reads the file knows it (SARIF §3.14.14). */
const BASE_ID = '%SRCROOT%';
/** What nginx itself refuses has no rule of ours. */
const REFUSED = 'nginx';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  note: 'note',
};

/** @param results one for each configuration @returns what is to be printed as JSON */
export const sarifReport = (results: readonly CheckResult[], options: SarifOptions): object => ({
  $schema: SCHEMA,
  version: '2.1.0',
  runs: results.map((result) => runOf(result, options)),
});

/** One configuration is one run. */
function runOf(result: CheckResult, { toolVersion, assumed, base }: SarifOptions): object {
  const rules = [REFUSED_RULE, ...RULES.map(ruleObject)];
  const index = new Map(rules.map(({ id }, at) => [id, at]));
  const refused = result.errors.map((error) => ({
    ruleId: REFUSED,
    ruleIndex: index.get(REFUSED) ?? -1,
    level: 'error',
    message: { text: error.says },
    locations: [placeOf(error, base)],
  }));
  const found = result.findings.map((finding) => ({
    ruleId: finding.rule.id,
    ruleIndex: index.get(finding.rule.id) ?? -1,
    level: LEVELS[finding.severity],
    message: { text: finding.summary },
    locations: [
      { physicalLocation: { artifactLocation: artifact(finding.at.source.name, base), region: region(finding.at) } },
    ],
    ...fixes(finding, base),
    properties: { why: finding.why, mend: finding.fix },
  }));
  const notes = [
    ...result.notes.map((note) => ({ level: 'note', message: { text: note.says }, locations: [placeOf(note, base)] })),
    ...[assumedText(assumed), ...result.unexamined].map((text) => ({ level: 'note', message: { text } })),
  ];
  return {
    tool: { driver: { name: 'hangup', version: toolVersion, rules } },
    // SourceFile counts a column for each character, not for each UTF-16 unit.
    columnKind: 'unicodeCodePoints',
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: notes }],
    artifacts: result.configuration.files.map(({ name, bytes }) => {
      return { location: artifact(name, base), length: bytes.length, roles: ['analysisTarget'] };
    }),
    results: [...refused, ...found],
  };
}

interface RuleObject {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string };
  readonly defaultConfiguration: { readonly level: 'error' | 'warning' | 'note' };
}

const REFUSED_RULE: RuleObject = {
  id: REFUSED,
  shortDescription: { text: 'nginx refuses this configuration' },
  fullDescription: { text: 'nginx would not start, or not reload, with this line.' },
  help: { text: 'nginx -t says the same.' },
  defaultConfiguration: { level: 'error' },
};

const ruleObject = (rule: Rule): RuleObject => ({
  id: rule.id,
  shortDescription: { text: rule.title },
  fullDescription: { text: rule.why },
  help: { text: `${rule.why} More: ${helpPage(rule)} of hangup.` },
  defaultConfiguration: { level: LEVELS[rule.severity] },
});

function fixes({ fix, edits = [] }: Finding, base: string): object {
  if (edits.length === 0) return {};
  const byFile = Map.groupBy(edits, ({ at }) => at.source.name);
  const artifactChanges = [...byFile].map(([name, changes]) => {
    return { artifactLocation: artifact(name, base), replacements: changes.map(replacement) };
  });
  return { fixes: [{ description: { text: fix }, artifactChanges }] };
}

const replacement = ({ at, text }: Edit): object => ({ deletedRegion: region(at), insertedContent: { text } });

/** In lines for whoever shows it, in bytes for whoever changes it. */
function region(span: Span): object {
  const { line, column, endLine, endColumn } = regionOf(span);
  const bytes = { byteOffset: span.start, byteLength: span.end - span.start };
  return { startLine: line, startColumn: column, endLine, endColumn, ...bytes };
}

const placeOf = ({ file, line, column }: JsonSaying, base: string): object => ({
  physicalLocation: { artifactLocation: artifact(file, base), region: { startLine: line, startColumn: column } },
});

/** A name that leads out of the base is told whole: code hosts take no `..`. */
function artifact(name: string, base: string): object {
  // nginx's dump of another machine: this one would not know `C:` as the beginning of a path.
  if (DRIVE.test(name)) return { uri: `file:///${name.slice(0, 2)}${encoded(name.slice(2))}` };
  const path = resolve(base, name);
  if (!isUnder(path, base)) return { uri: `file://${encoded(path)}` };
  return { uri: encoded(path.slice(base === '/' ? 1 : base.length + 1)), uriBaseId: BASE_ID };
}

const DRIVE = /^[A-Za-z]:\//;

const isUnder = (path: string, folder: string): boolean => path.startsWith(folder === '/' ? '/' : `${folder}/`);

const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
