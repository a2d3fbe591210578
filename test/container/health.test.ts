import { execFile } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { certificate } from '../kit/certificate.ts';
import { freePort } from '../kit/ports.ts';

const HEALTH = fileURLToPath(new URL('../../scripts/container/health.mjs', import.meta.url));

describe('the health check of the image', () => {
  const servers: http.Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** A page that answers so. @returns its port */
  async function page(status: number, host: string, secure = false): Promise<number> {
    const answer: http.RequestListener = (request, response) => {
      response.writeHead(request.url === '/healthz' ? status : 404, { Connection: 'close' }).end();
    };
    const { cert, key } = certificate();
    const server = secure ? https.createServer({ cert, key }, answer) : http.createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return portOf(server.address());
  }

  it.each([
    ['every address', '0.0.0.0', (port: number) => `0.0.0.0:${port}`],
    ['every address, written short', '0.0.0.0', (port: number) => `:${port}`],
    ['every address, IPv6', '::', (port: number) => `[::]:${port}`],
    ['one address', '127.0.0.1', (port: number) => `127.0.0.1:${port}`],
  ])('is well when the page on %s answers 200', async (_what, host, setting) => {
    const port = await page(200, host);
    expect(await check(setting(port))).toEqual({ code: 0, says: '' });
  });

  it('is well when the page speaks TLS with a certificate for another name', async () => {
    const port = await page(200, '127.0.0.1', true);
    expect(await check(`127.0.0.1:${port},cert=/c.pem,key=/k.pem`)).toEqual({ code: 0, says: '' });
  });

  it('is well without a page, for there is nothing to ask', async () => {
    expect(await check('off')).toEqual({ code: 0, says: '' });
  });

  it('says in one sentence what is wrong', async () => {
    const ill = await page(503, '127.0.0.1');
    expect(await check(`127.0.0.1:${ill}`)).toEqual({ code: 1, says: `127.0.0.1:${ill}/healthz answered 503\n` });
    const nobody = await freePort();
    expect(await check(`127.0.0.1:${nobody}`)).toEqual({
      code: 1,
      says: expect.stringMatching(/^127\.0\.0\.1:\d+\/healthz .*ECONNREFUSED.*\n$/),
    });
  });
});

/** @param page the value of HANGUP_PAGE */
function check(page: string): Promise<{ readonly code: unknown; readonly says: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [HEALTH], { env: { HANGUP_PAGE: page } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, says: stdout + stderr });
    });
  });
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the page has no TCP address');
  return address.port;
}
