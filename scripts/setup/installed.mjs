// Whether node_modules is what package-lock.json says. Read, never run: this is on the way of every `npm start`.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { path } from './tree.mjs';

const STAMP = 'node_modules/.hangup-setup';

/** libuv 1.52, which tells a reset from an end, came with this one (FIELD-NOTES §4). */
export const LEAST_NODE = [24, 21];

/** @returns {string} what the stamp holds after an install of the lockfile as it is now */
const expectedStamp = () =>
  createHash('sha256')
    .update(readFileSync(path('package-lock.json')))
    .digest('hex');

export const isStamped = () => readIfThere(STAMP) === expectedStamp() && nodeIsThere();

export const stamp = () => writeFileSync(path(STAMP), expectedStamp());

/**
 * Whether somebody else's `npm ci` or `npm install` has done the work: npm's own record of what it put into node_modules
 * agrees with the lockfile.
 */
export function npmInstalledIt() {
  const record = readIfThere('node_modules/.package-lock.json');
  if (record === null || !nodeIsThere()) return false;
  const wanted = Object.entries(JSON.parse(readFileSync(path('package-lock.json'), 'utf8')).packages);
  const there = JSON.parse(record).packages;
  return wanted.every(([name, { version, optional }]) => {
    if (name === '') return true;
    return there[name] === undefined ? optional === true : there[name].version === version;
  });
}

/** Whether the Node that npm installed is new enough, by what its package says. */
export function nodeIsThere() {
  const description = readIfThere('node_modules/node/package.json');
  return description !== null && isLeastNode(JSON.parse(description).version);
}

/** @param {string} version such as `v24.21.0` or `24.21.0` */
export function isLeastNode(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function readIfThere(inTree) {
  try {
    return readFileSync(path(inTree), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
