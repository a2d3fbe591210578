import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, describeInChromium } from '../kit/chromium.ts';
import { connectClient } from '../kit/fault-peers.ts';
import { seededDay } from './day.ts';
import { lines, untilListed, untilLive } from './overview-parts.ts';
import { type Stage, stageFor } from './stage.ts';

const WIDTHS = [375, 1600] as const;
const SCHEMES = ['light', 'dark'] as const;

interface View {
  readonly name: string;
  readonly path: (ids: Ids) => string;
  /** Brings it about that all of it is there. */
  readonly ready: (page: Page) => Promise<unknown>;
}

interface Ids {
  readonly closed: string;
  readonly open: string;
  readonly refused: string;
}

const frames = (page: Page) => page.getByRole('grid', { name: 'Frames' }).locator('tr.frame').first().waitFor();

/** What is folded is looked at, too. */
const unfold = (page: Page) =>
  page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');

const VIEWS: readonly View[] = [
  {
    name: 'the overview',
    path: () => '/',
    ready: async (page) => {
      await lines(page).first().waitFor();
      await page.locator('details.pictures > summary').waitFor();
      await unfold(page);
      await page.locator('.pic-svg').first().waitFor();
      await unfold(page);
      await page.locator('.pic-card table').first().waitFor();
    },
  },
  {
    name: 'the overview, filtered',
    path: () => '/?cause=proxy-reload&tap=inner',
    ready: (page) => untilListed(page, 1),
  },
  {
    name: 'the overview, filtered to nothing',
    path: () => '/?text=nobody&tap=inner',
    ready: (page) => page.getByText('There is something to see without').waitFor(),
  },
  {
    name: 'a closed connection',
    path: ({ closed }) => `/connections/${closed}`,
    ready: async (page) => {
      await frames(page);
      await unfold(page);
    },
  },
  { name: 'an open connection', path: ({ open }) => `/connections/${open}`, ready: frames },
  {
    name: 'a refused upgrade',
    path: ({ refused }) => `/connections/${refused}`,
    ready: (page) => page.locator('pre.body').waitFor(),
  },
  {
    name: 'a connection that is not here',
    path: () => '/connections/aaaaaaaaaaaaaaaa',
    ready: (page) => page.getByRole('heading', { name: 'is not here' }).waitFor(),
  },
];

/** Looks at a window in both schemes. @returns what axe finds, with the scheme */
async function faultsOf(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${colorScheme}: ${fault}`));
  }
  return faults;
}

describeInChromium('axe finds nothing wrong, light or dark', (browser) => {
  describe('where there is something to see', () => {
    const { seed } = seededDay();
    const stage = stageFor({ seed });
    let ids: Ids;
    beforeAll(async () => {
      ids = { closed: await closedOne(stage), open: await openOne(stage), refused: await refusedOne(stage) };
    });

    for (const { name, path, ready } of VIEWS) {
      it.each(WIDTHS)(`with ${name}, %i px wide`, async (width) => {
        const page = await stage.visit(browser, path(ids), { width, allow: /status of 404/ });
        await untilLive(page);
        await ready(page);
        expect(await faultsOf(page)).toEqual([]);
      });
    }

    it.each(WIDTHS)('with the keys and a menu shown, %i px wide', async (width) => {
      const page = await stage.visit(browser, '/', { width });
      await lines(page).first().waitFor();
      await page.locator('summary', { hasText: 'export' }).click();
      expect(await faultsOf(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
      expect(await faultsOf(page)).toEqual([]);
    });
  });

  describe('where nothing is yet', () => {
    const stage = stageFor();

    it.each(WIDTHS)('with the empty overview, %i px wide', async (width) => {
      const page = await stage.visit(browser, '/', { width });
      await page.getByText('No connection has been recorded yet.').waitFor();
      expect(await faultsOf(page)).toEqual([]);
    });

    it.each(WIDTHS)('with the sign-in, %i px wide, before and after a wrong token', async (width) => {
      const page = await browser.open({ width, allow: /status of 401/ });
      await page.goto(stage.url);
      await page.getByLabel('Token').fill('not the token');
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'sign in' }).click();
      await page.getByText('this is not the token').waitFor();
      expect(await faultsOf(page)).toEqual([]);
    });
  });
});

async function openOne(stage: Stage): Promise<string> {
  const pair = await stage.open();
  pair.server.send('{"event":"hello"}');
  pair.client.send('{"action":"ping","seq":1}');
  return (await stage.find(pair)).connection;
}

async function closedOne(stage: Stage): Promise<string> {
  const pair = await stage.open();
  pair.server.send('{"event":"hello"}');
  pair.client.close(4001, 'enough');
  return (await stage.untilJudged(pair)).connection;
}

async function refusedOne(stage: Stage): Promise<string> {
  const client = await connectClient({ port: stage.tapPort, path: '/refused' });
  await client.upgrade();
  client.close();
  return (await stage.judged('?cause=upgrade-refused')).connection;
}
