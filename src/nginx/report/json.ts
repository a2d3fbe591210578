import type { CheckResult } from '../check.ts';
import type { Finding } from '../rules/rule.ts';
import { versionText } from '../version.ts';
import type { AssumedVersion } from './assumed-version.ts';
import { helpPage } from './help-page.ts';
import { regionOf } from './region.ts';

/** `check --json` (DESIGN.md, Contracts): fields may be added, never renamed. */
export interface JsonReport {
  readonly findings: readonly JsonFinding[];
  readonly errors: readonly JsonSaying[];
  readonly notes: readonly JsonSaying[];
  readonly fine: readonly string[];
  readonly unexamined: readonly string[];
  readonly version: string | null;
  readonly versionFrom: string;
  /** In the order in which nginx opens them. */
  readonly files: readonly string[];
}

export interface JsonFinding {
  readonly rule: string;
  readonly severity: Finding['severity'];
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  /** One past the last character. */
  readonly endColumn: number;
  readonly summary: string;
  readonly why: string;
  readonly fix: string;
  /** Whether `--fix` makes this mend. */
  readonly mendable: boolean;
  readonly help: string;
}

export interface JsonSaying {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly says: string;
}

export function jsonReport(result: CheckResult, assumed: AssumedVersion): JsonReport {
  return {
    findings: result.findings.map(jsonFinding),
    errors: result.errors.map(saying),
    notes: result.notes.map(saying),
    fine: result.fine,
    unexamined: result.unexamined,
    ...jsonVersion(assumed),
    files: result.configuration.files.map(({ name }) => name),
  };
}

export const jsonVersion = ({ version, from }: AssumedVersion): Pick<JsonReport, 'version' | 'versionFrom'> => ({
  version: version === null ? null : versionText(version),
  versionFrom: from,
});

/** Several configurations, each checked for itself, in one report of the same shape. */
export function joinedJson(first: JsonReport, others: readonly JsonReport[]): JsonReport {
  const all = [first, ...others];
  return {
    ...first,
    findings: all.flatMap(({ findings }) => findings),
    errors: all.flatMap(({ errors }) => errors),
    notes: all.flatMap(({ notes }) => notes),
    fine: [...new Set(all.flatMap(({ fine }) => fine))],
    unexamined: all.flatMap(({ unexamined }) => unexamined),
    files: [...new Set(all.flatMap(({ files }) => files))],
  };
}

function jsonFinding({ rule, severity, at, summary, why, fix, edits = [] }: Finding): JsonFinding {
  const file = at.source.name;
  const mendable = edits.length > 0;
  return { rule: rule.id, severity, file, ...regionOf(at), summary, why, fix, mendable, help: helpPage(rule) };
}

const saying = ({ file, line, column, says }: JsonSaying): JsonSaying => ({ file, line, column, says });
