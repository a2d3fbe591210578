import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConnectionsPage, Summary } from '../../src/inspector/api.ts';
import { grouped } from '../../src/words/times.ts';
import { describeInChromium } from '../kit/chromium.ts';
import { type FullHouse, startFullHouse } from './full-house.ts';
import { idOf } from './made.ts';
import { figures, lines, sentence, untilDrawn, untilLive } from './overview-parts.ts';
import { meterOf } from './page-cost.ts';
import { TOKEN } from './stage.ts';

const CLOSED = 100_000;
const OPEN = 10_000;
/** Elements at any moment: pictures and all. */
const MOST_ELEMENTS = 3_000;
/** A row that is kept takes less than 1 kB; so many more may be there after scrolling. */
const MORE_BYTES = 30 * 1024 * 1024;
const MORE_NODES = 1_500;

describeInChromium(`the overview of ${grouped(OPEN)} open and ${grouped(CLOSED)} closed connections`, (browser) => {
  let house: FullHouse;
  beforeAll(async () => {
    house = await startFullHouse(CLOSED, OPEN, TOKEN);
  }, 150_000);
  afterAll(() => house?.close());

  const ask = async <T>(path: string): Promise<T> => {
    const body: T = JSON.parse(
      await (await fetch(`${house.url}${path}`, { headers: { Authorization: `Bearer ${TOKEN}` } })).text(),
    );
    return body;
  };
  const open = async (path = '/'): Promise<Page> => {
    const page = await browser.open();
    await page.goto(`${house.url}${path}${path.includes('?') ? '&' : '?'}token=${TOKEN}`);
    await untilLive(page);
    await lines(page).first().waitFor();
    return page;
  };
  const elements = (page: Page) => page.evaluate<number>('document.querySelectorAll("*").length');
  const keys = (page: Page) => lines(page).evaluateAll((all) => all.map((each) => each.getAttribute('data-key')));
  const scroller = (page: Page) => page.locator('.scroller');

  it('counts all and draws a screenful', async () => {
    const page = await open();
    const summary = await ask<Summary>('/api/summary');
    expect(summary).toMatchObject({ open: OPEN, closed: CLOSED });
    await expect.poll(() => figures(page)).toMatchObject({ 'open now': grouped(OPEN), closed: grouped(CLOSED) });
    expect(await sentence(page)).toBe(summary.says);
    await page.locator('.pic-svg').first().waitFor();
    expect(await lines(page).count()).toBeLessThan(60);
    expect(await elements(page)).toBeLessThan(MOST_ELEMENTS);
    const { connections } = await ask<ConnectionsPage>('/api/connections?limit=5');
    expect((await keys(page)).slice(0, 5)).toEqual(connections.map(({ connection }) => connection));
  });

  it('scrolls on and on, and holds no more of the document for it', async () => {
    const page = await open();
    await page.locator('.pic-svg').first().waitFor();
    const measure = await meterOf(page);
    const before = await measure();
    const counted = async (): Promise<number> => {
      const height = await page.locator('.scroller tbody').evaluate((body) => body.getBoundingClientRect().height);
      return Math.round(height / 44);
    };
    const wanted = OPEN / 2;
    for (let known = 0; known < wanted; ) {
      await scroller(page).evaluate((box) => {
        box.scrollTop = box.scrollHeight;
      });
      await expect.poll(counted).toBeGreaterThan(known);
      known = await counted();
      expect(await elements(page)).toBeLessThan(MOST_ELEMENTS);
    }
    await untilDrawn(page);
    // The nth of the list is the nth of all: open ones, newest first.
    const [first] = await lines(page).evaluateAll((all) =>
      all.map((each) => Number(each.getAttribute('aria-rowindex'))),
    );
    const place = (first ?? 0) - 2;
    expect(place).toBeGreaterThan(wanted - 700);
    expect((await keys(page))[0]).toBe(idOf(CLOSED + OPEN - place));
    const after = await measure();
    expect(after.nodes - before.nodes).toBeLessThan(MORE_NODES);
    expect(after.heapBytes - before.heapBytes).toBeLessThan(MORE_BYTES);
  });

  it('finds one among them', async () => {
    const page = await open();
    const one = (await ask<ConnectionsPage>('/api/connections?open=false&limit=500')).connections.at(-1);
    await page.getByRole('searchbox').fill(one?.connection ?? '');
    await expect.poll(() => keys(page)).toEqual([one?.connection]);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'closed by network' }).click();
    await expect
      .poll(async () => new Set(await lines(page).locator('.row-reason .cut').allInnerTexts()))
      .toEqual(new Set(['silent peer']));
  });
});
