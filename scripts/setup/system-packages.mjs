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
  ['conntrack', 'conntrack'],
  ['openssl', 'openssl'],
  ['chromium', 'chromium fonts-dejavu-core'],
]);

/** The same, only where asked for: installing an engine starts a service on a machine that has a service manager. */
const ENGINE_PACKAGES = new Map([
  ['dockerd', 'docker.io'],
  ['docker-compose', 'docker-compose'],
  ['debootstrap', 'debootstrap'],
]);

/** Not on every user's PATH. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * @param {object} options
 * @param {string[]} options.required programs without which the tests would prove too little
 * @param {boolean} [options.engine] whether the container engine belongs to them
 * @param {boolean} [options.root] whether apt may be asked
 * @param {string[]} [options.directories] where to look beside PATH
 * @throws SetupError when a required one is missing in the end
 */
export async function systemPackages({
  required,
  engine = false,
  root = process.getuid?.() === 0,
  directories = SYSTEM_DIRECTORIES,
}) {
  const wanted = new Map([...PACKAGES, ...(engine ? ENGINE_PACKAGES : [])]);
  const missing = () => [...wanted.keys()].filter((program) => !find(program, directories));
  if (missing().length > 0 && root && find('apt-get', directories)) {
    await withLock(path('.setup-lock'), () => install(missing().map((program) => wanted.get(program))), {
      onWait: () => say('another set-up is at work; waiting for it'),
    });
  }
  const still = missing();
  if (still.length === 0) return;
  const packages = still.map((program) => wanted.get(program)).join(' ');
  const command = `apt-get install --no-install-recommends ${packages}`;
  const fatal = still.filter((program) => required.includes(program));
  if (fatal.length > 0) throw new SetupError(`with CI=true the tests need ${fatal.join(', ')}: as root, ${command}`);
  say(`without ${still.join(', ')} some tests are skipped; to run them, as root: ${command}`);
}

/** @param {string[]} named packages, several in one string perhaps */
async function install(named) {
  const packages = named.flatMap((names) => names.split(' '));
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

/**
 * @param {string} program
 * @param {string[]} beside directories to look in after those of PATH
 */
function find(program, beside) {
  const directories = [...(process.env.PATH ?? '').split(':').filter((directory) => directory !== ''), ...beside];
  return directories.some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
