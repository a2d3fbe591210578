import type { CheckResult } from '../../nginx/check.ts';
import type { Position, Span } from '../../nginx/parse/tree.ts';
import type { Finding } from '../../nginx/rules/rule.ts';
import { versionText } from '../../nginx/version.ts';
import type { ReadGiven } from './read-given.ts';
import { sentence } from './sentence.ts';
import type { CheckAnswer, CheckedMend, CheckedPath, CheckFinding, Place, SeverityCounts } from './shapes.ts';

/** Errors and findings that are listed, each; a configuration with more is generated, and has the same fault everywhere. */
const MOST_LISTED = 1000;

/** What `check` has found, as plain data. */
export function answerOf(
  result: CheckResult,
  read: ReadGiven,
  host: string | null,
  path: CheckedPath | null,
  mend: CheckedMend | null,
): CheckAnswer {
  const { configuration, view, errors, findings, fine, unexamined } = result;
  const counts = countsOf(result);
  const listed = { errors: errors.slice(0, MOST_LISTED), findings: findings.slice(0, MOST_LISTED) };
  return {
    says: sentence(result, counts, host, read.missing.length),
    counts,
    version: view.version === null ? null : versionText(view.version),
    files: configuration.files.map((source) => ({
      name: source.name,
      given: read.givenAs(source.name),
      text: source.text(),
    })),
    unread: read.unread,
    missing: read.missing,
    errors: listed.errors.map(({ says, ...at }) => ({ ...placeOf(at), says })),
    findings: listed.findings.map(findingOf),
    left: errors.length + findings.length - listed.errors.length - listed.findings.length,
    fine,
    unexamined,
    notes: result.notes.map(({ says, ...at }) => ({ ...placeOf(at), says })),
    path,
    mend,
  };
}

export function countsOf({ errors, findings }: Pick<CheckResult, 'errors' | 'findings'>): SeverityCounts {
  const counts = { error: errors.length, warning: 0, note: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

function findingOf({ rule, severity, at, summary, why, fix, edits }: Finding): CheckFinding {
  const mendable = edits !== undefined && edits.length > 0;
  return { rule: rule.id, severity, ...spanPlace(at), summary, why, fix, mendable };
}

function spanPlace({ source, start, end }: Span): Place & { readonly length: number } {
  const lineEnd = source.lineSpan(source.position(start).line).end;
  const marked = source.text(start, Math.min(end, lineEnd)).trimEnd();
  return { ...source.position(start), length: Array.from(marked).length };
}

/** The three, whatever else the object holds. */
export const placeOf = ({ file, line, column }: Position): Place => ({ file, line, column });
