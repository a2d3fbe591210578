import { useComputed } from '@preact/signals';
import type { Party } from '../../../verdict/verdict.ts';
import { grouped } from '../../../words/times.ts';
import type { Filter } from './filter.ts';
import { openNow } from './news.ts';
import { filter, narrow, summary } from './store.ts';

interface Tile {
  readonly label: string;
  readonly count: number | null;
  readonly pressed: boolean;
  /** What a press makes of the filter, and what the next one makes of it. */
  readonly on: Partial<Filter>;
  readonly off: Partial<Filter>;
  readonly party?: Party;
}

const PARTIES: readonly Party[] = ['client', 'proxy', 'server', 'network', 'gateway'];

/** How many are open, and who closed the others. Each figure filters the list; pressed again it lets go. */
export function Counts() {
  const tiles = useComputed(tilesNow).value;
  return (
    <section aria-labelledby="counts">
      <h2 id="counts" class="hidden">
        Counts
      </h2>
      <fieldset class="counts">
        <legend class="hidden">show only</legend>
        {tiles.map((tile) => (
          <button
            key={tile.label}
            type="button"
            class="tile"
            aria-pressed={tile.pressed}
            data-party={tile.party}
            data-zero={tile.count === 0}
            onClick={() => narrow(tile.pressed ? tile.off : tile.on)}
          >
            <span class="label">
              {tile.party !== undefined && <span class="hidden">closed by </span>}
              {tile.label}
            </span>
            <span class="figure">{tile.count === null ? '–' : grouped(tile.count)}</span>
          </button>
        ))}
      </fieldset>
    </section>
  );
}

function tilesNow(): Tile[] {
  const known = summary.value;
  const chosen = filter.value;
  // The feed counts all taps, and at once; the summary counts those of the chosen one.
  const open = chosen.tap === null && chosen.text === null ? (openNow.value ?? known?.open) : known?.open;
  const state = (label: string, value: boolean, count: number | undefined): Tile => ({
    label,
    count: count ?? null,
    pressed: chosen.open === value,
    on: value ? { open: value, ...NO_VERDICT } : { open: value },
    off: { open: null },
  });
  const party = (closedBy: Party): Tile => ({
    label: closedBy === 'unknown' ? 'not known' : closedBy,
    count: known?.byParty[closedBy] ?? null,
    pressed: chosen.closedBy === closedBy,
    on: { closedBy, cause: null, open: null },
    off: { closedBy: null },
    party: closedBy,
  });
  const unknown = known?.byParty.unknown ?? 0;
  return [
    state('open now', true, open),
    state('closed', false, known?.closed),
    ...PARTIES.map((each) => party(each)),
    ...(unknown > 0 || chosen.closedBy === 'unknown' ? [party('unknown')] : []),
    {
      label: 'unsure',
      count: known?.byCertainty.possible ?? null,
      pressed: chosen.certainty === 'possible',
      on: { certainty: 'possible', open: null },
      off: { certainty: null },
    },
  ];
}

/** What an open connection cannot match. */
const NO_VERDICT: Partial<Filter> = {
  closedBy: null,
  cause: null,
  certainty: null,
  hop: null,
  idleFromMs: null,
  idleToMs: null,
};
