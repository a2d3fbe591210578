/** What must go when a test process ends: folders, children, namespaces. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'hangup-kit-';

const atEnd = new Set<() => void>();
function end(): void {
  for (const act of atEnd) act();
  atEnd.clear();
}

process.on('exit', end);
// vitest ends its workers by SIGTERM, which would pass `exit` by.
process.once('SIGTERM', () => {
  end();
  process.kill(process.pid, 'SIGTERM');
});

/** Runs `act`, which must not wait, when this process ends, unless by SIGKILL. Returns how to take it back. */
export function onExit(act: () => void): () => void {
  atEnd.add(act);
  return () => void atEnd.delete(act);
}

/**
 * A temporary folder of this process, gone when it ends. Its name has the pid: what a killed process left, the next kit
 * process removes.
 */
export function temporaryFolder(name: string): string {
  if (swept === false) removeStale();
  return mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-${name}-`));
}

/** A program that was told to end may still write into its folder for a moment (Chromium has helpers that do): so it retries. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
}

/** Whether a process of that pid exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

let swept = false;

function removeStale(): void {
  swept = true;
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) removeFolder(join(tmpdir(), name));
  }
}

onExit(() => {
  for (const name of readdirSync(tmpdir())) {
    if (name.startsWith(`${PREFIX}${process.pid}-`)) removeFolder(join(tmpdir(), name));
  }
});
