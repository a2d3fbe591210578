import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { ConnectionView } from '../../src/inspector/api.ts';
import { describeInChromium, type WindowOptions } from '../kit/chromium.ts';
import { connectClient, openClient } from '../kit/fault-peers.ts';
import { chips, lineOf, untilListed, untilLive } from './overview-parts.ts';
import { stageFor } from './stage.ts';

const IMAGE = '<img src=x onerror=alert(1)>';
const SCRIPT = '<script>alert(document.domain)</script>';
/** Turns what follows around, so that `gnp.exe` reads as `exe.png`; and what nobody sees. */
const TURNED = '\u202egnp.exe\u2066\u200b\ufeff\u{e0041}';
/** How it is shown: nothing hides or turns around. */
const SHOWN = '\\u{202e}gnp.exe\\u{2066}\\u{200b}\\u{feff}\\u{e0041}';
/** A head's bytes are Latin-1 to HTTP: of its UTF-8 the first of the three bytes is a letter, the second a control character. */
const SHOWN_IN_HEAD = 'â\\x80®gnp.exe';
const MEGABYTE = 1024 * 1024;
/** Kept of a frame (src/gateway/frame-keeper.ts). */
const KEPT = 64 * 1024;

/** Bytes of UTF-8 as a head is written with them. */
const wire = (text: string): string => Buffer.from(text).toString('latin1');

/** What an element that a stranger's text has made would be found by. Runs in the page. */
const MADE = `[...document.querySelectorAll(
  'img, iframe, object, embed, base, form[action], script:not([src^="/assets/"]), [onerror], [onload], [onclick], a[href^="javascript:"]'
)].map((element) => element.outerHTML)`;

/** What hides text or turns it around. */
const HARMFUL = /[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\u{e0041}/u;

const WINDOWS: readonly WindowOptions[] = [{ width: 1280 }, { width: 375 }];

describeInChromium('what strangers write is text, and nothing but text', (browser) => {
  const stage = stageFor({ args: ['--payload', 'full'] });
  let ended: ConnectionView;
  let refused: ConnectionView;

  beforeAll(async () => {
    const client = await openClient({
      port: stage.tapPort,
      polite: true,
      path: `/api/v4/websocket?hostile=<svg/onload=alert(1)>"'><b>&token=secret-token`,
      headers: [
        ['User-Agent', wire(`${IMAGE} ${TURNED}`)],
        ['X-Forwarded-For', wire(`${SCRIPT}${TURNED}, 203.0.113.9`)],
        ['X-Trap', wire(`${SCRIPT}<style>*{display:none}</style>`)],
        ['Cookie', 'MMAUTHTOKEN=secret-cookie'],
      ],
    });
    await client.text(JSON.stringify({ action: `${IMAGE}${TURNED}`, seq: 1 }));
    await client.text(`${IMAGE}${SCRIPT} ${TURNED}\nsecond line`);
    await client.text(IMAGE.repeat(MEGABYTE).slice(0, MEGABYTE));
    await client.closeFrame(4999, `${IMAGE}${TURNED}`);
    await client.ended;
    ended = await stage.judged('?text=hostile');
    const other = await connectClient({ port: stage.tapPort, path: `/refused?${SCRIPT}` });
    await other.upgrade();
    other.close();
    refused = await stage.judged('?cause=upgrade-refused');
  });

  /** Opens a view, and holds it against what a stranger's text must never do. The kit looks for errors and violations. */
  async function look(path: string, window: WindowOptions, ready: (page: Page) => Promise<unknown>): Promise<Page> {
    const page = await stage.visit(browser, path, window);
    const dialogs: string[] = [];
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await untilLive(page);
    await ready(page);
    expect(dialogs).toEqual([]);
    expect(await page.evaluate(MADE)).toEqual([]);
    const [content = 0, viewport = 0] = await page.evaluate<number[]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    expect(content).toBeLessThanOrEqual(viewport);
    expect(await page.evaluate('document.body.textContent')).not.toMatch(HARMFUL);
    expect(await page.title()).not.toMatch(HARMFUL);
    return page;
  }

  it.each(WINDOWS)('in the list, $width px wide: address, program and reason', async (window) => {
    const page = await look('/', window, (opened) => lineOf(opened, ended.connection).waitFor());
    const line = await lineOf(page, ended.connection).textContent();
    expect(line).toContain(`${IMAGE} ${SHOWN_IN_HEAD}`);
    expect(line).toContain(`${SCRIPT}${SHOWN_IN_HEAD}`);
  });

  it.each(WINDOWS)('in the filter, $width px wide', async (window) => {
    const path = `/?text=${encodeURIComponent(IMAGE + TURNED)}&hop=${encodeURIComponent(SCRIPT)}`;
    const page = await look(path, window, (opened) => opened.getByText('Nothing matches').waitFor());
    expect(await chips(page)).toEqual([`text ${IMAGE}${SHOWN}`, `hop ${SCRIPT}`]);
    await page.getByRole('searchbox').fill(IMAGE);
    await page.getByRole('button', { name: 'take out: hop' }).click();
    await untilListed(page, 1);
  });

  it.each(WINDOWS)('on the page of the connection, $width px wide: verdict, headers, close reason', async (window) => {
    const page = await look(`/connections/${ended.connection}`, window, async (opened) => {
      await opened.getByRole('grid', { name: 'Frames' }).locator('tr.end').waitFor();
      await opened.getByText('what happened, in words').click();
    });
    const text = (await page.evaluate<string>('document.querySelector("main").textContent')) ?? '';
    expect(await page.locator('.badges').textContent()).toContain(`“${IMAGE}${SHOWN}”`);
    expect(text).toContain(`<svg/onload=alert(1)>"'><b>&token=***`);
    expect(text).toContain(`User-Agent: ${IMAGE} ${SHOWN_IN_HEAD}`);
    expect(text).toContain(`X-Trap: ${SCRIPT}<style>*{display:none}</style>`);
    expect(text).not.toContain('secret');
  });

  it.each(WINDOWS)(
    'in frames and their payloads, $width px wide: 1 MB of it does not hold up the page',
    async (window) => {
      const path = `/connections/${ended.connection}?frame=1`;
      const page = await look(path, window, (opened) =>
        opened.getByRole('grid', { name: 'Frames' }).locator('tr.frame:not(.empty)').nth(2).waitFor(),
      );
      const grid = page.getByRole('grid', { name: 'Frames' });
      const payload = page.locator('.payload');
      await grid.locator('[data-place="1"]').click();
      await payload.locator('pre').waitFor();
      expect(await payload.locator('pre').textContent()).toBe(`${IMAGE}${SCRIPT} ${SHOWN}\nsecond line`);
      await grid.locator('[data-place="2"]').click();
      await payload.getByText('1,048,576').waitFor();
      await payload.getByText('65,536 bytes of it were kept.').waitFor();
      const shown = (await payload.locator('.block').allTextContents()).join('');
      expect(shown).toBe(IMAGE.repeat(KEPT).slice(0, KEPT));
      expect(await page.evaluate(MADE)).toEqual([]);
      expect(await page.evaluate<number>('document.querySelectorAll("*").length')).toBeLessThan(2000);
    },
  );

  it.each(WINDOWS)('in the answer of a server that refuses, $width px wide', async (window) => {
    const page = await look(`/connections/${refused.connection}`, window, (opened) =>
      opened.locator('pre.body').waitFor(),
    );
    const body = await page.locator('pre.body').textContent();
    expect(body).toContain('<script>alert("refused")</script>\n<img src=x onerror=alert(1)>');
    expect(await page.locator('.request-line').first().textContent()).toBe(`GET /refused?${SCRIPT} HTTP/1.1`);
  });
});
