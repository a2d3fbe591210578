import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const HOLDER = fileURLToPath(new URL('./hold-lock.mjs', import.meta.url));

function place(): { lock: string; log: string } {
  const folder = mkdtempSync(join(tmpdir(), 'hangup-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return { lock: join(folder, 'lock'), log: join(folder, 'log') };
}

async function hold(
  { lock, log }: { lock: string; log: string },
  holdMs: number,
  staleMs: number,
  die = '',
): Promise<unknown> {
  const child = spawn(process.execPath, [HOLDER, lock, log, String(holdMs), String(staleMs), die], {
    stdio: 'ignore',
  });
  const [code, signal] = await once(child, 'exit');
  return code ?? signal;
}

/** Nobody came in before the one before was out. */
function expectOneAtATime(log: string, times: number): void {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(times * 2);
  for (let i = 0; i < lines.length; i += 2) {
    expect(lines[i]?.replace('in', 'out')).toBe(lines[i + 1]);
  }
}

describe('two set-ups in one tree', () => {
  it('take turns', async () => {
    const here = place();
    const codes = await Promise.all([hold(here, 60, 10_000), hold(here, 60, 10_000), hold(here, 60, 10_000)]);
    expect(codes).toEqual([0, 0, 0]);
    expectOneAtATime(here.log, 3);
    expect(existsSync(here.lock)).toBe(false);
  });

  it('go on after one that was killed, one at a time', async () => {
    const here = place();
    expect(await hold(here, 0, 10_000, 'die')).toBe('SIGKILL');
    rmSync(here.log);
    const codes = await Promise.all([hold(here, 200, 1500), hold(here, 200, 1500), hold(here, 200, 1500)]);
    expect(codes).toEqual([0, 0, 0]);
    expectOneAtATime(here.log, 3);
  });

  it('go on after one that was killed before it could say who it was', async () => {
    const here = place();
    mkdirSync(here.lock);
    const old = new Date(Date.now() - 60_000);
    utimesSync(here.lock, old, old);
    expect(await hold(here, 0, 5000)).toBe(0);
  });

  it('do not take the lock from one that is only slow', async () => {
    const here = place();
    // Longer than the silence that counts as death: the owner keeps touching its file.
    const codes = await Promise.all([hold(here, 2500, 1800), hold(here, 10, 1800)]);
    expect(codes).toEqual([0, 0]);
    expectOneAtATime(here.log, 2);
  });

  it('fail instead of waiting for ever when the place is a file', async () => {
    const here = place();
    writeFileSync(here.lock, '');
    expect(await hold(here, 0, 100)).toBe(1);
  });
});
