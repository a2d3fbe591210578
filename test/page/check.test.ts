import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityFaults, describeInChromium } from '../kit/chromium.ts';
import { drop, findings, folderOf, give, LOST, paste, STOP, type Stop, says, source } from './check-parts.ts';
import { stageFor } from './stage.ts';

describeInChromium('a configuration of nginx', (browser) => {
  const stage = stageFor();
  const open = async (options: Parameters<typeof browser.open>[0] = {}): Promise<Page> => {
    const page = await stage.visit(browser, '/check', options);
    await page.getByRole('heading', { name: 'Check nginx’s configuration' }).waitFor();
    return page;
  };

  it('that is pasted is checked at once: the sentence, the line with what is wrong under it, and the mend', async () => {
    const page = await open();
    await paste(page, LOST);
    await expect.poll(() => says(page).textContent()).toMatch(/^\d+ errors?, .*: WebSockets will not get through\.$/);
    const rows = await source(page).locator('tr').allTextContents();
    const at = rows.findIndex((row) => row.includes('WS001: '));
    expect(rows.slice(0, at).findLast((row) => /^\D?\d/.test(row))).toMatch(/^\D?[67] +(location|proxy_pass)/);
    const added = page.locator('.diff tr[data-kind="added"]');
    await added.filter({ hasText: 'proxy_set_header Upgrade $http_upgrade;' }).first().waitFor();
    expect(await added.first().innerText()).toMatch(/\+/);
    await page.getByRole('button', { name: 'copy the diff' }).click();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toMatch(
      /^--- nginx\.conf\n\+\+\+ nginx\.conf\n@@ /,
    );
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'download nginx.conf, mended' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('nginx.conf');
    expect(await readFile(await download.path(), 'utf8')).toContain('proxy_set_header Upgrade $http_upgrade;');
  });

  it('shows the way of the socket: server, location, backend, headers, and the timer that cuts first', async () => {
    const page = await open();
    await give(page, LOST);
    const way = page.getByRole('region', { name: /^The way of GET ws:\/\/chat\.example\.com\/api\/v4\/websocket/ });
    expect(await way.locator('.hops li').allTextContents()).toEqual([
      'serverchat.example.comnginx.conf:3',
      'location/api/v4/websocketnginx.conf:6',
      expect.stringContaining('goes tohttp://127.0.0.1:8065'),
    ]);
    expect(await way.locator('tr[data-smallest="true"]').textContent()).toMatch(
      /^proxy_read_timeout 60\.0 s.*first to cut/,
    );
    await way.getByRole('button', { name: 'nginx.conf:6' }).click();
    await source(page).locator('tr[data-wanted="true"]', { hasText: 'location /api/v4/websocket' }).waitFor();
    await page.locator('summary').first().click();
    await page.getByLabel('a request to follow').fill('GET ws://chat.example.com/');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: /^The way of GET ws:\/\/chat\.example\.com\/$/ }).waitFor();
  });

  it('is gone through by keys, and each place is told to those who hear it', async () => {
    const page = await open();
    await give(page, LOST);
    const count = await findings(page).count();
    expect(count).toBeGreaterThan(2);
    const activeAt = () => findings(page).evaluateAll((all) => all.findIndex((each) => each.dataset.active === 'true'));
    expect(await activeAt()).toBe(0);
    await page.keyboard.press('n');
    await expect.poll(activeAt).toBe(1);
    await page.locator('.findings [role="status"]', { hasText: `2 of ${count}: ` }).waitFor({ state: 'attached' });
    await page.keyboard.press('p');
    await page.keyboard.press('p');
    await expect.poll(activeAt).toBe(count - 1);
    const place = await findings(page).last().locator('.finding-place').textContent();
    const wanted = source(page).locator('tr[data-wanted="true"] th');
    await expect.poll(async () => `nginx.conf:${(await wanted.textContent())?.replaceAll(/\D/g, '')}`).toBe(place);
    await findings(page).first().getByRole('button').first().click();
    await expect.poll(activeAt).toBe(0);
  });

  it('is reached without a mouse: every stop of Tab is seen, from the header to the last table', async () => {
    const page = await open();
    await give(page, LOST);
    await page.locator('.diff').waitFor();
    await page.locator('#main').focus();
    const stops: string[] = [];
    for (;;) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate<Stop>(STOP);
      if (stop.lost) break;
      expect(stop).toMatchObject({ marked: true, onScreen: true });
      stops.push(stop.what);
    }
    for (const part of ['SUMMARY', 'previous', 'next', 'check-source', 'copy the diff', 'nginx.conf:6', 'keys']) {
      expect(stops.join('\n')).toContain(part);
    }
  });

  it('that is dropped as a folder is put together; its key is not read, and what is missing can be dropped later', async () => {
    const page = await open();
    const files = {
      'nginx/nginx.conf': 'events {}\nhttp {\n    include mime.types;\n    include /etc/nginx/conf.d/*.conf;\n}\n',
      'nginx/conf.d/chat.conf': LOST.replace('events {}\nhttp {\n', '').replace(/}\n$/, ''),
      'nginx/ssl/chat.key': 'the-private-key',
      'mime.types': 'types {\n    text/html html;\n}\n',
    };
    const folder = folderOf(files);
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await drop(page, join(folder, 'nginx'));
    await says(page).waitFor();
    expect(await says(page).textContent()).toContain('one included file was not given');
    expect(await page.getByText('Left out, for they are no configuration').textContent()).toContain(
      'nginx/ssl/chat.key',
    );
    expect(sent.join('')).not.toContain('the-private-key');
    const choice = page.getByRole('combobox', { name: 'file' });
    expect(await choice.inputValue()).toBe('/etc/nginx/conf.d/chat.conf');
    await page.getByText('Drop the file that was not given').waitFor();
    await drop(page, join(folder, 'mime.types'));
    await expect.poll(() => says(page).textContent()).not.toContain('not given');
    await choice.selectOption('nginx/nginx.conf');
    await source(page).locator('tr', { hasText: 'include mime.types;' }).waitFor();
  });

  it('that is too large for the page is not called anything else, and one that is no UTF-8 is not given back broken', async () => {
    const page = await open();
    const latin = Buffer.from(`# caf\u00e9\n${LOST}`, 'latin1');
    const folder = folderOf({ 'nginx.conf': latin, 'dump.txt': '{'.repeat(5 * 1024 * 1024), 'logo.png': 'x' });
    await drop(page, join(folder, 'nginx.conf'), join(folder, 'dump.txt'), join(folder, 'logo.png'));
    await page.locator('.diff').waitFor();
    await page.locator('summary').first().click();
    await page.getByText('Not read, for this page takes 4 MiB at most: dump.txt.').waitFor();
    await page.getByText('Left out, for they are no configuration: logo.png.').waitFor();
    await page.getByText('Some bytes of this file are no UTF-8').waitFor();
    expect(await page.getByRole('link', { name: 'download nginx.conf, mended' }).count()).toBe(0);
  });

  it('of which a file could belong to two places asks where it is, and takes what is typed', async () => {
    const page = await open();
    const folder = folderOf({
      'nginx.conf':
        'events {}\nhttp {\n    include /etc/nginx/conf.d/*.conf;\n    include /etc/nginx/sites-enabled/*;\n}\n',
      'chat.conf': LOST.replace('events {}\nhttp {\n', '').replace(/}\n$/, ''),
    });
    await drop(page, join(folder, 'nginx.conf'), join(folder, 'chat.conf'));
    await says(page).waitFor();
    await page.locator('summary').first().click();
    await page.getByText('included by nothing: type its whole path').waitFor();
    await page.getByRole('textbox', { name: 'path of chat.conf' }).fill('/etc/nginx/sites-enabled/chat.conf');
    await page.keyboard.press('Enter');
    await expect.poll(() => says(page).textContent()).toContain('WebSockets will not get through');
    expect(await page.getByRole('combobox', { name: 'file' }).inputValue()).toBe('/etc/nginx/sites-enabled/chat.conf');
  });

  it('is checked for one of its hosts only, when one is named', async () => {
    const page = await open();
    await page.getByLabel('only for this host').fill('other.example.com');
    await give(
      page,
      LOST.replace('listen 80 default_server;', 'listen 80;').replace(
        /}\n$/,
        '    server {\n        listen 80 default_server;\n        return 444;\n    }\n}\n',
      ),
    );
    expect(await says(page).textContent()).not.toContain('will not get through');
  });

  it('of 20,000 lines scrolls, and only what is seen of it is in the document', async () => {
    const page = await open({ height: 900 });
    const server = (n: number) =>
      LOST.replace('events {}\nhttp {\n', '')
        .replace(/}\n$/, '')
        .replace('chat.', `chat${n}.`)
        .replace(' default_server', '');
    const text = `events {}\nhttp {\n${Array.from({ length: 2000 }, (_, n) => server(n)).join('')}}\n`;
    expect(text.split('\n').length).toBeGreaterThan(20_000);
    await paste(page, text);
    await page.getByText('are counted and not listed').waitFor();
    const elements = () => page.evaluate<number>('document.querySelectorAll("*").length');
    expect(await elements()).toBeLessThan(5000);
    await source(page).focus();
    await page.keyboard.press('End');
    const last = String(text.trimEnd().split('\n').length);
    await source(page).locator('th', { hasText: last }).waitFor();
    expect(await elements()).toBeLessThan(5000);
  });

  it('is shown as text and nothing else, whatever stands in it', async () => {
    const page = await open({ width: 375 });
    await give(
      page,
      `# <img src=x onerror=alert(1)>\u202egnp.exe\n${'x'.repeat(300)}<script>alert(1)</script> ;\n${LOST}`,
    );
    await source(page).locator('tr').first().waitFor();
    await source(page).evaluate((table) => table.scrollTo(0, 0));
    await source(page).getByText('# <img src=x onerror=alert(1)>\\u{202e}gnp.exe').waitFor();
    expect(await page.evaluate('document.querySelectorAll("img, script:not([src])").length')).toBe(0);
    const [content = 0, viewport = 0] = await page.evaluate<number[]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    expect(content).toBeLessThanOrEqual(viewport);
  });

  it('is kept nowhere but in the tab: not in its address, not in its storage, and it can be forgotten', async () => {
    const page = await open();
    await give(page, LOST.replace('chat.example.com', 'very-secret.example.com'));
    await page.getByRole('link', { name: 'Connections' }).click();
    await page.getByRole('link', { name: 'nginx check' }).click();
    await says(page).waitFor();
    const stored =
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.cookie, history.state])';
    expect(await page.evaluate(stored)).not.toContain('very-secret');
    await page.locator('summary').first().click();
    await page.getByRole('button', { name: 'start over' }).click();
    await says(page).waitFor({ state: 'detached' });
    expect(await page.getByRole('textbox').first().inputValue()).toBe('');
    await page.reload();
    await page.getByRole('button', { name: 'try an example' }).waitFor();
    expect(await page.getByRole('textbox').first().inputValue()).toBe('');
  });

  it('is not checked where the view does not come, and the page says what to do', async () => {
    const page = await browser.open({ allow: /Failed to load resource/ });
    const isView = /CheckPage-[\w-]+\.js$/;
    await page.route(isView, (route) => route.abort());
    await page.goto(stage.link('/check'));
    await page.getByRole('alert').getByText('This view could not be loaded').waitFor();
    await page.unroute(isView);
    await page.getByRole('button', { name: 'try again' }).click();
    await page.getByRole('button', { name: 'try an example' }).waitFor();
  });

  it('that cannot be checked is told why', async () => {
    const page = await open({ allow: /status of 400/ });
    await page.getByLabel('nginx’s version').fill('latest');
    await page.getByRole('textbox').first().fill(LOST);
    await page.keyboard.press('Control+Enter');
    await page.getByRole('alert').getByText('version: is no version of nginx; one is written as 1.26.3').waitFor();
  });

  it('that is too large is told what takes it', async () => {
    const page = await open({ allow: /status of 413/ });
    await paste(page, '{'.repeat(10_000_000));
    await page.getByRole('alert').getByText('more than the 4 MiB that the page takes; on the command line').waitFor();
  });

  describe('axe finds nothing wrong with it, light or dark', () => {
    it.each([375, 1600])('%i px wide', async (width) => {
      const page = await open({ width });
      const faults: string[] = [];
      const look = async () => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          faults.push(...(await accessibilityFaults(page)).map((fault) => `${colorScheme}: ${fault}`));
        }
      };
      await look();
      await page.getByRole('button', { name: 'try an example' }).click();
      await page.locator('.diff').waitFor();
      await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
      await look();
      expect(faults).toEqual([]);
    });
  });
});
