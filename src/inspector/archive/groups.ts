import type { CloseGroup } from '../api.ts';
import type { Ended } from './ended.ts';

/** Connections that ended alike, whatever their tap and keepalive; the most frequent first. */
export function groupsOf(ended: readonly Ended[], witnessOf: (newest: number) => string | null): CloseGroup[] {
  const alike = Map.groupBy(ended, ({ closedBy, hop, cause, certainty, refusal }) =>
    JSON.stringify([closedBy, hop, cause, certainty, refusal]),
  );
  return [...alike.values()].flatMap((same) => groupOf(same, witnessOf)).sort((a, b) => b.count - a.count);
}

function groupOf(same: readonly Ended[], witnessOf: (newest: number) => string | null): CloseGroup[] {
  const [first] = same;
  if (first === undefined) return [];
  const { closedBy, hop, cause, certainty, refusal } = first;
  const newest = Math.max(...same.map((ended) => ended.newest));
  const witness = certainty === 'certain' ? null : witnessOf(newest);
  return [
    {
      ...{ closedBy, hop, cause, certainty },
      count: same.reduce((sum, { closedAt }) => sum + closedAt.length, 0),
      idleMs: extremes(same),
      ...(refusal === null ? {} : { refusal }),
      ...(witness === null ? {} : { witness }),
    },
  ];
}

function extremes(same: readonly Ended[]): CloseGroup['idleMs'] {
  let shortest = Number.POSITIVE_INFINITY;
  let longest = Number.NEGATIVE_INFINITY;
  for (const { idleMs } of same) {
    for (const ms of idleMs) {
      if (ms === null) continue;
      if (ms < shortest) shortest = ms;
      if (ms > longest) longest = ms;
    }
  }
  return shortest <= longest ? [shortest, longest] : null;
}
