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
      const outside = request.url === '/outside' ? '<img alt="" src="http://elsewhere.invalid/pixel.png">' : '';
      if (outside === '') response.setHeader('Content-Security-Policy', POLICY);
      response.setHeader('Content-Type', 'text/html');
      const body = `${inline}${outside}<main><h1>page</h1></main>`;
      response.end(`<!doctype html><html lang="en"><title>page</title>${body}</html>`);
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

  it('sees what the page asks of another machine', async () => {
    const page = await browser.open({ allow: /ERR_NAME_NOT_RESOLVED/ });
    await page.goto(`${address}/outside`);
    expect(browser.takeFaults()).toEqual(['asked another machine: http://elsewhere.invalid/pixel.png']);
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
