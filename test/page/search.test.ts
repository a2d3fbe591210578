import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInChromium } from '../kit/chromium.ts';
import { seededDay } from './day.ts';
import { idOf, type Made } from './made.ts';
import { chips, figures, lines, tile, untilListed, untilLive } from './overview-parts.ts';
import { stageFor } from './stage.ts';

describeInChromium('what narrows the list', (browser) => {
  const { seed, made } = seededDay();
  const stage = stageFor({ seed, edge: true });
  const open = async (path = '/'): Promise<Page> => {
    const page = await stage.visit(browser, path);
    await untilLive(page);
    return page;
  };
  /** Ids of what a test expects, last closed first. */
  const idsOf = (belongs: (each: Made) => boolean): string[] =>
    made
      .filter(belongs)
      .map(({ n }) => idOf(n))
      .toReversed();
  const shown = (page: Page) => lines(page).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key')));
  const search = (page: Page) => page.getByRole('searchbox');

  it.each([
    ['a user', 'claw_bot', ({ user }: Made) => user === 'claw_bot'],
    ['a program, in capitals', 'MATTERBOT', ({ userAgent }: Made) => userAgent === 'matterbot/2.1'],
    ['an address that a proxy reported', '203.0.113.17', ({ n }: Made) => n % 250 === 17],
    ['an id', idOf(33), ({ n }: Made) => n === 33],
    ['a cause', 'peer-silent', ({ ending }: Made) => ending === 'silent'],
  ] as const)('is text: %s', async (_, text, belongs) => {
    const page = await open();
    const { closed } = await stage.summary();
    await search(page).fill(text);
    const wanted = idsOf(belongs);
    expect(wanted.length).toBeGreaterThan(0);
    await untilListed(page, wanted.length);
    expect(await shown(page)).toEqual(wanted);
    expect(new URL(page.url()).searchParams.get('text')).toBe(text);
    expect(await chips(page)).toEqual([`text ${text}`]);
    // Figures and sentence speak of what was searched for.
    await expect.poll(async () => (await figures(page)).closed).toBe(`${wanted.length}`);
    await search(page).press('Escape');
    await expect.poll(async () => (await figures(page)).closed).toBe(`${closed}`);
    expect(await search(page).inputValue()).toBe('');
  });

  it('is who closed, by a press on a figure; pressed again it lets go', async () => {
    const page = await open();
    const server = tile(page, 'closed by server');
    await server.click();
    const wanted = idsOf(({ ending }) => ending === 'pong');
    await untilListed(page, wanted.length);
    expect(await shown(page)).toEqual(wanted);
    expect(await server.getAttribute('aria-pressed')).toBe('true');
    expect(await chips(page)).toEqual(['closed by server']);
    await server.click();
    await expect.poll(() => chips(page)).toEqual([]);
    expect(await server.getAttribute('aria-pressed')).toBe('false');
  });

  it('is a cause, a certainty, a tap and a time, and all of them together', async () => {
    const page = await open();
    await page.getByRole('combobox', { name: 'cause' }).selectOption('client-going-away');
    await untilListed(page, 12);
    await page.getByRole('combobox', { name: 'tap' }).selectOption('edge');
    await page.getByRole('combobox', { name: 'how sure' }).selectOption('certain');
    await page.getByRole('combobox', { name: 'closed' }).selectOption('1h');
    const hour = Date.now() - 3600_000;
    const wanted = idsOf(({ ending, closedAt }) => ending === 'goingAway' && closedAt >= hour);
    expect(wanted.length).toBeGreaterThan(2);
    expect(wanted.length).toBeLessThan(12);
    await untilListed(page, wanted.length);
    expect(await shown(page)).toEqual(wanted);
    expect((await chips(page)).toSorted()).toEqual([
      'cause going away',
      'closed in the last hour',
      'how sure certain',
      'tap edge',
    ]);
    await page.getByRole('button', { name: 'take out all' }).click();
    await expect.poll(() => chips(page)).toEqual([]);
    expect(new URL(page.url()).search).toBe('');
  });

  it('is open or closed', async () => {
    const page = await open();
    const { client } = await stage.open();
    await tile(page, 'open now').click();
    await untilListed(page, 1);
    expect(await lines(page).first().getAttribute('data-state')).toBe('open');
    await tile(page, /^closed \d/).click();
    await page.locator('tr[data-state="closed"]').first().waitFor();
    expect(await page.locator('tr[data-state="open"]').count()).toBe(0);
    client.close();
  });

  it('that leaves nothing, is told which part to take out', async () => {
    const page = await open('/?tap=inner&cause=peer-silent&closedBy=network');
    const nothing = page.locator('.nothing');
    await nothing.getByText('There is something to see without').waitFor();
    // All that are lost in silence came by the other tap.
    expect(await nothing.getByRole('button').allInnerTexts()).toEqual(['tap\ninner']);
    await nothing.getByRole('button').click();
    const wanted = idsOf(({ ending }) => ending === 'silent');
    await untilListed(page, wanted.length);
    expect(await shown(page)).toEqual(wanted);
  });

  it('that leaves nothing whatever one takes out says that, too', async () => {
    const page = await open('/?text=nobody-has-this&cause=server-reset');
    await page.getByText('there is nothing unless several of them are taken out').waitFor();
    expect(await page.locator('.nothing').getByRole('button').count()).toBe(0);
  });
});
