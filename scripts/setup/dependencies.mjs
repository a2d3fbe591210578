// The npm packages, Node 24 among them. Costs a few milliseconds when they are there.

import { spawnSync } from 'node:child_process';
import { isLeastNode, isStamped, LEAST_NODE, npmInstalledIt, stamp } from './installed.mjs';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';
import { SetupError, say } from './speech.mjs';
import { machineEnvironment, NODE, path } from './tree.mjs';

/** Installs what package-lock.json lists, if it is not installed. @throws SetupError */
export async function dependencies() {
  if (isStamped()) return;
  await withLock(
    path('.setup-lock'),
    async () => {
      if (isStamped()) return;
      if (!npmInstalledIt()) await install();
      verifyNode();
      stamp();
    },
    { onWait: () => say('another set-up is at work in this tree; waiting for it') },
  );
}

async function install() {
  say('installing packages and Node 24 into node_modules (once, up to a minute) …');
  // .npmrc keeps npm silent for the sake of stdout; here its errors are wanted. The tests' packages belong to it even
  // where NODE_ENV is production.
  const args = ['ci', '--loglevel=error', '--include=dev', '--no-audit', '--no-fund'];
  const { ok, how } = await run('npm', args, { cwd: path('.'), env: machineEnvironment() });
  if (!ok) {
    throw new SetupError(
      `npm ci failed (${how}); it needs the npm registry this once: check the network and the proxy settings ` +
        '(npm config get registry), then run the same command again',
    );
  }
}

function verifyNode() {
  const { stdout } = spawnSync(NODE, ['--version'], { encoding: 'utf8' });
  const version = (stdout ?? '').trim();
  if (isLeastNode(version)) return;
  throw new SetupError(
    `node_modules/.bin/node is ${version === '' ? 'missing or does not run' : version}, not Node ${LEAST_NODE.join('.')} or ` +
      'later; it is put there by an install script, so npm must be allowed to run them (npm config get ignore-scripts)',
  );
}
