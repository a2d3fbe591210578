import type { Rule } from '../rule.ts';

/** Nothing that the tap saw names anybody. */
export const unknown: Rule = {
  id: 'unknown',
  summary: 'no closing act was seen, or none that tells anything',
  causes: ['unknown'],
  lastResort: true,
  judge({ act, timeline }) {
    const ended = timeline.facts.some((fact) => fact.kind === 'ended');
    return {
      closedBy: 'unknown',
      hop: null,
      cause: 'unknown',
      certainty: 'possible',
      summary:
        act === null
          ? ended
            ? 'The connection is gone, but no closing act was recorded.'
            : 'The connection is still open: nobody has closed it.'
          : 'The connection ended in a way that names nobody.',
      evidence: [],
      ruledOut: [],
      remedy: null,
      witness: ended ? "the logs of both ends; hangup's own log for a journal that dropped records" : 'none: wait for the end',
      ...(act === null ? { manner: 'silence' as const } : {}),
    };
  },
};
