import { go } from './address.ts';

/** Links within the page change the address without loading it again; what the API serves, and downloads, are left alone. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download')) return;
    const to = new URL(link.href, location.href);
    if (to.origin !== location.origin || to.pathname.startsWith('/api/') || to.hash !== '') return;
    event.preventDefault();
    go(to.pathname + to.search);
  });
}
