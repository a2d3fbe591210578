import type { ComponentChildren } from 'preact';
import { harmless } from '../../../words/harmless.ts';
import { grouped } from '../../../words/times.ts';
import { type Counts, partiesOf, partyName } from './parties.ts';

export type OnTap = (tap: string) => void;

interface EntryProps {
  readonly party?: string;
  /** Which dash, and which colour where there is no party; none: a bar. */
  readonly style?: number;
  readonly children: ComponentChildren;
}

/** How something is drawn, and what it is. */
export function Entry({ party, style, children }: EntryProps) {
  return (
    <li data-party={party} data-style={style}>
      <svg width={style === undefined ? 10 : 30} height={10} aria-hidden="true">
        {style === undefined ? (
          <rect class="pic-bar" width={10} height={10} rx={2} />
        ) : (
          <path class="pic-line" d="M1 5H29" />
        )}
      </svg>
      <span>{children}</span>
    </li>
  );
}

/** Which colour is whose, with the sums. */
export function PartyLegend({ of }: { of: readonly { readonly counts: Counts }[] }) {
  return (
    <ul class="pic-legend">
      {partiesOf(of).map((party) => (
        <Entry key={party} party={party}>
          {partyName(party)} <b>{grouped(of.reduce((sum, { counts }) => sum + (counts[party] ?? 0), 0))}</b>
        </Entry>
      ))}
    </ul>
  );
}

/** Chooses a tap, where there are several to choose from. */
export function OnlyTap({ tap, taps, onTap }: { tap: string; taps: number; onTap: OnTap | undefined }) {
  if (onTap === undefined || taps < 2) return null;
  return (
    <>
      {' '}
      <button type="button" class="pic-link" onClick={() => onTap(tap)}>
        only {harmless(tap)}
      </button>
    </>
  );
}
