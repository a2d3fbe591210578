import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { BUILT, buildPage } from './built-page.ts';

/** Of the scripts that every visit loads, as gzip makes them: the page's budget. */
const MOST_BYTES = 60_000;
/** Of a view that is loaded when it is opened. */
const MOST_LATER_BYTES = 12_000;

/** What the build has written, by name. */
function builtFiles(): Map<string, Buffer> {
  buildPage();
  const assets = join(BUILT, 'assets');
  return new Map(readdirSync(assets).map((name) => [name, readFileSync(join(assets, name))]));
}

it('what every visit loads is 60 KB compressed, at most, and each view that comes later 12 KB', () => {
  const scripts = [...builtFiles()].filter(([name]) => /\.m?js$/.test(name));
  const sizes = scripts.map(([name, code]) => ({ name, bytes: gzipSync(code, { level: 9 }).length }));
  const shell = readFileSync(join(BUILT, 'index.html'), 'utf8');
  const [first, later] = [
    sizes.filter(({ name }) => shell.includes(name)),
    sizes.filter(({ name }) => !shell.includes(name)),
  ];
  expect(first.length).toBeGreaterThan(0);
  const all = first.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(all, JSON.stringify(first)).toBeLessThanOrEqual(MOST_BYTES);
  for (const { name, bytes } of later) expect(bytes, name).toBeLessThanOrEqual(MOST_LATER_BYTES);
});

it('the check of configurations comes later, and none of its rules is in the page', () => {
  const scripts = [...builtFiles()].filter(([name]) => name.endsWith('.js'));
  const shell = readFileSync(join(BUILT, 'index.html'), 'utf8');
  const checks = scripts.filter(([, code]) => code.includes('/api/check'));
  expect(checks.length).toBeGreaterThan(0);
  for (const [name] of checks) expect(shell).not.toContain(name);
  for (const [name, code] of scripts) expect(code.includes('worker_rlimit_nofile'), name).toBe(false);
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
