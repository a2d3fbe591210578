import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const SUMMARY = fileURLToPath(new URL('../../scripts/ci-summary.mjs', import.meta.url));

function summary(results: object | null, tests: number, lint: number): { lines: string[]; code: number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'hangup-ci-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'results.json');
  if (results !== null) writeFileSync(file, JSON.stringify(results));
  const { stdout, status } = spawnSync(process.execPath, [SUMMARY, file, String(tests), String(lint)], {
    encoding: 'utf8',
  });
  return { lines: stdout.trimEnd().split('\n'), code: status };
}

const test = (status: string, fullName = 'a test') => ({ status, fullName });
const file = (name: string, status: string, assertionResults: object[], message = '') => ({
  name,
  status,
  assertionResults,
  message,
});

describe('the last line of .ci/run', () => {
  it('counts tests and lint, and names what failed', () => {
    const results = {
      testResults: [file('a.test.ts', 'failed', [test('passed'), test('failed', 'relays'), test('skipped')])],
    };
    expect(summary(results, 1, 0)).toEqual({
      lines: ['1 skipped', 'FAILED a.test.ts: relays', '2 passed, 1 failed'],
      code: 1,
    });
  });

  it('is good news only when all went well', () => {
    const results = { testResults: [file('a.test.ts', 'passed', [test('passed'), test('passed')])] };
    expect(summary(results, 0, 0)).toEqual({ lines: ['3 passed, 0 failed'], code: 0 });
    expect(summary(results, 0, 1)).toMatchObject({
      lines: [expect.stringContaining('lint'), '2 passed, 1 failed'],
      code: 1,
    });
  });

  it('counts a file that does not load, an error outside any test, and a run without results', () => {
    const broken = { testResults: [file('b.test.ts', 'failed', [], 'Cannot find module\n at …')] };
    expect(summary(broken, 1, 0).lines).toEqual(['FAILED b.test.ts: Cannot find module', '1 passed, 1 failed']);
    const unhandled = { testResults: [file('a.test.ts', 'passed', [test('passed')])] };
    expect(summary(unhandled, 1, 0)).toMatchObject({
      lines: ['FAILED npm test ended with exit code 1', '2 passed, 1 failed'],
      code: 1,
    });
    expect(summary(null, 3, 1)).toMatchObject({ code: 1, lines: expect.arrayContaining(['0 passed, 2 failed']) });
  });
});
