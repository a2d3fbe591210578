import type { Finding, Severity } from '../../nginx/rules/rule.ts';
import { harmless } from '../../words/harmless.ts';
import type { Tone } from '../report/paint.ts';
import { wrap } from '../report/width.ts';
import type { Mending } from './mended.ts';
import { counted, countsText, type Page, placeOf, SEVERITY_TONE } from './text-report.ts';

/** What the mends were, as a diff, and what they leave to a person. */

const DIFF_TONES: Readonly<Record<string, Tone>> = { '+': 'good', '-': 'bad', '@': 'faint' };

export function mendingLines(mending: Mending, { width, paint }: Page): string[] {
  const { mended, diff, says, failed } = mending;
  const { dropped, after } = mended;
  const remaining = [
    ...after.errors.flatMap((error) =>
      remainingLines('error', `error ${placeOf(error)} nginx refuses: ${harmless(error.says)}`, { width, paint }),
    ),
    ...after.findings.flatMap((finding) => {
      const { severity, rule, summary } = finding;
      const text = `${severity} ${rule.id} ${placeOf(positionOf(finding))} ${harmless(summary)}`;
      return remainingLines(severity, text, { width, paint });
    }),
  ];
  return [
    ...wrap(headOf(mending), width).map((line) => paint('strong', line)),
    ...diffLines(diff, { width, paint }),
    ...dropped.flatMap(({ finding, because }) =>
      wrap(`Not mended: ${finding.rule.id} at ${placeOf(positionOf(finding))}: ${harmless(because)}`, width),
    ),
    ...says.flatMap((sentence) => wrap(harmless(sentence), width)),
    ...(remaining.length === 0
      ? [failed ? 'Nothing would remain.' : 'Nothing remains.']
      : [
          `What ${failed ? 'would remain' : 'remains'}, by the lines of what is mended (${countsText(after)}):`,
          ...remaining,
        ]),
  ];
}

/** @param text begins with the severity, which is painted */
function remainingLines(severity: Severity, text: string, { width, paint }: Page): string[] {
  const [first = '', ...rest] = wrap(text, width);
  return [paint(SEVERITY_TONE[severity], severity) + first.slice(severity.length), ...rest.map((more) => `  ${more}`)];
}

function headOf({ mended: { made }, failed }: Mending): string {
  if (made.length === 0) return 'There is nothing that a machine may mend.';
  const rules = [...new Set(made.map(({ rule }) => rule.id))].toSorted();
  return `${failed ? 'Not mended, but could be' : 'Mended'}: ${counted(made.length, 'finding')} (${rules.join(', ')}).`;
}

const positionOf = ({ at }: Finding): ReturnType<Finding['at']['source']['position']> => at.source.position(at.start);

/** Line ends and tabs are as they are, so that a pipe's text is one that `patch` takes. */
function diffLines(diff: Uint8Array, { paint }: Page): string[] {
  const text = new TextDecoder().decode(diff);
  if (text === '') return [];
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const tone = DIFF_TONES[line.slice(0, 1)];
      const end = line.endsWith('\r') ? '\r' : '';
      const shown =
        line
          .slice(0, line.length - end.length)
          .split('\t')
          .map(harmless)
          .join('\t') + end;
      return tone === undefined ? shown : paint(tone, shown);
    });
}

/** The `mended` of `--json --fix`. */
export function mendingJson({ mended, diff, says, failed, refused }: Mending): object {
  return {
    made: mended.made.map(({ rule, at }) => ({ rule: rule.id, ...at.source.position(at.start) })),
    dropped: mended.dropped.map(({ finding, because }) => ({ rule: finding.rule.id, because })),
    remaining: mended.after.findings.map(({ rule, severity, at, summary }) => {
      return { rule: rule.id, severity, ...at.source.position(at.start), summary };
    }),
    errors: mended.after.errors.map(({ file, line, column, says: words }) => ({ file, line, column, says: words })),
    diff: new TextDecoder().decode(diff),
    says,
    failed,
    refused,
  };
}
