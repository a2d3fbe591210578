import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../../src/nginx/fix/diff.ts';
import { isInstalled } from '../../kit/program.ts';
import { removeFolder, temporaryFolder } from '../../kit/temporary.ts';

/** A diff is only one if the programs that read diffs make the new file from the old one with it. */

const folder = temporaryFolder('diff');
afterAll(() => removeFolder(folder));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function diffOf(before: Uint8Array, after: Uint8Array, name = 'nginx.conf'): Buffer {
  return Buffer.from(unifiedDiff({ name, bytes: before }, { name, bytes: after }));
}

function patched(before: Uint8Array, diff: Uint8Array): Buffer {
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, before);
  const { status, stdout, stderr } = spawnSync('patch', ['--binary', '-s', '-p0', '-d', folder], { input: diff });
  expect(`${stdout}${stderr}`).toBe('');
  expect(status).toBe(0);
  return readFileSync(file);
}

const LINES = Array.from({ length: 30 }, (_, n) => `line ${n};`);
const text = (lines: readonly string[]): Uint8Array => bytes(lines.map((line) => `${line}\n`).join(''));

const CASES: readonly [string, Uint8Array, Uint8Array][] = [
  ['one line changed', text(LINES), text(LINES.with(10, 'other;'))],
  ['changes at both ends', text(LINES), text(LINES.with(0, 'first;').with(29, 'last;'))],
  ['two changes whose contexts touch', text(LINES), text(LINES.with(10, 'a;').with(17, 'b;'))],
  ['two changes whose contexts do not touch', text(LINES), text(LINES.with(10, 'a;').with(18, 'b;'))],
  ['lines put in', text(LINES), text(LINES.toSpliced(5, 0, 'a;', 'b;'))],
  ['lines taken out', text(LINES), text(LINES.toSpliced(5, 3))],
  ['into an empty file', bytes(''), text(['a;'])],
  ['everything taken out', text(['a;', 'b;']), bytes('')],
  ['no line end before', bytes('a;\nb;'), bytes('a;\nb;\nc;\n')],
  ['no line end after', bytes('a;\nb;\n'), bytes('a;\nb;')],
  ['CRLF', bytes('a;\r\nb;\r\n'), bytes('a;\r\nx;\r\nb;\r\n')],
  [
    'bytes that are no UTF-8',
    Uint8Array.of(0x23, 0xff, 0x80, 0x0a, 0x61, 0x0a),
    Uint8Array.of(0x23, 0xff, 0x80, 0x0a, 0x62, 0x0a),
  ],
];

describe('unifiedDiff', () => {
  it('of what is the same is nothing', () => {
    expect(diffOf(text(LINES), text(LINES))).toHaveLength(0);
  });

  it('names a file so that its name stays one word', () => {
    const [head] = diffOf(bytes('a\n'), bytes('b\n'), 'my chat.conf').toString().split('\n');
    expect(head).toBe('--- my chat.conf\t');
    expect(diffOf(bytes('a\n'), bytes('b\n'), 'a\n"b').toString()).toMatch(/^--- "a\\012\\"b"\n/);
  });

  it.runIf(isInstalled('diff')).each(CASES)('is what `diff -u` prints: %s', (_what, before, after) => {
    writeFileSync(join(folder, 'before'), before);
    writeFileSync(join(folder, 'after'), after);
    const { stdout } = spawnSync('diff', ['-u', '--label', 'nginx.conf', '--label', 'nginx.conf', 'before', 'after'], {
      cwd: folder,
    });
    expect(diffOf(before, after)).toEqual(stdout);
  });

  it.runIf(isInstalled('patch')).each(CASES)('is taken by patch: %s', (_what, before, after) => {
    expect(patched(before, diffOf(before, after))).toEqual(Buffer.from(after));
  });

  it.runIf(isInstalled('git')).each(CASES)('is taken by git apply: %s', (_what, before, after) => {
    const own = join(folder, 'git');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'nginx.conf'), before);
    // Outside of any repository, git apply is a better patch.
    execFileSync('git', ['apply', '-p0', '--whitespace=nowarn', '-'], {
      cwd: own,
      input: diffOf(before, after),
      env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
    });
    expect(readFileSync(join(own, 'nginx.conf'))).toEqual(Buffer.from(after));
  });

  it.runIf(isInstalled('patch'))('is taken by patch, whatever the two files are', () => {
    const line = fc.constantFrom('a', 'b', 'c', '}', '');
    const file = fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 25 }), fc.boolean())
      .map(([lines, ends]) => bytes(lines.join('\n') + (ends ? '\n' : '')));
    fc.assert(
      fc.property(file, file, (before, after) => {
        fc.pre(before.length > 0 && after.length > 0 && !Buffer.from(before).equals(after));
        expect(patched(before, diffOf(before, after))).toEqual(Buffer.from(after));
      }),
      { numRuns: 60 },
    );
  });

  it('does not look for the shortest way through two files that have nothing in common', () => {
    const other = (mark: string): Uint8Array => text(Array.from({ length: 20_000 }, (_, n) => `${mark} ${n};`));
    const started = performance.now();
    expect(diffOf(other('a'), other('b')).toString()).toContain('@@ -1,20000 +1,20000 @@');
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
