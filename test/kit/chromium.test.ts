import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFaults, describeInChromium } from './chromium.ts';

const POLICY = "default-src 'none'; script-src 'self'";

describeInChromium('a test browser', (browser) => {
  let server: Server;
  let address: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const inline = request.url === '/inline' ? '<script>document.title = "ran"</script>' : '';
      response.setHeader('Content-Security-Policy', POLICY);
      response.setHeader('Content-Type', 'text/html');
      response.end(`<!doctype html><html lang="en"><title>page</title>${inline}<main><h1>page</h1></main></html>`);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const bound = server.address();
    address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
  });
  afterAll(() => server.close());

  it('sees what the page may not do, and would fail the test for it', async () => {
    const page = await browser.open();
    await page.goto(`${address}/inline`);
    expect(await page.title()).toBe('page');
    await expect.poll(() => browser.takeFaults().join('\n')).toContain('forbidden by script-src');
  });

  it('sees errors that the page throws or writes, but for those the test brings about', async () => {
    const page = await browser.open({ allow: /expected/ });
    await page.goto(address);
    await page.evaluate(
      "console.error('expected'); console.error('broken'); setTimeout(() => { throw Error('thrown') })",
    );
    const faults: string[] = [];
    await expect
      .poll(() => {
        faults.push(...browser.takeFaults());
        return faults;
      })
      .toEqual(['console: broken', 'thrown: thrown']);
  });

  it('gives each window nothing of the others', async () => {
    for (const _ of [1, 2]) {
      const page = await browser.open({ width: 375, scheme: 'dark' });
      await page.goto(address);
      expect(await page.evaluate("localStorage.getItem('left')")).toBeNull();
      expect(await page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]")).toEqual([
        375,
        true,
      ]);
      await page.evaluate("localStorage.setItem('left', 'behind')");
    }
  });

  it('hears what axe says of a page', async () => {
    const page = await browser.open();
    await page.goto(address);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.evaluate("document.querySelector('html').removeAttribute('lang')");
    expect((await accessibilityFaults(page)).join('\n')).toContain('html-has-lang');
  });
});
