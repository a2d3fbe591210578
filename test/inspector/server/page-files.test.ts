import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import express from 'express';
import supertest from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { pageFiles } from '../../../src/inspector/page-files.ts';
import { removeFolder, temporaryFolder } from '../../kit/temporary.ts';

const SCRIPT = 'export const sentence = "who hung up?";\n'.repeat(100);
const STYLE = '.sentence { color: red }\n'.repeat(100);
const ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>';

/** The server of a page that is built as Vite builds it: the large files in three codings, the small one as it is. */
function serveFiles(): ReturnType<typeof supertest> {
  const folder = temporaryFolder('page');
  onTestFinished(() => removeFolder(folder));
  const assets = join(folder, 'assets');
  mkdirSync(assets);
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'secret.js.br'), 'not an asset');
  writeFileSync(join(assets, 'icon-abc.svg'), ICON);
  for (const [name, content] of [
    ['index-abc.js', SCRIPT],
    ['index-abc.css', STYLE],
  ] as const) {
    writeFileSync(join(assets, name), content);
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(content));
    writeFileSync(join(assets, `${name}.gz`), gzipSync(content));
  }
  return supertest(express().use(pageFiles(folder)));
}

describe('a file of the page', () => {
  it.each([
    ['br', 'gzip, deflate, br, zstd'],
    ['br', '*'],
    ['gzip', 'gzip, deflate'],
    ['gzip', 'br;q=0, gzip'],
    [undefined, 'identity'],
    [undefined, 'gzip;q=0, zstd'],
    [undefined, ''],
  ])('comes in the coding %s to a browser that takes %j', async (coding, accepted) => {
    const ask = serveFiles();
    for (const [path, type, content] of [
      ['/assets/index-abc.js', 'text/javascript; charset=utf-8', SCRIPT],
      ['/assets/index-abc.css', 'text/css; charset=utf-8', STYLE],
    ] as const) {
      const answer = await ask.get(path).set('Accept-Encoding', accepted);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-encoding']).toBe(coding);
      expect(answer.headers['content-type']).toBe(type);
      expect(answer.headers.vary).toBe('Accept-Encoding');
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      if (coding !== undefined) expect(Number(answer.headers['content-length'])).toBeLessThan(content.length / 10);
      expect(answer.text).toBe(content);
    }
  });

  it('comes as it is where the build has not compressed it', async () => {
    const answer = await serveFiles().get('/assets/icon-abc.svg').set('Accept-Encoding', 'br');
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.headers['content-type']).toBe('image/svg+xml');
    expect(String(answer.body)).toBe(ICON);
  });

  it('is not sent again to a browser that has it, and its head is the same without a body', async () => {
    const ask = serveFiles();
    const first = await ask.get('/assets/index-abc.js').set('Accept-Encoding', 'br');
    const again = await ask
      .get('/assets/index-abc.js')
      .set('Accept-Encoding', 'br')
      .set('If-None-Match', first.headers.etag ?? '');
    expect(again.status).toBe(304);
    const head = await ask.head('/assets/index-abc.js').set('Accept-Encoding', 'br');
    expect(head.headers['content-length']).toBe(first.headers['content-length']);
    expect(head.headers['content-encoding']).toBe('br');
  });

  it.each(['/assets/..%2fsecret.js', '/assets/none.js', '/assets/'])(
    'is in the folder of assets or nowhere: %s',
    async (path) => {
      const answer = await serveFiles().get(path).set('Accept-Encoding', 'br');
      expect(answer.status).toBe(404);
      expect(answer.headers['content-encoding']).toBeUndefined();
    },
  );
});
