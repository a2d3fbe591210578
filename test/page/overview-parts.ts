/** What the overview shows, as a test looks for it. */

import type { Locator, Page } from 'playwright-core';

/** The lines of connections that are in the document. */
export const lines = (page: Page): Locator => page.locator('tr[data-key]');

/** The line of a connection. */
export const lineOf = (page: Page, id: string): Locator => page.locator(`tr[data-key="${id}"]`);

/** Resolves when the list has so many lines, those that are not in the document counted in. */
export async function untilListed(page: Page, count: number): Promise<void> {
  await page.locator(`table[role="treegrid"][aria-busy="false"][aria-rowcount="${count + 1}"]`).waitFor();
}

/** The parts of the filter, each as `label value`. */
export async function chips(page: Page): Promise<string[]> {
  const texts = await page.getByRole('list', { name: 'filters' }).locator('.chip:not(.all)').allInnerTexts();
  return texts.map((text) => text.replaceAll(/\s+/g, ' ').replace('take out: ', '').replace(' ×', '').trim());
}

/** The sentence on the situation. */
export const sentence = (page: Page): Promise<string> => page.locator('.sentence strong').innerText();

/** One of them, which filters. */
export const tile = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('group', { name: 'show only' }).getByRole('button', { name });

/** The figures on top by their labels, as they are shown. */
export async function figures(page: Page): Promise<Readonly<Record<string, string>>> {
  const tiles = page.getByRole('group', { name: 'show only' });
  const labels = await tiles.locator('.label').allTextContents();
  const counts = await tiles.locator('.figure').allTextContents();
  return Object.fromEntries(labels.map((label, i) => [label.replace('closed by ', ''), counts[i] ?? '']));
}

/** Resolves when the page hears hangup. */
export const untilLive = (page: Page): Promise<void> => page.getByText('live', { exact: true }).waitFor();

/** Resolves when what has just been scrolled or pressed is on the screen. */
export const untilDrawn = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
