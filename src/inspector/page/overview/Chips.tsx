import { useComputed } from '@preact/signals';
import { Safe } from '../parts/Safe.tsx';
import { chipsOf } from './chips.ts';
import { type FilterKey, NO_FILTER } from './filter.ts';
import { filter, narrow } from './store.ts';

/** Each part of the filter; a press takes it out. */
export function Chips() {
  const chips = useComputed(() => chipsOf(filter.value, Date.now())).value;
  if (chips.length === 0) return null;
  return (
    <ul class="chips" aria-label="filters">
      {chips.map(({ keys, label, value }) => (
        <li key={label}>
          <button type="button" class="chip" onClick={() => takeOut(keys)}>
            <span class="hidden">take out: </span>
            {label}{' '}
            <strong class="cut">
              <Safe text={value} max={100} />
            </strong>
            <span aria-hidden="true"> ×</span>
          </button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <button type="button" class="chip all" onClick={() => narrow(NO_FILTER)}>
            take out all
          </button>
        </li>
      )}
    </ul>
  );
}

export function takeOut(keys: readonly FilterKey[]): void {
  narrow(Object.fromEntries(keys.map((key) => [key, null])));
}
