import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Tree } from './tree.ts';

const BUILD = 'build src/inspector/page --logLevel warn';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the page, when hangup is started from a clone', () => {
  it('is built once, on stderr only, before the command runs', async () => {
    const tree = new Tree();
    tree.page('one');
    const first = await tree.run('scripts/start.mjs', ['serve']);
    expect(first).toMatchObject({ code: 0, stdout: '["serve"]\n' });
    expect(first.stderr).toContain('hangup set-up: building the page');
    expect(first.stderr).toContain("vite's own chatter");
    expect(tree.read('dist/page/index.html')).toBe('one');
    expect(await tree.run('scripts/start.mjs', ['serve'])).toEqual({ code: 0, stdout: '["serve"]\n', stderr: '' });
    expect(tree.calls('vite')).toEqual([BUILD]);
  });

  it.each([
    ['its source', 'src/inspector/page/parts/New.tsx'],
    ['the shapes of the API', 'src/inspector/api.ts'],
    ['words that it shares', 'src/words/times.ts'],
  ])('is built again when there is a change in %s', async (_, file) => {
    const tree = new Tree();
    tree.page('one');
    await tree.run('scripts/start.mjs');
    tree.write(file, '// changed');
    expect((await tree.run('scripts/start.mjs')).stderr).toContain('building the page');
    expect(tree.calls('vite')).toHaveLength(2);
  });

  it('is left alone when something else changes', async () => {
    const tree = new Tree();
    tree.page('one');
    await tree.run('scripts/start.mjs');
    tree.write('src/gateway/tap.ts', '// changed');
    expect((await tree.run('scripts/start.mjs')).stderr).toBe('');
  });

  it('is built again when somebody has removed it', async () => {
    const tree = new Tree();
    tree.page('one');
    await tree.run('scripts/start.mjs');
    rmSync(join(tree.root, 'dist'), { recursive: true });
    await tree.run('scripts/start.mjs');
    expect(tree.calls('vite')).toHaveLength(2);
  });

  it('keeps nobody from relaying when it cannot be built, and is tried again the next time', async () => {
    const tree = new Tree();
    tree.page('broken');
    const { code, stdout, stderr } = await tree.run('scripts/start.mjs', ['serve']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '["serve"]\n' });
    expect(stderr).toContain('the page could not be built (exit code 1); npm run build:page shows why');
    tree.page('mended');
    await tree.run('scripts/start.mjs', ['serve']);
    expect(tree.read('dist/page/index.html')).toBe('mended');
  });

  it('is built once by two that start at the same time', async () => {
    const tree = new Tree();
    tree.page('one');
    await tree.run('scripts/start.mjs', ['warm up']);
    tree.page('two');
    const both = await Promise.all([tree.run('scripts/start.mjs', ['a']), tree.run('scripts/start.mjs', ['b'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(tree.calls('vite')).toHaveLength(2);
  });
});

it('all that the page imports is looked at when it is asked whether the page has changed', () => {
  // The set-up is plain JavaScript for any Node, without types.
  const script = "import('./scripts/setup/page.mjs').then(({ MADE_OF }) => console.log(JSON.stringify(MADE_OF)))";
  const madeOf: string[] = JSON.parse(execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' }));
  const missed = sourcesIn('src/inspector/page').flatMap((file) =>
    importsOf(file).filter((imported) => !madeOf.some((part) => imported === part || imported.startsWith(`${part}/`))),
  );
  expect(missed).toEqual([]);
});

function sourcesIn(folder: string): string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => /\.tsx?$/.test(name)).map((name) => join(folder, name));
}

/** What a file imports by a relative path, types left out: they leave no trace in what is built. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const found = [...text.matchAll(/^(?:import|export) (?!type\b)[^;]*?from '(\.[^']+)'/gm)];
  return found
    .map(([, path = '']) => relative(ROOT, resolve(ROOT, dirname(file), path)))
    .filter((path) => existsSync(join(ROOT, path)));
}
