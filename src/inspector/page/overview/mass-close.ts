import type { Cause, Certainty } from '../../../verdict/verdict.ts';
import type { Row, RowVerdict } from './row.ts';

/** Connections of one tap that the same hop ended at once: one line, which opens. */
export interface MassClose {
  /** The same as long as its oldest connection is. */
  readonly key: string;
  /** Last closed first. */
  readonly members: readonly Row[];
  readonly tap: string;
  readonly verdict: Pick<RowVerdict, 'closedBy' | 'hop'>;
  /** null: not all for the same. */
  readonly cause: Cause | null;
  readonly certainty: Certainty | null;
  /** From the first of these closes to the last, in ms. */
  readonly spreadMs: number;
  /** null when none was measured. */
  readonly idleMs: readonly [shortest: number, longest: number] | null;
}

export type Item = Row | MassClose;

export const isMassClose = (item: Item): item is MassClose => 'members' in item;

export const keyOf = (item: Item): string => (isMassClose(item) ? item.key : item.id);

/** What the verdict's own grouper takes for at once, in ms (DESIGN.md, "together"). */
const AT_ONCE_MS = 250;
/** Fewer is chance. */
const LEAST = 3;

/**
 * The lines of closed connections: themselves, and mass closes with their members below where they are open.
 * @param rows last closed first
 * @param opened keys of the mass closes whose members are shown
 */
export function itemsOf(rows: readonly Row[], opened: ReadonlySet<string>): Item[] {
  const items: Item[] = [];
  let from = 0;
  for (let row = rows[0]; row !== undefined; row = rows[from]) {
    const end = endOfMoment(rows, from, row.closedAt ?? 0);
    if (end - from < LEAST) {
      items.push(row);
      from++;
    } else {
      addMoment(items, rows.slice(from, end), opened);
      from = end;
    }
  }
  return items;
}

function endOfMoment(rows: readonly Row[], from: number, last: number): number {
  let end = from + 1;
  while (end < rows.length && last - (rows[end]?.closedAt ?? 0) <= AT_ONCE_MS) end++;
  return end;
}

function addMoment(items: Item[], rows: readonly Row[], opened: ReadonlySet<string>): void {
  const groups = Map.groupBy(rows, groupOf);
  const masses = new Map<Row, MassClose | null>();
  for (const members of groups.values()) {
    const [newest] = members;
    if (members.length < LEAST || newest === undefined || newest.verdict === null) continue;
    for (const member of members) masses.set(member, null);
    masses.set(newest, massClose(members, newest.verdict));
  }
  for (const row of rows) {
    const mass = masses.get(row);
    if (mass === undefined) items.push(row);
    if (mass == null) continue;
    items.push(mass);
    if (opened.has(mass.key)) for (const member of mass.members) items.push(member);
  }
}

/** One's own: what nobody is known to have done stands alone. */
const groupOf = ({ id, tap, verdict }: Row): string =>
  verdict === null || verdict.closedBy === 'unknown' ? id : `${verdict.closedBy} ${verdict.hop} ${tap}`;

function massClose(members: readonly Row[], { closedBy, hop }: RowVerdict): MassClose {
  const [newest] = members;
  const oldest = members.at(-1);
  const idle = members.map(({ idleMs }) => idleMs).filter((ms) => ms !== null);
  return {
    key: `at once ${oldest?.id}`,
    members,
    tap: newest?.tap ?? '',
    verdict: { closedBy, hop },
    cause: shared(members.map(({ verdict }) => verdict?.cause ?? null)),
    certainty: shared(members.map(({ verdict }) => verdict?.certainty ?? null)),
    spreadMs: (newest?.closedAt ?? 0) - (oldest?.closedAt ?? 0),
    // Not by spreading: a mass close can have more members than a call has room for arguments.
    idleMs: idle.length === 0 ? null : [idle.reduce((a, b) => Math.min(a, b)), idle.reduce((a, b) => Math.max(a, b))],
  };
}

function shared<T>(values: readonly T[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}
