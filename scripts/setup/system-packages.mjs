// The programs that scenario tests start for real. Where they are missing and we may, apt installs them.

import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';
import { SetupError, say } from './speech.mjs';
import { path } from './tree.mjs';

/** Program → Debian's package of it. */
const PACKAGES = new Map([
  ['nginx', 'nginx-light'],
  ['haproxy', 'haproxy'],
  ['caddy', 'caddy'],
  ['ip', 'iproute2'],
  ['iptables', 'iptables'],
  ['openssl', 'openssl'],
]);

/** Not on every user's PATH. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * @param {{ required: string[] }} options programs without which the tests would prove too little
 * @throws SetupError when a required one is missing in the end
 */
export async function systemPackages({ required }) {
  if (missing().length > 0 && mayInstall()) {
    await withLock(path('.setup-lock'), install, { onWait: () => say('another set-up is at work; waiting for it') });
  }
  const still = missing();
  if (still.length === 0) return;
  const packages = still.map((program) => PACKAGES.get(program)).join(' ');
  const command = `apt-get install --no-install-recommends ${packages}`;
  const fatal = still.filter((program) => required.includes(program));
  if (fatal.length > 0) throw new SetupError(`with CI=true the tests need ${fatal.join(', ')}: as root, ${command}`);
  say(`without ${still.join(', ')} some tests are skipped; to run them, as root: ${command}`);
}

async function install() {
  const packages = missing().map((program) => PACKAGES.get(program));
  if (packages.length === 0) return;
  say(`installing ${packages.join(', ')} for the tests, through apt …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another apt may be at work (unattended upgrades): wait for it instead of failing.
  const patient = ['-q', '-o', 'DPkg::Lock::Timeout=120'];
  const update = await run('apt-get', [...patient, 'update'], { env });
  if (!update.ok) say(`apt-get update failed (${update.how}); trying with the lists that are there`);
  const done = await run('apt-get', [...patient, 'install', '-y', '--no-install-recommends', ...packages], { env });
  if (!done.ok) say(`apt-get install failed (${done.how})`);
}

const mayInstall = () => process.getuid?.() === 0 && find('apt-get');

const missing = () => [...PACKAGES.keys()].filter((program) => !find(program));

/** @param {string} program */
function find(program) {
  const directories = [
    ...(process.env.PATH ?? '').split(':').filter((directory) => directory !== ''),
    ...SYSTEM_DIRECTORIES,
  ];
  return directories.some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
