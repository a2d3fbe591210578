import type { Party } from '../../../verdict/verdict.ts';
import { grouped } from '../../../words/times.ts';

/** How parties are stacked, from the axis up, and listed. */
export const PARTY_ORDER: readonly Party[] = ['proxy', 'client', 'server', 'network', 'gateway', 'unknown'];

export type Counts = Readonly<Partial<Record<Party, number>>>;

export const totalOf = (counts: Counts): number => PARTY_ORDER.reduce((sum, party) => sum + (counts[party] ?? 0), 0);

/** Those in which something closed. */
export const fullOnes = <T extends { readonly counts: Counts }>(all: readonly T[]): T[] =>
  all.filter(({ counts }) => totalOf(counts) > 0);

/** The parties that closed anything in one of these, in their order. */
export const partiesOf = (all: readonly { readonly counts: Counts }[]): Party[] =>
  PARTY_ORDER.filter((party) => all.some(({ counts }) => (counts[party] ?? 0) > 0));

/** What a legend and a table call them. */
export const partyName = (party: Party): string =>
  party === 'gateway' ? 'hangup' : party === 'unknown' ? 'nobody known' : party;

/** `38 by proxy, 3 by client`, `all by proxy`. */
export function byParty(counts: Counts): string {
  const total = totalOf(counts);
  const parts = partiesOf([{ counts }]).map((party) => {
    const count = counts[party] ?? 0;
    return `${count === total && total > 1 ? 'all' : grouped(count)} by ${partyName(party)}`;
  });
  return parts.join(', ');
}
