import type { ConnectionDetail, FactView } from '../../api.ts';

/** The first closing act: what the times before and after the close are counted from. null while there is none. */
export const endingAct = ({ facts }: Pick<ConnectionDetail, 'facts'>): FactView | null =>
  facts.find((fact) => fact.ending) ?? null;

/** When it ended, in ms since the epoch; null while it is open. */
export function endedAt(detail: Pick<ConnectionDetail, 'facts' | 'closedAt'>): number | null {
  const act = endingAct(detail);
  if (act !== null) return act.at;
  return detail.closedAt === null ? null : Date.parse(detail.closedAt);
}
