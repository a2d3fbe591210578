import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Cause, Certainty } from '../../../verdict/verdict.ts';
import { causeWords, isCause } from '../../../words/codes.ts';
import { grouped } from '../../../words/times.ts';
import { urlOf } from '../http.ts';
import { Menu } from '../parts/Menu.tsx';
import { onKey } from '../parts/shortcuts.ts';
import { contextQuery, isCertainty, listQuery } from './filter.ts';
import { filter, narrow, summary } from './store.ts';

/** How long after the last key the search begins, in ms. */
const DEBOUNCE_MS = 250;
/** What the API takes. */
const LONGEST_TEXT = 200;

export function Toolbar() {
  return (
    <div class="tools">
      <Search />
      <CauseChoice />
      <CertaintyChoice />
      <Menu label="export">
        <li>
          <a href={urlOf('/api/verdicts', listQuery(filter.value))} download="hangup-verdicts.ndjson">
            verdicts of this list <span class="muted">NDJSON, one a line</span>
          </a>
        </li>
        <li>
          <a href={urlOf('/api/summary', contextQuery(filter.value))} download="hangup-summary.json">
            the situation and its pictures <span class="muted">JSON</span>
          </a>
        </li>
      </Menu>
    </div>
  );
}

function Search() {
  const field = useRef<HTMLInputElement>(null);
  const typed = useSignal(filter.peek().text ?? '');
  const timer = useRef(0);
  const search = (text: string) => {
    const wanted = text.trim() || null;
    const known = filter.peek().text;
    // A word typed letter by letter is one step back, not many.
    if (wanted !== known) narrow({ text: wanted }, known === null ? 'push' : 'replace');
  };
  const type = (text: string) => {
    typed.value = text;
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => search(text), DEBOUNCE_MS);
  };
  const clear = () => {
    clearTimeout(timer.current);
    typed.value = '';
    search('');
  };
  // The back button, or a chip, changes the text from outside.
  useSignalEffect(() => {
    const text = filter.value.text ?? '';
    if (text !== typed.peek().trim()) typed.value = text;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => onKey('/', () => field.current?.select()), []);
  useEffect(() => onKey('Escape', () => typed.peek() !== '' && clear()), []);
  return (
    <input
      ref={field}
      type="search"
      class="search"
      aria-label="search in users, addresses, ids, causes, hops, agents and URLs"
      aria-keyshortcuts="/"
      placeholder="search: user, address, cause …"
      maxLength={LONGEST_TEXT}
      value={typed.value}
      onInput={({ currentTarget: { value } }) => type(value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') clear();
        else if (event.key === 'Enter') search(typed.peek());
        else return;
        event.preventDefault();
      }}
    />
  );
}

function CauseChoice() {
  const chosen = filter.value.cause;
  const counts = new Map<Cause, number>();
  for (const { cause, count } of summary.value?.groups ?? []) counts.set(cause, (counts.get(cause) ?? 0) + count);
  if (chosen !== null && !counts.has(chosen)) counts.set(chosen, 0);
  const choose = (value: string) => narrow({ cause: isCause(value) ? value : null, ...(value && { open: null }) });
  return (
    <select
      class="select"
      aria-label="cause"
      value={chosen ?? ''}
      onChange={({ currentTarget: { value } }) => choose(value)}
    >
      <option value="">any cause</option>
      {[...counts].map(([cause, count]) => (
        <option key={cause} value={cause}>
          {causeWords(cause)} ({cause}): {grouped(count)}
        </option>
      ))}
    </select>
  );
}

const CERTAINTIES: readonly Certainty[] = ['certain', 'likely', 'possible'];

function CertaintyChoice() {
  const chosen = filter.value.certainty;
  const counts = summary.value?.byCertainty;
  const choose = (value: string) =>
    narrow({ certainty: isCertainty(value) ? value : null, ...(value && { open: null }) });
  return (
    <select
      class="select"
      aria-label="how sure"
      value={chosen ?? ''}
      onChange={({ currentTarget: { value } }) => choose(value)}
    >
      <option value="">any certainty</option>
      {CERTAINTIES.map((certainty) => (
        <option key={certainty} value={certainty}>
          {certainty}
          {counts !== undefined && `: ${grouped(counts[certainty])}`}
        </option>
      ))}
    </select>
  );
}
