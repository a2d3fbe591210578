import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInChromium } from '../kit/chromium.ts';
import { figures, lineOf, lines, untilLive } from './overview-parts.ts';
import { stageFor } from './stage.ts';

/** What a browser writes of a server that is gone. */
const GONE = { allow: /ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE)/ };
/** The page asks again after 2 s, and again; the machine is busy. */
const BACK = { timeout: 15_000 };

describeInChromium('a page whose hangup ends and comes back', (browser) => {
  const stage = stageFor();
  const states = (page: Page) =>
    lines(page).evaluateAll((all) =>
      all.map((each) => [each.getAttribute('data-key'), each.getAttribute('data-state')].join(' ')),
    );
  const statesOfApi = async () => {
    const { connections } = await stage.connections();
    return connections.map(({ connection, state }) => `${connection} ${state}`);
  };

  it('keeps the list and says from when it is; then it is live again and misses nothing', async () => {
    for (let i = 0; i < 2; i++) {
      const { client, ...pair } = await stage.open();
      client.close(1000 + i);
      await stage.untilJudged({ client, ...pair });
    }
    const { connection: wasOpen } = await stage.find(await stage.open());
    const page = await stage.visit(browser, '/', GONE);
    await untilLive(page);
    await expect.poll(() => lines(page).count()).toBe(3);
    await lineOf(page, wasOpen).getByText('open').waitFor();

    await stage.gateway.stop();
    await page.getByText('hangup is not heard.').waitFor();
    await page.getByText('reconnecting', { exact: true }).waitFor();
    expect(await page.locator('.outage').innerText()).toMatch(/What you see is from \d\d:\d\d:\d\d/);
    expect(await lines(page).count()).toBe(3);
    // Its last words are heard before the line ends.
    await lineOf(page, wasOpen).getByText('shutdown').waitFor();

    await stage.startGateway();
    const early = await stage.open();
    early.client.close(1001);
    await once(early.client, 'close');
    await stage.open();
    await page.getByText('live', { exact: true }).waitFor(BACK);
    await page.locator('.outage').waitFor({ state: 'detached' });
    await expect.poll(() => states(page), BACK).toEqual(await statesOfApi());
    await expect
      .poll(() => figures(page), BACK)
      .toMatchObject({ 'open now': '1', closed: '4', client: '3', gateway: '1' });
    await stage.open();
    await expect.poll(() => states(page), BACK).toEqual(await statesOfApi());
  });

  it('keeps a connection’s page through a kill, and has the verdict on its return', async () => {
    const { connection } = await stage.find(await stage.open('killed'));
    const page = await stage.visit(browser, `/connections/${connection}`, GONE);
    const heading = page.getByRole('heading', { level: 1 });
    await page.getByText('No frame has crossed yet.').waitFor();
    await stage.gateway.kill9();
    await page
      .getByRole('alert')
      .getByText('hangup does not answer; it may have been stopped; what is shown may be old')
      .waitFor();
    expect(await heading.innerText()).toContain('Nobody: it is open');
    await stage.startGateway();
    await heading.filter({ hasText: 'hangup' }).waitFor(BACK);
    await expect.poll(() => page.getByRole('alert').allInnerTexts()).toEqual([]);
    const { verdict } = await stage.connection(connection);
    expect(verdict).toMatchObject({ closedBy: 'gateway' });
    expect((await heading.innerText()).replaceAll('\u00a0', ' ')).toBe(verdict?.summary);
  });

  it('asks by itself for what could not be had while hangup was away', async () => {
    const pair = await stage.open('frames');
    pair.server.send('{"event":"hello"}');
    const { connection } = await stage.find(pair);
    const page = await browser.open({ allow: /ERR_/ });
    await page.route('**/gaps?*', (route) => route.abort());
    await page.goto(stage.link(`/connections/${connection}`));
    await page.getByRole('button', { name: 'try again' }).waitFor();
    await page.unrouteAll();
    await stage.gateway.stop();
    await stage.startGateway();
    await page.getByRole('grid', { name: 'Frames' }).getByText('hello').waitFor(BACK);
    expect(await page.getByRole('alert').allInnerTexts()).toEqual([]);
  });
});
