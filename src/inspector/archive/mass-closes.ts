import type { Pictures } from '../api.ts';
import type { Ended } from './ended.ts';

type MassClose = Pictures['closes']['mass'][number];

/** Ends of one tap within this time are one incident, in ms (DESIGN.md, "together"). */
const GROUP_MS = 250;
/** The largest, if there are more. */
const MOST = 100;
/** Kinds of ends that are told apart: with their times they must fit into 2^53. */
const MOST_KINDS = 4096;

/** What one neighbour ended at once, in order of time. */
export function massCloses(ended: readonly Ended[]): MassClose[] {
  const taps = Map.groupBy(ended, ({ tap }) => tap);
  const all = [...taps.values()].flatMap(ofOneTap);
  const largest = all.toSorted((a, b) => b.count - a.count).slice(0, MOST);
  return largest.sort((a, b) => a.at - b.at);
}

function ofOneTap(ended: readonly Ended[]): MassClose[] {
  const kinds = ended.filter(({ togetherAt }) => togetherAt.length > 0).slice(0, MOST_KINDS);
  // A time and the kind of end at that time in one number: a reload of a large installation is a hundred thousand of them.
  const ends = new Float64Array(kinds.reduce((sum, { togetherAt }) => sum + togetherAt.length, 0));
  let filled = 0;
  for (const [kind, { togetherAt }] of kinds.entries()) {
    for (const at of togetherAt) ends[filled++] = at * MOST_KINDS + kind;
  }
  ends.sort();
  const masses: MassClose[] = [];
  for (let begin = 0; begin < ends.length; ) {
    let end = begin + 1;
    while (end < ends.length && timeOf(ends[end]) - timeOf(ends[end - 1]) <= GROUP_MS) end++;
    const mass = massOf(ends.subarray(begin, end), kinds);
    if (mass !== null) masses.push(mass);
    begin = end;
  }
  return masses;
}

const timeOf = (end = 0): number => Math.floor(end / MOST_KINDS);

/** Named after the commonest kind of its ends. */
function massOf(ends: Float64Array, kinds: readonly Ended[]): MassClose | null {
  if (ends.length < 2) return null;
  const counts = new Map<number, number>();
  for (const end of ends) counts.set(end % MOST_KINDS, (counts.get(end % MOST_KINDS) ?? 0) + 1);
  const [[commonest] = [0]] = [...counts].sort(([, a], [, b]) => b - a);
  const kind = kinds[commonest];
  if (kind === undefined) return null;
  const { closedBy, hop, cause } = kind;
  return { at: timeOf(ends[0]), count: ends.length, closedBy, hop, cause };
}
