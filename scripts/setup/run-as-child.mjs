// Runs a program as if this process were it.
//
//   terminal ─ Ctrl-C ─► npm ─► this process ─► child
//                 └─────────────►┘   (npm forwards what the terminal sends to all: the same signal comes twice)
//
// The child has a session of its own, so that signals reach it only through here, each once. Should this process be
// killed, the channel between the two breaks and the child ends itself (with-starter.mjs): it would hold its ports for ever.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { pathToFileURL } from 'node:url';
import { path } from './tree.mjs';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** The same signal again within this time is its echo; a person who insists takes longer. */
const ECHO_MS = 400;

/**
 * @param {string} node path of the Node to run
 * @param {string[]} args
 * @returns {Promise<number>} its exit code, or 128 + n if it died by signal n
 */
export function runAsChild(node, args) {
  return new Promise((resolve) => {
    const preload = pathToFileURL(path('scripts/setup/with-starter.mjs')).href;
    const child = spawn(node, ['--import', preload, ...args], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    const last = new Map();
    for (const signal of FORWARDED) {
      process.on(signal, () => {
        const now = performance.now();
        if (now - (last.get(signal) ?? Number.NEGATIVE_INFINITY) >= ECHO_MS) child.kill(signal);
        last.set(signal, now);
      });
    }
    child.once('error', (error) => {
      process.stderr.write(`hangup set-up: ${node} does not start: ${error.message}\n`);
      resolve(3);
    });
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
