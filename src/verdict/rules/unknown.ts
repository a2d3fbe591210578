import type { Reading } from '../reading.ts';
import type { Finding, Rule } from '../rule.ts';

/** Nothing that the tap saw names anybody. */
export const unknown: Rule = {
  id: 'unknown',
  summary: 'no closing act was seen, or none that tells anything',
  causes: ['unknown'],
  lastResort: true,
  judge: (reading) => unknownFinding(reading),
};

export function unknownFinding({ act, timeline }: Reading): Finding {
  const ended = timeline.facts.some((fact) => fact.kind === 'ended');
  return {
    closedBy: 'unknown',
    hop: null,
    cause: 'unknown',
    certainty: 'possible',
    summary: summaryOf(act !== null, ended),
    evidence: [],
    ruledOut: [],
    remedy: null,
    witness:
      ended || act !== null
        ? "the logs of both ends; hangup's own log for a journal that dropped records"
        : 'none: wait for the end',
  };
}

function summaryOf(acted: boolean, ended: boolean): string {
  if (acted) return 'The connection ended in a way that names nobody.';
  return ended
    ? 'The connection is gone, but no closing act was recorded.'
    : 'The connection is still open: nobody has closed it.';
}
