import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Journal } from '../../src/evidence/journal.ts';
import { NameTable } from '../../src/evidence/names.ts';
import { emptyTotals } from '../../src/evidence/timeline.ts';
import type { Verdict } from '../../src/verdict/verdict.ts';
import { CLIENT, FACTS, head, verdict } from './report/samples.ts';

/** `hangup report` as an operator runs it: a process of its own, on a journal that another process writes. */

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const MINUTE_MS = 60_000;

let folder: string;
let journal: Journal;
const now = Date.now();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hangup-report-'));
  ({ journal } = await Journal.open({ folder: join(folder, 'data'), names: new NameTable(), log: () => {} }));
  closed('old', now - 180 * MINUTE_MS, {});
  closed('idle-1', now - 2 * MINUTE_MS, {});
  closed('idle-2', now - MINUTE_MS, {});
  closed('gone', now - 30_000, { closedBy: 'client', hop: 'client', cause: 'client-going-away', certainty: 'certain' });
  journal.opened(head({ connection: 'open-1', openedAt: now - 5000 }), CLIENT);
  await vi.waitFor(
    async () => expect(ids((await run('report', '--json', '--open')).stdout)).toEqual(['open-1']),
    10_000,
  );
});

afterAll(async () => {
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

function closed(id: string, at: number, changes: Partial<Verdict>): void {
  const openedAt = at - MINUTE_MS;
  const number = journal.opened(head({ connection: id, openedAt }), CLIENT);
  for (const [n, fact] of FACTS.entries()) journal.fact(number, n, { ...fact, at: openedAt + n });
  journal.ended(number, at, emptyTotals(openedAt));
  const times = { openedAt: new Date(openedAt).toISOString(), closedAt: new Date(at).toISOString() };
  const full = verdict({ connection: id, ...times, ...changes });
  const { closedBy, cause, certainty, hop, refusal, lifetimeMs } = full;
  const columns = { closedBy, cause, certainty, hop, refusal, idleMs: full.idle.anyMs, lifetimeMs, together: null };
  journal.verdict(number, { ...columns, closedAt: at, json: JSON.stringify(full) });
}

function start(...args: string[]): ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  return spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HANGUP_DATA: join(folder, 'data'), TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(...args);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, stdout, stderr };
}

const ids = (stdout: string): string[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).connection);

describe('hangup report --json', () => {
  it('prints one verdict a line as it was stored, the last closed first, and nothing else', async () => {
    const { code, stdout, stderr } = await run('report', '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(ids(stdout)).toEqual(['gone', 'idle-2', 'idle-1', 'old']);
    const stored = verdict({
      connection: 'idle-2',
      openedAt: new Date(now - 2 * MINUTE_MS).toISOString(),
      closedAt: new Date(now - MINUTE_MS).toISOString(),
    });
    expect(stdout.split('\n')[1]).toBe(JSON.stringify(stored));
  });

  it.each([
    [
      ['--since', '1h'],
      ['gone', 'idle-2', 'idle-1'],
    ],
    [['--closed-by', 'client'], ['gone']],
    [['--cause', 'proxy-idle-timeout', '--since', '90s'], ['idle-2']],
    [['--cause', 'proxy-crash'], []],
    [['--connection', 'idle-1'], ['idle-1']],
    [['--open'], ['open-1']],
    [['--connection', 'open-1'], ['open-1']],
  ])('%j', async (args, expected) => {
    expect(ids((await run('report', '--json', ...args)).stdout)).toEqual(expected);
  });

  it('gives an open connection the shape of a verdict', async () => {
    const line = JSON.parse((await run('report', '--json', '--open')).stdout);
    expect(Object.keys(line).sort()).toEqual(Object.keys(verdict()).sort());
    expect(line).toMatchObject({ closedAt: null, closedBy: null, cause: null, certainty: null, manner: null });
    expect(line.lifetimeMs).toBeGreaterThanOrEqual(5000);
  });
});

describe('hangup report', () => {
  it('begins with the sentence that says it all and has no colours in a pipe', async () => {
    const { code, stdout } = await run('report', '--since', '1h');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^In the last hour: 3 closed: 2 by nginx \(2 × idle timeout at 60\.0 s\), 1 by the client \(1 × going\naway\); 1 open\.\nHow sure: 1 certain, 2 likely\.\n\nWHEN /,
    );
    expect(stdout).not.toContain('\x1b');
    expect(stdout.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  it('tells the story of one connection', async () => {
    const { stdout } = await run('report', '--connection', 'idle-1');
    expect(stdout).toContain('Connection idle-1\n');
    expect(stdout).toContain('upGRADE: websocket\n');
  });

  it('lists the open ones', async () => {
    expect((await run('report', '--open')).stdout).toContain('  open-1  /api/v4/websocket');
  });

  it.each([
    [['--connection', 'nobody'], /^hangup: no connection "nobody" in \/.*\/data; `hangup report` lists them\n$/],
    [['--data', 'nowhere'], /^hangup: no journal at \/.*\/nowhere: /],
    [['--closed-by', 'nginx'], /^hangup: --closed-by: no "nginx"; there are client, proxy, /],
    [['--sinc', '1h'], /^hangup: unknown option '--sinc'; did you mean --since\?\n$/],
    [['extra'], /^hangup: too many arguments for 'report'.*\n$/],
  ])('%j ends with exit code 2 and one sentence', async (args, sentence) => {
    const { code, stdout, stderr } = await run('report', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it('ends quietly when its reader has read enough', async () => {
    const child = start('report', '--json');
    child.stdout.on('data', () => {});
    const stderr = text(child.stderr);
    if ('destroy' in child.stdout && typeof child.stdout.destroy === 'function') child.stdout.destroy();
    const [code, signal] = await once(child, 'exit');
    expect({ code, signal, stderr: await stderr }).toEqual({ code: 0, signal: null, stderr: '' });
  });
});

describe('the command line', () => {
  it('names the commands there are when it is given one that is not', async () => {
    const { code, stdout, stderr } = await run('repor', '--json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      'hangup: no command "repor" (did you mean report?); there are serve, report, check, prove, demo\n',
    );
  });

  it('does not pretend to have commands of a later release', async () => {
    for (const name of ['probe', 'export']) expect((await run(name, 'x')).code).toBe(2);
  });

  it('prints help and version on stdout', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
    expect(await run('--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('serve [options]'),
      stderr: '',
    });
    expect(await run()).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('serve [options]') });
  });

  it('prints the settings of serve with their sources and starts nothing', async () => {
    const { code, stdout } = await run('serve', '--listen', '8066', '--target', 'http://x', '--print-settings');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tap gateway listen +127\.0\.0\.1:8066 +--listen$/m);
    expect(stdout).toMatch(/^data +\/.*\/data +HANGUP_DATA$/m);
  });

  it.each([
    [['--listen', '8066'], 'hangup: --listen: needs --target beside it\n'],
    [['--keepalife', '3s'], "hangup: unknown option '--keepalife'; did you mean --keepalive?\n"],
    [['--nginx-log', 'file:x'], "hangup: unknown option '--nginx-log'\n"],
  ])('serve %j ends with exit code 2', async (args, sentence) => {
    expect(await run('serve', ...args)).toEqual({ code: 2, stdout: '', stderr: sentence });
  });
});
