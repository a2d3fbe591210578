// One set-up at a time in one clone. The lock is a folder that holds one file, named after its owner, which the owner
// touches every second: a set-up that was killed is known by its silence, on any host or container that shares the tree.

import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const TOUCH_MS = 1000;
/** Silence after which the owner counts as dead: ten touches missed. */
const STALE_MS = 10_000;
const POLL_MS = 200;

/**
 * Runs `work` while holding the lock.
 * @template T
 * @param {string} folder where the lock is; its parent exists
 * @param {() => Promise<T>} work
 * @param {{ onWait?: () => void, staleMs?: number }} options `onWait` is called once if somebody else has the lock
 * @returns {Promise<T>}
 */
export async function withLock(folder, work, { onWait, staleMs = STALE_MS } = {}) {
  const own = join(folder, randomUUID());
  let waited = false;
  while (!tryToOwn(folder, own, staleMs)) {
    if (!waited) onWait?.();
    waited = true;
    await sleep(POLL_MS);
  }
  const heartbeat = setInterval(() => tolerate('ENOENT', () => touch(own)), TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(own, { force: true });
    tolerate('ENOENT', () => tolerate('ENOTEMPTY', () => rmdirSync(folder)));
  }
}

/** @returns {boolean} whether the lock is ours now */
function tryToOwn(folder, own, staleMs) {
  if (tolerate('EEXIST', () => mkdirSync(folder))) {
    // Fails if the folder was empty for so long that it was taken for a dead owner's.
    return tolerate('ENOENT', () => writeFileSync(own, '', { flag: 'wx' }));
  }
  const owners = [];
  tolerate('ENOENT', () => owners.push(...readdirSync(folder)));
  const [owner] = owners;
  const held = owner === undefined ? folder : join(folder, owner);
  if (silenceMs(held) < staleMs) return false;
  if (owner === undefined) {
    tolerate('ENOENT', () => tolerate('ENOTEMPTY', () => rmdirSync(folder)));
    return false;
  }
  // Touched before it is renamed: nobody may find the new name with the old silence. Only one rename can succeed.
  return tolerate('ENOENT', () => {
    touch(held);
    renameSync(held, own);
  });
}

function silenceMs(file) {
  let since = Date.now();
  tolerate('ENOENT', () => {
    since = statSync(file).mtimeMs;
  });
  return Date.now() - since;
}

function touch(file) {
  const now = new Date();
  utimesSync(file, now, now);
}

/** @returns {boolean} false if it failed with this one code, which the caller expects */
function tolerate(code, act) {
  try {
    act();
    return true;
  } catch (error) {
    if (error.code === code) return false;
    throw error;
  }
}
