import type { CheckAnswer, CheckFinding, Place, SeverityCounts } from '../../api.ts';

/** What was found, as the page goes through it. Pure. */

export type Severity = keyof SeverityCounts;

export interface Item extends Place {
  readonly severity: Severity;
  /** `nginx` for what nginx itself refuses. */
  readonly rule: string;
  readonly summary: string;
  /** Characters to mark; 0: none. */
  readonly length: number;
  /** null for what nginx refuses: its words are all there is. */
  readonly finding: CheckFinding | null;
}

/** What nginx refuses, then the findings, worst first as they come. */
export function itemsOf({ errors, findings }: Pick<CheckAnswer, 'errors' | 'findings'>): Item[] {
  return [
    ...errors.map(
      ({ says, ...place }): Item => ({
        ...place,
        severity: 'error',
        rule: 'nginx',
        summary: says,
        length: 0,
        finding: null,
      }),
    ),
    ...findings.map((finding): Item => ({ ...finding, finding })),
  ];
}

/** How a severity is told without its colour. */
export const SIGNS: Readonly<Record<Severity, string>> = { error: '✖', warning: '▲', note: '●' };

/** `nginx.conf:12`: of a long path the end, since that is what differs. */
export const placeText = ({ file, line }: Pick<Place, 'file' | 'line'>): string => `${shortName(file)}:${line}`;

/** Characters of a file's name that are shown. */
const LONGEST_NAME = 40;

export const shortName = (file: string): string =>
  file.length <= LONGEST_NAME ? file : `…${file.slice(1 - LONGEST_NAME)}`;

/** Whether a mend is lines to be typed, and not a sentence. */
export const isLines = (fix: string): boolean => /[;{}]\s*(?:#.*)?$/.test(fix);
