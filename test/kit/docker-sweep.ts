/** What an engine leaves when it is killed: processes, mounts, files. All of it is known by the folder that is its own. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, onExit } from './temporary.ts';

const PREFIX = 'hangup-docker-';

/**
 * A folder for one engine, swept when this process ends. Its name has the pid: what a killed process left, the next one
 * sweeps. Apart from the kit's other folders, for files under a mount must not be removed before it is undone.
 */
export function engineFolder(): { readonly folder: string; readonly sweepNow: () => void } {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) sweep(join(tmpdir(), name));
  }
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const keepPastExit = onExit(() => sweep(folder));
  return {
    folder,
    sweepNow: () => {
      keepPastExit();
      sweep(folder);
    },
  };
}

/** Synchronous, for it runs when the process ends. */
function sweep(folder: string): void {
  for (const pid of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has gone meanwhile.
    }
  }
  // The innermost first. Lazily: a process that was killed a moment ago may still hold it.
  for (const mount of mountsUnder(folder).reverse()) execFileSync('umount', ['-l', mount], { stdio: 'ignore' });
  rmSync(folder, { recursive: true, force: true });
}

/** Daemons and shims name the folder in their command line; what runs in a container has its root in it. */
function processesOf(folder: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .map(Number)
    .filter((pid) => pid !== process.pid)
    .filter((pid) => proc(pid, 'cmdline').includes(folder) || rootMount(pid).includes(folder));
}

const rootMount = (pid: number): string => /^\S+ \S+ \S+ \S+ \/ .*$/m.exec(proc(pid, 'mountinfo'))?.[0] ?? '';

function mountsUnder(folder: string): string[] {
  const points = proc('self', 'mountinfo')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  return points.filter((point) => point.startsWith(`${folder}/`));
}

/** '' for a process that is gone. */
function proc(pid: number | 'self', file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
