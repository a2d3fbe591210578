import { once } from 'node:events';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { ConnectionDetail } from '../../src/inspector/api.ts';
import { causeWords } from '../../src/words/codes.ts';
import { describeInChromium } from '../kit/chromium.ts';
import { describeWith } from '../kit/needs.ts';
import { figures, lineOf, lines, sentence, untilLive } from './overview-parts.ts';
import { type Pair, stageFor } from './stage.ts';

/** Ends so late after the timer are the machine's doing, and judged with less certainty: then another one is cut. */
const TRIES = 4;

/** Well within nginx's timer of a second. */
const TALK_MS = 200;

/** Says hello and falls silent until nginx's timer has cut it. */
async function die({ client, server }: Pair): Promise<void> {
  const closed = once(client, 'close');
  client.send('{"action":"user_typing","seq":1}');
  server.send('{"event":"hello"}');
  await closed;
}

/** Keeps it open, however long the page takes to show it. */
function talk({ client }: Pair): () => void {
  const timer = setInterval(() => client.send('{"action":"ping","seq":1}'), TALK_MS);
  return () => clearInterval(timer);
}

describeInChromium('a connection that nginx cuts by its idle timer', (browser) => {
  describeWith('nginx', 'behind a real nginx', () => {
    const stage = stageFor({ nginx: { readTimeout: '1s' }, tap: 'idle=1s' });
    /** One that has died before the page was opened. */
    let dead: ConnectionDetail;
    beforeAll(async () => {
      for (let tried = 0; dead?.verdict?.certainty !== 'likely' && tried < TRIES; tried++) {
        const pair = await stage.open();
        await die(pair);
        dead = await stage.connection((await stage.untilJudged(pair)).connection);
      }
    });

    const open = async (): Promise<Page> => {
      const page = await stage.visit(browser, `/connections/${dead.connection}`);
      await page.getByRole('heading', { level: 1, name: 'nginx closed the connection' }).waitFor();
      return page;
    };

    it('is seen to open and to die in its place, and sentence and figures follow', async () => {
      const { closed } = await stage.summary();
      const page = await stage.visit(browser);
      await untilLive(page);
      await expect
        .poll(() => figures(page))
        .toMatchObject({ 'open now': '0', closed: `${closed}`, proxy: `${closed}` });

      const pair = await stage.open();
      const stopTalking = talk(pair);
      const row = page.locator('tr[data-state="open"]');
      await row.waitFor();
      const id = (await row.getAttribute('data-key')) ?? '';
      expect(id).toBe((await stage.find(pair)).connection);
      expect(await row.innerText()).toMatch(/^open\n/);
      await expect.poll(() => figures(page)).toMatchObject({ 'open now': '1', closed: `${closed}` });
      stopTalking();
      await die(pair);

      const { verdict } = await stage.untilJudged(pair);
      const line = lineOf(page, id);
      await line.getByText(causeWords(verdict?.cause ?? 'unknown'), { exact: true }).waitFor();
      expect(await line.locator('.party').innerText()).toBe('nginx');
      const shown = (await line.innerText()).split('\n');
      const frames = `${verdict?.frames.client} / ${verdict?.frames.server}`;
      expect(shown).toEqual(expect.arrayContaining(['FIN', verdict?.certainty, verdict?.summary, frames]));
      expect(await lines(page).first().getAttribute('data-key')).toBe(id);
      const after = { 'open now': '0', closed: `${closed + 1}`, proxy: `${closed + 1}` };
      await expect.poll(() => figures(page), { timeout: 10_000 }).toMatchObject(after);
      expect(await sentence(page)).toBe((await stage.summary()).says);
    });

    it('says who, how, why and how sure, with evidence, what is ruled out and what would settle it', async () => {
      const page = await open();
      const { verdict } = dead;
      expect(verdict).toMatchObject({ cause: 'proxy-idle-timeout', certainty: 'likely' });
      const card = page.locator('.hero');
      // A number and its unit stay on one line.
      const accusation = await card.getByRole('heading', { level: 1 }).innerText();
      expect(accusation.replaceAll('\u00a0', ' ')).toBe(verdict?.summary);
      expect(await card.locator('.culprit').innerText()).toBe('nginx');
      for (const badge of ['nginx', 'proxy-idle-timeout', 'FIN', 'likely']) {
        expect(await card.locator('.badges').getByText(badge, { exact: true }).count()).toBe(1);
      }
      const evidence = await card.locator('.evidence li bdi').allInnerTexts();
      expect(evidence).toEqual(verdict?.evidence.map(({ says }) => says));
      const ruledOut = await page.locator('.ruled-out dd').allInnerTexts();
      expect(ruledOut).toEqual(verdict?.ruledOut.map(({ because }) => because));
      const witness = page.locator('section', { has: page.getByRole('heading', { name: 'What would settle it' }) });
      expect((await witness.locator('p').innerText()).replaceAll('`', '')).toBe(verdict?.witness?.replaceAll('`', ''));
      expect(await page.title()).toBe(`nginx: proxy-idle-timeout · ${dead.connection} · hangup`);
    });

    it('names the line to change, ready to be copied', async () => {
      const page = await open();
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const change = page.locator('section', { has: page.getByRole('heading', { name: 'Change this' }) });
      expect(await change.locator('pre').innerText()).toBe('proxy_read_timeout 600s;');
      await change.getByRole('button', { name: 'copy these lines' }).click();
      await change.getByText('copied').waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe('proxy_read_timeout 600s;');
    });

    it('has its culprit’s lane lit in the picture of the last moments, for ears too', async () => {
      const page = await open();
      const picture = page.getByRole('img', { name: 'Last moments between client, nginx, hangup, server.' });
      await picture.waitFor();
      expect(await picture.locator('.lanes-lit').getAttribute('data-party')).toBe('proxy');
      expect(await picture.locator('.lanes-head[data-lit="true"]').textContent()).toBe('nginxlikely closed it');
      expect(await picture.getAttribute('aria-label')).toContain(dead.verdict?.summary);
      await page.getByText('what happened, in words').click();
      const words = page.locator('.lanes-list li');
      await words.first().waitFor();
      expect(await words.count()).toBeGreaterThan(4);
      expect(await page.locator('.lanes-list .lanes-ending').first().innerText()).toContain('FIN');
    });

    it('shows its upgrade hop by hop, and every frame', async () => {
      const page = await open();
      const headers = page.locator('table.headers');
      const { request, sent, answer } = dead.upgrade;
      const lined = (list: NonNullable<typeof sent>) => list.map(([name, value]) => `${name}: ${value}`);
      expect(await headers.locator('[data-leg="received"]').allInnerTexts()).toEqual(lined(request?.headers ?? []));
      expect(await headers.locator('[data-leg="sent"]').allInnerTexts()).toEqual(lined(sent ?? []));
      expect(await headers.locator('caption').innerText()).toContain('Sent on as it came');
      expect(answer?.status).toBe(101);
      await page.getByText('HTTP/1.1 101 Switching Protocols').waitFor();

      const { frames } = await stage.frames(dead.connection, 'limit=10');
      const grid = page.getByRole('grid', { name: 'Frames' });
      await grid.locator('tr.frame:not(.empty)').first().waitFor();
      expect(await grid.locator('tr.frame .opcode').allInnerTexts()).toEqual(['text', 'text']);
      expect(await grid.locator('tr.frame .meaning').allInnerTexts()).toEqual(frames.map(({ name }) => name));
      expect(await grid.locator('tr.frame .size').allInnerTexts()).toEqual(frames.map(({ length }) => `${length}`));
      expect(await grid.locator('tr.end').innerText()).toContain('closed by nginx: FIN');
    });
  });
});
