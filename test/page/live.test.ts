import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { describeInChromium } from '../kit/chromium.ts';
import { figures, lineOf, lines, sentence, untilLive } from './overview-parts.ts';
import { stageFor } from './stage.ts';

/** The summary is not asked for at each event (src/inspector/page/overview/news.ts). */
const SUMMARY = { timeout: 10_000 };

describeInChromium('what happens while somebody looks', (browser) => {
  describe('at an overview on which nothing is', () => {
    const stage = stageFor();

    it('appears: first it says how to begin, then the first connection is there by itself', async () => {
      const page = await stage.visit(browser);
      await untilLive(page);
      await page.getByText('No connection has been recorded yet.').waitFor();
      const address = `http://127.0.0.1:${stage.tapPort}`;
      await page.locator('.begin').getByText(address, { exact: true }).waitFor();
      expect(await lines(page).count()).toBe(0);

      const { client } = await stage.open();
      await lines(page).first().waitFor();
      await expect.poll(() => sentence(page), SUMMARY).toContain('1 connection is open');
      expect(await page.locator('.begin').count()).toBe(0);
      await expect.poll(() => figures(page)).toMatchObject({ 'open now': '1', closed: '0' });
      client.close(1000);
      await once(client, 'close');
      await expect.poll(() => sentence(page), SUMMARY).toContain('closed by its client');
      await expect.poll(() => figures(page), SUMMARY).toMatchObject({ 'open now': '0', closed: '1', client: '1' });
    });
  });

  describe('at an open connection', () => {
    const stage = stageFor();

    it('changes its numbers and frames in place, and its end turns it into the verdict and is told to ears', async () => {
      const pair = await stage.open();
      const { connection } = await stage.find(pair);
      const page = await stage.visit(browser, `/connections/${connection}`);
      const heading = page.getByRole('heading', { level: 1 });
      await heading.filter({ hasText: 'Nobody: it is open for' }).waitFor();
      expect(await page.title()).toMatch(/^open for /);
      const told = page.locator('.connection > [aria-live="polite"]');
      expect(await told.innerText()).toBe('');

      for (let i = 1; i <= 3; i++) pair.server.send(`{"event":"typing","seq":${i}}`);
      const grid = page.getByRole('grid', { name: 'Frames' });
      await expect.poll(() => grid.locator('tr.frame .meaning').allInnerTexts()).toEqual(Array(3).fill('typing'));
      const measured = page.locator('.measures table tr', { hasText: 'frames' });
      await expect.poll(() => measured.locator('td').allInnerTexts()).toEqual(['0', '3']);

      // A mark on what is there shows whether it is changed or replaced.
      await heading.evaluate('(this.mark = document.querySelector(".frame-grid")) && undefined');
      pair.client.close(1001, 'the tab was closed');
      await page.getByRole('heading', { level: 1, name: /client/ }).waitFor();
      const { verdict } = await stage.connection(connection);
      expect(verdict).toMatchObject({ closedBy: 'client', cause: 'client-going-away', certainty: 'certain' });
      await expect.poll(() => told.innerText()).toBe(`This connection has just ended. ${verdict?.summary}`);
      expect(await page.evaluate('mark.isConnected')).toBe(true);
      await page.locator('.badges').getByText('“the tab was closed”').waitFor();
      await grid.locator('tr.end').getByText('closed by the client: Close 1001').waitFor();
      expect(await page.title()).toMatch(/^client: client-going-away/);
    });

    it('and on the way back its line is as it is by then, and where it was', async () => {
      const [first, second] = [await stage.open(), await stage.open()];
      const { connection } = await stage.find(second);
      const page = await stage.visit(browser);
      await lineOf(page, connection).click();
      await page.getByRole('heading', { level: 1, name: 'Nobody' }).waitFor();
      second.client.close(1000, 'enough');
      await page.getByRole('heading', { level: 1, name: /client/ }).waitFor();
      await page.getByRole('link', { name: 'Connections' }).click();
      await lineOf(page, connection).getByText('certain').waitFor();
      expect(await lineOf(page, connection).getAttribute('data-state')).toBe('closed');
      first.client.close();
      await stage.untilJudged(first);
    });
  });
});
