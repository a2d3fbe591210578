import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { BUILT, buildPage } from './built-page.ts';

/** Of all scripts together, as gzip makes them: the page's budget. */
const MOST_BYTES = 60_000;

/** What the build has written, by name. */
function builtFiles(): Map<string, Buffer> {
  buildPage();
  const assets = join(BUILT, 'assets');
  return new Map(readdirSync(assets).map((name) => [name, readFileSync(join(assets, name))]));
}

it('all scripts of the page together are 60 KB compressed, at most', () => {
  const scripts = [...builtFiles()].filter(([name]) => /\.m?js$/.test(name));
  const sizes = scripts.map(([name, code]) => ({ name, bytes: gzipSync(code, { level: 9 }).length }));
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(scripts.length).toBeGreaterThan(0);
  expect(all, JSON.stringify(sizes)).toBeLessThanOrEqual(MOST_BYTES);
});

it('each script and style that is worth it lies there compressed as well, and is the same', () => {
  const files = builtFiles();
  const large = [...files].filter(([name, content]) => /\.(js|css)$/.test(name) && content.length >= 1024);
  expect(large.length).toBeGreaterThanOrEqual(2);
  for (const [name, content] of large) {
    const [brotli, gzip] = [files.get(`${name}.br`), files.get(`${name}.gz`)];
    if (brotli === undefined || gzip === undefined) throw new Error(`${name} is not compressed`);
    expect(brotliDecompressSync(brotli).equals(content)).toBe(true);
    expect(gunzipSync(gzip).equals(content)).toBe(true);
    expect(brotli.length).toBeLessThan(gzip.length);
  }
});

it('no file of the page loads anything from elsewhere, or names a folder of the machine that built it', () => {
  const text = [...builtFiles()].filter(([name]) => /\.(js|css|svg)$/.test(name)).map(([, content]) => String(content));
  const shell = readFileSync(join(BUILT, 'index.html'), 'utf8');
  for (const each of [...text, shell]) {
    // Names of XML's vocabularies look like addresses, and are none.
    const addresses = each.replaceAll(/http:\/\/www\.w3\.org\/[\w/]+/g, '').match(/\bhttps?:\/\/[^\s"'`)]+/g) ?? [];
    expect(addresses).toEqual([]);
    expect(each).not.toContain(process.cwd());
  }
  expect(shell).not.toMatch(/<script>|<style|onload=|style=/);
});
