import { useSignal, useSignalEffect } from '@preact/signals';
import type { ConnectionsPage } from '../../api.ts';
import { getJson } from '../http.ts';
import { Safe } from '../parts/Safe.tsx';
import { takeOut } from './Chips.tsx';
import { type Chip, chipsOf } from './chips.ts';
import { contextQuery, listQuery, without } from './filter.ts';
import { filter, summary } from './store.ts';

/** Says why the list is empty: nothing there yet, or which part of the filter hides what is there. */
export function NothingMatches() {
  const chips = chipsOf(filter.value, Date.now());
  if (chips.length > 0) return <Hidden />;
  const taps = summary.value?.taps ?? [];
  return (
    <p class="nothing">Nothing is recorded yet. {taps.length > 0 && 'The taps listen; their addresses are above.'}</p>
  );
}

/** Whether the filter asks for closed ones and there are none, whatever else it asks for. */
function nothingClosed(): boolean {
  const isNarrow = Object.keys(contextQuery(filter.value)).length > 0;
  return filter.value.open !== true && !isNarrow && summary.value?.closed === 0;
}

/** It asks the API: only it knows what would be there without one of them. */
function Hidden() {
  const helps = useSignal<readonly Chip[] | null>(null);
  useSignalEffect(() => {
    const chosen = filter.value;
    const control = new AbortController();
    const wouldShow = async (chip: Chip): Promise<boolean> => {
      const asked = { ...listQuery(without(chosen, chip.keys)), limit: 1 };
      const page = await getJson<ConnectionsPage>('/api/connections', asked, control.signal).catch(() => null);
      return page !== null && page.connections.length > 0;
    };
    const ask = async () => {
      const chips = chipsOf(chosen, Date.now());
      const answers = await Promise.all(chips.map(wouldShow));
      if (!control.signal.aborted) helps.value = chips.filter((_, index) => answers[index] === true);
    };
    helps.value = null;
    void ask();
    return () => control.abort();
  });
  const found = helps.value;
  if (nothingClosed()) return <p class="nothing">Nothing has closed yet. The first close appears here by itself.</p>;
  return (
    <div class="nothing" role="status">
      <p>
        Nothing matches.{' '}
        {found?.length === 0 && 'No single filter is to blame: there is nothing unless several of them are taken out.'}
        {found !== null && found.length > 0 && 'There is something to see without'}
      </p>
      {found !== null && found.length > 0 && (
        <ul class="chips">
          {found.map(({ keys, label, value }) => (
            <li key={label}>
              <button type="button" class="chip" onClick={() => takeOut(keys)}>
                {label}{' '}
                <strong class="cut">
                  <Safe text={value} max={100} />
                </strong>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
