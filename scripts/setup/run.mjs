// Runs a set-up tool to its end, with all it says on stderr.

import { spawn } from 'node:child_process';

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ ok: boolean, how: string }>} `how` it ended, for a sentence: `exit code 1`, `ENOENT`
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 2, 2] });
    child.once('error', (error) => resolve({ ok: false, how: 'code' in error ? String(error.code) : error.message }));
    child.once('exit', (code, signal) => {
      resolve({ ok: code === 0, how: code === null ? `signal ${signal}` : `exit code ${code}` });
    });
  });
}
