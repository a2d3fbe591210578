// Where things are in the clone, wherever it is and whatever the working directory.

import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../', import.meta.url);

/** @param {string} inTree a path relative to the root of the clone */
export const path = (inTree) => fileURLToPath(new URL(inTree, ROOT));

/** Node 24, installed by npm: libuv 1.52 or later tells a reset from an end (FIELD-NOTES §4). */
export const NODE = path('node_modules/.bin/node');

/** The environment without our own node_modules/.bin, so that a tool finds the Node of the machine while ours is replaced. */
export function machineEnvironment() {
  const directories = (process.env.PATH ?? '').split(':');
  return {
    ...process.env,
    PATH: directories.filter((directory) => !/node_modules\/\.bin\/?$/.test(directory)).join(':'),
  };
}
