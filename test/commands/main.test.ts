import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '../../src/evidence/journal.ts';
import { NameTable } from '../../src/evidence/names.ts';
import { freePort, untilAccepts } from '../kit/ports.ts';
import { Changes } from '../kit/until.ts';
import { BAD, folderOf, GOOD, MAIN } from './check/run-check.ts';

/** What becomes of each command when its output cannot be written: real pipes, and the disk that is always full. */

const folder = folderOf({ 'good.conf': GOOD, 'bad.conf': BAD, 'refused.conf': GOOD.replace(/}\n$/, '') });
const data = join(folder, 'data');
const open = new Set<number>();
let started: ChildProcess | null = null;

beforeAll(async () => {
  await (await Journal.open({ folder: data, names: new NameTable(), log: () => {} })).journal.close();
});

afterEach(async () => {
  if (started !== null && started.exitCode === null && started.signalCode === null) {
    started.kill('SIGKILL');
    await once(started, 'exit');
  }
  for (const file of open) closeSync(file);
  open.clear();
});

/** The end of a pipe whose reader is gone. */
function unread(): number {
  const path = join(folder, `pipe${Math.random()}`);
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  closeSync(reader);
  open.add(writer);
  return writer;
}

function full(): number {
  const file = openSync('/dev/full', 'w');
  open.add(file);
  return file;
}

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once that stands on stderr. */
  untilSays(pattern: RegExp): Promise<unknown>;
}

function start(args: readonly string[], stdout: number): Started {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, stdio: ['ignore', stdout, 'pipe'] });
  started = child;
  let stderr = '';
  const changes = new Changes(() => stderr);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    changes.changed();
  });
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, stderr }));
  return { child, ended, untilSays: (pattern) => changes.until(String(pattern), () => pattern.exec(stderr)) };
}

const run = (args: readonly string[], stdout: number): Promise<Ended> => start(args, stdout).ended;

describe('a reader that has gone away', () => {
  it.each([
    [['check', 'good.conf'], 0],
    [['check', 'bad.conf'], 1],
    [['check', 'bad.conf', '--json'], 1],
    [['check', 'bad.conf', '--format', 'sarif'], 1],
    [['check', 'refused.conf', '--json'], 2],
    [['check', 'refused.conf', '--explain', 'GET ws://chat.example.com/', '--json'], 2],
    [['prove', 'refused.conf', '--json'], 2],
    [['report', '--data', data], 0],
    [['--help'], 0],
  ])('changes nothing of what %j ends with', async (args, code) => {
    const { code: ended, stderr } = await run(args, unread());
    expect(ended).toBe(code);
    expect(stderr).not.toMatch(/EPIPE| at /);
  });

  it('does not make a pipeline green that has findings', () => {
    const command = `"${process.execPath}" "${MAIN}" check bad.conf --json | true; echo \${PIPESTATUS[0]}`;
    expect(spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' }).stdout).toBe('1\n');
  });

  it('is nothing to check where stderr is what nobody reads', async () => {
    const child = spawn(process.execPath, [MAIN, 'check', 'nowhere.conf'], {
      cwd: folder,
      stdio: ['ignore', 'ignore', unread()],
    });
    started = child;
    expect(await once(child, 'exit')).toEqual([2, null]);
  });
});

describe('a full disk', () => {
  it.each([
    [['check', 'good.conf']],
    [['check', 'bad.conf', '--json']],
    [['check', 'refused.conf', '--format', 'sarif']],
    [['prove', 'refused.conf', '--json']],
    [['report', '--data', data]],
    [['serve', '--listen', '8066', '--target', 'http://x', '--print-settings']],
    [['--help']],
  ])('is one sentence and exit code 3 for %j', async (args) => {
    const { code, stderr } = await run(args, full());
    expect(stderr.match(/.*stdout cannot be written.*/g)).toEqual(['hangup: stdout cannot be written (ENOSPC)']);
    expect(stderr).not.toContain(' at ');
    expect(code).toBe(3);
  });
});

describe('hangup serve', () => {
  it.each([
    ['its reader has gone away', unread, /^(?!.*stdout cannot)/s],
    ['the disk of its log is full', full, /^hangup: stdout cannot be written \(ENOSPC\)$/m],
  ])('relays on though %s', async (_what, stdout, says) => {
    const port = await freePort();
    const args = ['--listen', `127.0.0.1:${port}`, '--target', 'http://127.0.0.1:1', '--page', 'off', '--data', data];
    const { child, ended, untilSays } = start(['serve', ...args], stdout());
    // What follows the ready line.
    await untilSays(/recording to/);
    await untilAccepts(port);
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/EPIPE|^ +at /m);
    expect(code).toBe(143);
  });
});
