import { signal } from '@preact/signals';

/**
 * Where the page is: everything that a shared link must bring back stands in the URL.
 *
 *   /                      overview; its query is the filter
 *   /connections/ID        one connection; `?frame=INDEX` or `?at=MS` is the place in its frames
 *   /check                 a configuration of nginx is checked; what it is stands nowhere but in the memory of the tab
 */
export const address = signal(new URL(location.href));

window.addEventListener('popstate', () => {
  address.value = new URL(location.href);
});

/** @param to a path with its query, as in `href` */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  address.value = new URL(location.href);
}

/** Changes parts of the query; null takes a part out. */
export function setQuery(changes: Readonly<Record<string, string | null>>, how: 'push' | 'replace' = 'replace'): void {
  const url = new URL(address.value);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(key);
    else url.searchParams.set(key, value);
  }
  go(url.pathname + url.search, how);
}
