/** The pictures of the overview, as a test looks for them. */

import type { Locator, Page } from 'playwright-core';

/** A picture with its sentence and its table. */
export const picture = (page: Page, title: string): Locator =>
  page.locator('section', { has: page.getByRole('heading', { name: title, exact: true }) });

/** A bar of the picture of silences. @param name the beginning of what it says of itself */
export const bar = (page: Page, name: string): Locator =>
  picture(page, 'Silence before the close').getByRole('button', { name });

/** Presses the mouse at one place of the drawing and lets it go at another. @param from, to parts of its width */
export async function drag(page: Page, title: string, from: number, to: number): Promise<void> {
  const drawing = picture(page, title).locator('.pic-svg');
  await drawing.scrollIntoViewIfNeeded();
  const box = await drawing.boundingBox();
  if (box === null) throw new Error(`${title} is not drawn`);
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * ((from + to) / 2), y, { steps: 4 });
  await page.mouse.move(box.x + box.width * to, y, { steps: 4 });
  await page.mouse.up();
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The tables that a picture is told by, once they are opened. */
export async function tablesOf(page: Page, title: string): Promise<Table[]> {
  const card = picture(page, title);
  await card.locator('summary').click();
  await card.locator('table').first().waitFor();
  const tables = await card.locator('table').all();
  return await Promise.all(tables.map(tableOf));
}

async function tableOf(table: Locator): Promise<Table> {
  const rows = await table.locator('tbody tr').all();
  return {
    head: await table.locator('thead th').allInnerTexts(),
    rows: await Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts())),
  };
}
