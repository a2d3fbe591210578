import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { describeInChromium } from '../kit/chromium.ts';
import { type Stage, stageFor, TOKEN } from './stage.ts';

const UNAUTHORIZED = /status of 401/;

const cookieOf = async (stage: Stage, page: Page) =>
  (await page.context().cookies(stage.url)).find(({ name }) => name.startsWith('hangup-'));

describeInChromium('who may look', (browser) => {
  describe('the printed link', () => {
    const stage = stageFor({ token: null });

    it('signs in, and its token is gone from the address, the history and the page', async () => {
      const [link, token = ''] = await stage.gateway.program.untilSays(/http:\/\/\S+\/\?token=([\w-]+)/);
      expect(token).toHaveLength(43);
      const page = await browser.open();
      await page.goto(link);
      await page.getByRole('heading', { name: 'Connections' }).first().waitFor();
      expect(page.url()).toBe(`${stage.url}/`);
      expect(await page.content()).not.toContain(token);

      const cookie = await cookieOf(stage, page);
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
      expect(cookie?.value).not.toContain(token);
      expect(await page.evaluate('document.cookie')).toBe('');

      // The way back skips the link.
      await page.goBack();
      expect(page.url()).toBe('about:blank');
    });
  });

  describe('the page, to who is not signed in', () => {
    const stage = stageFor();

    it('asks for the token, takes no wrong one, and then shows the view that was asked for', async () => {
      const page = await browser.open({ allow: UNAUTHORIZED });
      await page.goto(`${stage.url}/?tap=inner`);
      const field = page.getByLabel('Token');
      await field.waitFor();
      expect(await field.evaluate('this === undefined || document.activeElement.id')).toBe('token');
      expect(await page.content()).not.toContain('<table');

      await field.fill('not the token');
      await page.getByRole('button', { name: 'sign in' }).click();
      await page.getByRole('alert').getByText('this is not the token of this hangup').waitFor();
      expect(await cookieOf(stage, page)).toBeUndefined();

      await field.fill(TOKEN);
      await page.keyboard.press('Enter');
      await page.getByRole('list', { name: 'filters' }).getByText('inner').waitFor();
      expect(page.url()).toBe(`${stage.url}/?tap=inner`);
      expect(await cookieOf(stage, page)).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
      await page.getByText('live', { exact: true }).waitFor();
    });

    it('takes the whole link in the place of the token', async () => {
      const page = await browser.open({ allow: UNAUTHORIZED });
      await page.goto(stage.url);
      await page.getByLabel('Token').fill(` ${stage.link()}\n`);
      await page.keyboard.press('Enter');
      await page.getByText('live', { exact: true }).waitFor();
    });
  });

  describe('a page that was signed in', () => {
    const stage = stageFor();

    it('asks for the token again when hangup came back with another one', async () => {
      const page = await stage.visit(browser, '/', {
        allow: /status of 401|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|ERR_EMPTY/,
      });
      await page.getByText('live', { exact: true }).waitFor();
      await stage.gateway.stop();
      await stage.startGateway('the-token-of-another-day-0123456789');
      await page.getByLabel('Token').waitFor();
      await page.getByLabel('Token').fill('the-token-of-another-day-0123456789');
      await page.getByRole('button', { name: 'sign in' }).click();
      await page.getByText('live', { exact: true }).waitFor();
    });
  });
});
