import { batch, computed, effect, signal } from '@preact/signals';
import type { ConnectionsPage, Pictures, Summary } from '../../api.ts';
import { address, setQuery } from '../address.ts';
import { ApiFailure, getJson, urlOf } from '../http.ts';
import { contextQuery, type Filter, filterOf, listQuery, matches, pictureQuery } from './filter.ts';
import { type Listing, NO_ROWS, withPage } from './listing.ts';
import { type Item, isMassClose, itemsOf } from './mass-close.ts';
import type { Row } from './row.ts';

/** What the overview knows, and how it asks for it. It outlives the view: who comes back finds the list as it was. */

/** The first page is there soon; whoever goes on scrolling wants many. 500 is what the API gives at most. */
const FIRST_ROWS = 200;
const MORE_ROWS = 500;

/** The query of the overview as it was last seen; a connection's page has another address and leaves it alone. */
const query = signal('');
effect(() => {
  if (address.value.pathname === '/') query.value = address.value.search;
});

export const filter = computed(() => filterOf(new URLSearchParams(query.value)));
export const summary = signal<Summary | null>(null);
/** They follow what is chosen among the summary's figures, which the figures themselves do not. */
export const pictures = signal<Pictures | null>(null);
export const summaryFailure = signal<string | null>(null);
export const listing = signal<Listing>(NO_ROWS);
export const listFailure = signal<string | null>(null);
/** `first`: nothing of this filter is there yet. */
export const loading = signal<'first' | 'more' | null>('first');
/** How many lists were loaded: each begins at its top. */
export const loads = signal(0);
/** Keys of the mass closes whose members are shown. */
export const opened = signal<ReadonlySet<string>>(new Set());
/** hangup said that events were lost while the reader was further down: the list is reloaded when they say so. */
export const stale = signal(false);

/** Open connections change every second, closed ones seldom: what was made of them is kept. */
const closed = computed(() => listing.value.closed);
const closedItems = computed(() => itemsOf(closed.value, opened.value));

/** The lines of the list. */
export const items = computed<readonly Item[]>(() => [...listing.value.open, ...closedItems.value]);

/** The lines that stand below their mass close. */
export const members = computed<ReadonlySet<Item>>(() => {
  const shown =
    opened.value.size === 0 ? [] : closedItems.value.filter(isMassClose).filter(({ key }) => opened.value.has(key));
  return new Set(shown.flatMap((mass) => mass.members));
});

export const belongs = (row: Row): boolean => matches(filter.peek(), row, Date.now());

/** Changes the filter and with it the URL; each choice is a step that the back button takes back. */
export function narrow(changes: Partial<Filter>, how: 'push' | 'replace' = 'push'): void {
  const texts = Object.entries(changes).map(([key, value]) => [key, value === null ? null : String(value)]);
  setQuery(Object.fromEntries(texts), how);
}

let listControl = new AbortController();
let summaryControl = new AbortController();

/** Loads the first page anew. What is shown stays until the answer is there. */
export async function loadList(): Promise<void> {
  listControl.abort();
  listControl = new AbortController();
  const { signal: stop } = listControl;
  loading.value = 'first';
  try {
    const page = await getJson<ConnectionsPage>(
      '/api/connections',
      { ...listQuery(filter.peek()), limit: FIRST_ROWS },
      stop,
    );
    batch(() => {
      listing.value = withPage(NO_ROWS, page);
      loads.value++;
      listFailure.value = null;
      stale.value = false;
      loading.value = null;
    });
  } catch (error) {
    if (!stop.aborted) failed(error);
  }
}

/** The next page, if there is one and none is on its way. */
export async function loadMore(): Promise<void> {
  const { next } = listing.peek();
  if (next === null || loading.peek() !== null || listFailure.peek() !== null) return;
  loading.value = 'more';
  const { signal: stop } = listControl;
  try {
    const asked = { ...listQuery(filter.peek()), limit: MORE_ROWS, cursor: next };
    const page = await getJson<ConnectionsPage>('/api/connections', asked, stop);
    batch(() => {
      listing.value = withPage(listing.peek(), page);
      loading.value = null;
    });
  } catch (error) {
    if (!stop.aborted) failed(error);
  }
}

/** What is asked for the figures and for the pictures: the same, unless something was chosen among the figures. */
const summaryAddresses = computed(
  () => [urlOf('/api/summary', contextQuery(filter.value)), urlOf('/api/summary', pictureQuery(filter.value))] as const,
);

/** When this changes, the summary is to be loaded again. */
export const summaryAsked = computed(() => summaryAddresses.value.join(' '));

export async function loadSummary(): Promise<void> {
  summaryControl.abort();
  summaryControl = new AbortController();
  const { signal: stop } = summaryControl;
  try {
    const [whole, chosen] = summaryAddresses.peek();
    const answers = [
      getJson<Summary>(whole, {}, stop),
      ...(chosen === whole ? [] : [getJson<Summary>(chosen, {}, stop)]),
    ];
    const [answer = null, forPictures = answer] = await Promise.all(answers);
    batch(() => {
      summary.value = answer;
      pictures.value = forPictures?.pictures ?? null;
      summaryFailure.value = null;
    });
  } catch (error) {
    if (!stop.aborted) summaryFailure.value = sentence(error);
  }
}

function failed(error: unknown): void {
  batch(() => {
    listFailure.value = sentence(error);
    loading.value = null;
  });
}

function sentence(error: unknown): string {
  return error instanceof ApiFailure ? error.message : 'the answer of hangup could not be read';
}
