import type { Act } from '../../../examples/demo/acts.ts';
import type { Verdict } from '../../verdict/verdict.ts';
import { harmless } from '../../words/harmless.ts';
import type { Paint, Tone } from '../report/paint.ts';
import { cut, padEnd, wrap } from '../report/width.ts';

/** What the demo prints. Pure. */

export interface Outcome {
  readonly act: Act;
  readonly verdict: Verdict;
  /** Named the right party and cause. */
  readonly found: boolean;
  /** Found it, or was honest about not knowing. A confident wrong verdict is the worst that hangup can do. */
  readonly right: boolean;
}

export function compared(act: Act, verdict: Verdict): Outcome {
  const found = verdict.closedBy === act.closedBy && verdict.cause === act.cause;
  return { act, verdict, found, right: found || verdict.certainty === 'possible' };
}

const DEED_COLUMNS = 46;
const SURE: Readonly<Record<string, Tone>> = { certain: 'good', likely: 'strong', possible: 'warn' };

/** @param page a link to hangup's page, or null */
export function heading(withNginx: boolean, page: string | null, paint: Paint): string[] {
  const path = withNginx
    ? 'clients, nginx, hangup and a Mattermost stand-in'
    : 'clients, hangup and a Mattermost stand-in';
  return [
    `Real sockets on this machine: ${path}.`,
    ...(page === null ? [] : [`Watch it in the browser: ${paint('strong', page)}`]),
    ...(withNginx
      ? []
      : [paint('warn', 'nginx is not installed, so its acts are left out (apt-get install nginx-light).')]),
    '',
    paint('strong', `  ${padEnd('WHAT WAS REALLY DONE', DEED_COLUMNS)}  WHO HUNG UP, HOW, WHY, HOW SURE`),
  ];
}

/** The outcomes of one act, those that read alike as one: the verdict beside the deed, and its sentence below. */
export function actLines(outcomes: readonly Outcome[], width: number, paint: Paint): string[] {
  const alike = Map.groupBy(
    outcomes,
    ({ verdict: { closedBy, cause, certainty } }) => `${closedBy} ${cause} ${certainty}`,
  );
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : outcomeLines(first, group.length, width, paint);
  });
}

function outcomeLines({ act, verdict, found, right }: Outcome, count: number, width: number, paint: Paint): string[] {
  const { hop, closedBy, cause, refusal, certainty, manner, closeCode } = verdict;
  const mark = found ? paint('good', '✓') : right ? paint('warn', '~') : paint('bad', '✗');
  const how = manner === 'close-frame' ? `Close ${closeCode ?? 'empty'}` : manner.toUpperCase();
  const why = refusal === null ? cause : `${cause}: ${refusal}`;
  const who = harmless(hop ?? closedBy);
  const sure = paint(SURE[certainty] ?? 'strong', certainty);
  const indent = ' '.repeat(DEED_COLUMNS + 4);
  return [
    `${mark} ${padEnd(cut(act.deed, DEED_COLUMNS), DEED_COLUMNS)}  ${paint('strong', who)} · ${manner === 'refused' ? '' : `${how} · `}${why} · ${sure}${count > 1 ? paint('faint', ` · ${count} connections`) : ''}`,
    ...wrap(harmless(verdict.summary), Math.max(40, width - indent.length)).map((line) =>
      paint('faint', `${indent}${line}`),
    ),
  ];
}
