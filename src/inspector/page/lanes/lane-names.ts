import { otherSide, type Side } from '../../../evidence/fact.ts';
import type { Party } from '../../../verdict/verdict.ts';
import { harmless } from '../../../words/harmless.ts';
import type { ConnectionDetail } from '../../api.ts';
import type { LaneId } from './geometry.ts';

/** Who stands on the path, from the client to the server. */
export interface LaneName {
  readonly id: LaneId;
  readonly name: string;
  readonly party: Party;
  /** Nobody declared it: the verdict alone speaks of it. */
  readonly inferred: boolean;
}

/** The lane, or the leg between hangup and its neighbour, that the verdict points at. */
export type Culprit = { readonly lane: LaneId } | { readonly leg: Side };

export interface Cast {
  readonly lanes: readonly LaneName[];
  /** null: nobody, for it is open, or nobody is known. */
  readonly culprit: Culprit | null;
}

/** @param actFrom the leg of the first closing act */
export function castOf(detail: ConnectionDetail, actFrom: Side | null): Cast {
  const { behind, before, verdict } = detail;
  const hop = verdict?.hop ?? null;
  const side = verdict?.closedBy === 'proxy' ? proxySide(detail, actFrom ?? 'client') : null;
  const hops = { client: behind, server: before };
  const unnamed = side !== null && hops[side] === null ? side : null;
  const proxy = (id: 'behind' | 'before', on: Side): LaneName[] => {
    const name = hops[on] ?? (unnamed === on ? (hop ?? 'a proxy') : null);
    return name === null ? [] : [{ id, name: harmless(name), party: 'proxy', inferred: unnamed === on }];
  };
  const lanes: LaneName[] = [
    { id: 'client', name: 'client', party: 'client', inferred: false },
    ...proxy('behind', 'client'),
    { id: 'hangup', name: 'hangup', party: 'gateway', inferred: false },
    ...proxy('before', 'server'),
    { id: 'server', name: serverName(detail), party: 'server', inferred: false },
  ];
  return { lanes, culprit: culpritOf(detail, actFrom ?? 'client', side) };
}

function serverName({ facts, verdict }: ConnectionDetail): string {
  const isMattermost = verdict?.hop === 'mattermost' || facts.some(({ kind }) => kind === 'mattermost-hello');
  return isMattermost ? 'mattermost' : 'server';
}

/** On which side of hangup the proxy stands that the verdict names: the side of the act, if both bear that name. */
function proxySide({ behind, before, verdict }: ConnectionDetail, actFrom: Side): Side {
  const hops = { client: behind, server: before };
  const hop = verdict?.hop ?? null;
  if (hop === null || hops[actFrom] === hop) return actFrom;
  return hops[otherSide(actFrom)] === hop ? otherSide(actFrom) : actFrom;
}

function culpritOf({ verdict, behind, before }: ConnectionDetail, actFrom: Side, proxy: Side | null): Culprit | null {
  switch (verdict?.closedBy) {
    case 'client':
    case 'server':
      return { lane: verdict.closedBy };
    case 'gateway':
      return { lane: 'hangup' };
    case 'proxy':
      return { lane: proxy === 'server' ? 'before' : 'behind' };
    case 'network':
      // Docker and its like are a hop that somebody named, and the network all the same.
      if (verdict.hop !== null && verdict.hop === behind) return { lane: 'behind' };
      return verdict.hop !== null && verdict.hop === before ? { lane: 'before' } : { leg: actFrom };
    default:
      return null;
  }
}

/** Who is next to hangup on a leg. */
export const neighbourOn = (side: Side, lanes: readonly LaneName[]): LaneId => {
  const proxy = side === 'client' ? 'behind' : 'before';
  return lanes.some(({ id }) => id === proxy) ? proxy : side;
};
