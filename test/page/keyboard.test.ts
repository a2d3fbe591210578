import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { describeInChromium } from '../kit/chromium.ts';
import { seededDay } from './day.ts';
import { chips, lineOf, lines, untilListed, untilLive } from './overview-parts.ts';
import { stageFor } from './stage.ts';

/** What has the keyboard, and whether somebody who looks for it finds it. Runs in the page. */
const FOCUS = `(() => {
  const { activeElement: element } = document;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { top, bottom } = element.getBoundingClientRect();
  const by = ['id', 'data-key', 'aria-label', 'aria-labelledby'].find((attribute) => element.hasAttribute(attribute));
  const name = by === undefined ? element.innerText : element.getAttribute(by);
  // What is drawn is marked by a frame that is drawn.
  const frame = element.querySelector(':scope > .pic-hit');
  const framed = frame !== null && getComputedStyle(frame).stroke !== 'none';
  return {
    what: name || element.outerHTML.slice(0, 80),
    lost: element === document.body,
    marked: framed || (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0),
    onScreen: bottom > 0 && top < innerHeight,
  };
})()`;

interface Focus {
  readonly what: string;
  readonly lost: boolean;
  readonly marked: boolean;
  readonly onScreen: boolean;
}

const focusOf = (page: Page): Promise<Focus> => page.evaluate<Focus>(FOCUS);

const WELL = { lost: false, marked: true, onScreen: true };

/** Presses a key that moves the focus: to where it must be seen. */
async function press(page: Page, key: string): Promise<string> {
  const { what } = await focusOf(page);
  await page.keyboard.press(key);
  await expect.poll(() => focusOf(page)).not.toMatchObject({ what });
  expect(await focusOf(page)).toMatchObject(WELL);
  return (await focusOf(page)).what;
}

/** Presses a key that leaves the focus where it is. */
async function strike(page: Page, key: string): Promise<void> {
  const before = await focusOf(page);
  await page.keyboard.press(key);
  expect(await focusOf(page)).toEqual(before);
}

const untilFocused = (page: Page, what: string) => expect.poll(async () => (await focusOf(page)).what).toBe(what);

describeInChromium('without a mouse', (browser) => {
  const { seed } = seededDay();
  const stage = stageFor({ seed });
  const open = async (path = '/'): Promise<Page> => {
    const page = await stage.visit(browser, path);
    await untilLive(page);
    return page;
  };

  describe('on the overview', () => {
    it('one skips to the connections, walks through them, opens one, and comes back to the same line', async () => {
      const page = await open();
      await lines(page).first().waitFor();
      expect(await press(page, 'Tab')).toBe('skip to the content');
      expect(await press(page, 'Tab')).toBe('skip to the connections');
      await page.keyboard.press('Enter');
      await untilFocused(page, 'connections');
      let at = '';
      while (!at.match(/^[a-z2-7]{16}$/)) at = await press(page, 'Tab');
      const keys = await lines(page).evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key')));
      expect(at).toBe(keys[0]);
      expect(await press(page, 'ArrowDown')).toBe(keys[1]);
      expect(await press(page, 'ArrowDown')).toBe(keys[2]);
      expect(await press(page, 'ArrowUp')).toBe(keys[1]);
      const last = await press(page, 'End');
      expect(await lineOf(page, last).getAttribute('aria-rowindex')).toBe('61');
      expect(await press(page, 'Home')).toBe(keys[0]);
      const chosen = await press(page, 'PageDown');
      await page.keyboard.press('Enter');
      await page.locator('#who-hung-up').waitFor();
      expect(page.url()).toBe(`${stage.url}/connections/${chosen}`);
      await untilFocused(page, 'main');
      await page.goBack();
      await untilFocused(page, chosen);
      expect(await focusOf(page)).toMatchObject({ marked: true, onScreen: true });
    });

    it('a mass close opens and closes', async () => {
      const page = await open('/?cause=proxy-reload');
      await untilListed(page, 1);
      await lines(page).first().focus();
      await strike(page, 'ArrowRight');
      await untilListed(page, 7);
      const member = await press(page, 'ArrowDown');
      expect(member).toMatch(/^[a-z2-7]{16}$/);
      expect(await press(page, 'ArrowLeft')).toMatch(/^at once /);
      await strike(page, 'ArrowLeft');
      await untilListed(page, 1);
    });

    it('/ searches, a word is one step that the way back takes, and Esc clears', async () => {
      const page = await open();
      const field = page.getByRole('searchbox');
      await page.keyboard.press('/');
      await page.keyboard.type('alice');
      await untilListed(page, 12);
      expect(await chips(page)).toEqual(['text alice']);
      await page.goBack();
      await expect.poll(() => chips(page)).toEqual([]);
      await expect.poll(() => field.inputValue()).toBe('');
      await field.fill('claw_bot');
      await untilListed(page, 4);
      await page.keyboard.press('Escape');
      await expect.poll(() => chips(page)).toEqual([]);
      expect(await focusOf(page)).toMatchObject(WELL);
    });

    it('? shows the keys, Esc closes them, and the focus is where it was', async () => {
      const page = await open();
      await lines(page).first().focus();
      const before = await focusOf(page);
      await page.keyboard.press('?');
      const dialog = page.getByRole('dialog', { name: 'Keys' });
      await dialog.waitFor();
      // Nothing behind it is reached meanwhile.
      for (let i = 0; i < 5; i++) await page.keyboard.press('Tab');
      expect(
        await page.evaluate('document.activeElement === document.body || !!document.activeElement.closest("dialog")'),
      ).toBe(true);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      expect((await focusOf(page)).what).toBe(before.what);
      await page.keyboard.press('?');
      await dialog.getByRole('checkbox').uncheck();
      await page.keyboard.press('Escape');
      await page.keyboard.press('/');
      expect((await focusOf(page)).what).toBe(before.what);
    });

    it('the line one is on keeps the focus while it closes', async () => {
      const { client, ...pair } = await stage.open();
      const { connection } = await stage.find({ client, ...pair });
      const page = await open();
      await lineOf(page, connection).focus();
      client.close(1000);
      await once(client, 'close');
      await lineOf(page, connection).getByText('certain').waitFor();
      expect((await focusOf(page)).what).toBe(connection);
    });
  });

  it.each(['/', '/?cause=proxy-idle-timeout&tap=inner'])('every stop of Tab on %s is seen', async (path) => {
    const page = await open(path);
    await page.locator('.pic-button').first().waitFor();
    const stops = new Set<string>();
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab');
      const focus = await focusOf(page);
      // Beyond the last one is the browser's own frame.
      if (focus.lost) break;
      expect(focus, focus.what).toMatchObject(WELL);
      stops.add(focus.what);
    }
    expect(stops.size).toBeGreaterThan(20);
    expect([...stops].at(-1)).toMatch(/^keys/);
  });

  it('frames are walked through, opened and closed; every stop of Tab on the way is seen', async () => {
    const pair = await stage.open();
    for (let i = 0; i < 40; i++) pair.server.send(`{"event":"typing","seq":${i}}`);
    const { connection } = await stage.find(pair);
    await expect.poll(async () => (await stage.connection(connection)).recordedFrames).toBe(40);
    pair.client.close(1000, 'enough');
    await stage.untilJudged(pair);
    const page = await open(`/connections/${connection}`);
    const grid = page.getByRole('grid', { name: 'Frames' });
    await grid.locator('tr.frame:not(.empty)').first().waitFor();
    const isThere = () => grid.evaluate((element) => element === element.ownerDocument.activeElement);
    for (let stops = 0; !(await isThere()); stops++) {
      await page.keyboard.press('Tab');
      const focus = await focusOf(page);
      expect(focus, focus.what).toMatchObject(WELL);
      expect(stops).toBeLessThan(40);
    }
    const active = () => grid.locator('[aria-selected="true"]').getAttribute('data-place');
    await strike(page, 'Home');
    await expect.poll(active).toBe('0');
    await strike(page, 'ArrowDown');
    await expect.poll(active).toBe('1');
    await strike(page, 'PageDown');
    await expect.poll(async () => Number(await active())).toBeGreaterThan(3);
    await strike(page, 'End');
    await expect.poll(active).toBe('41');
    expect(await grid.getAttribute('aria-activedescendant')).toBe('frame-41');
    await strike(page, 'Enter');
    await page.getByRole('region', { name: /^Frame 41/ }).waitFor();
    await strike(page, 'Escape');
    await page.getByRole('region', { name: /^Frame 41/ }).waitFor({ state: 'detached' });
  });
});
