/**
 * The image that the Dockerfile stands on, made on this machine: Debian by debootstrap, this project's Node and this machine's
 * npm where the official image has them, and the configuration by which npm reaches its registry here. No registry of images
 * is asked. nginx is in it as well, for the images of the stacks.
 */

import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run } from './namespace.ts';
import { Program, sbinPath } from './program.ts';

const PACKAGES = 'ca-certificates,nginx-light';
/** Half a minute on an idle machine. */
const DEBOOTSTRAP_MS = 300_000;
/** Kept between runs for so long, beside the tree and not in it: the security fixes of a test image can wait. */
const KEEP_MS = 7 * 24 * 3_600_000;
const CA_BUNDLE = 'etc/ssl/certs/ca-certificates.crt';
/** Half of the archive, and nothing reads it. */
const DEAD_WEIGHT = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/locale', 'usr/share/man'];

/** What the image needs in its environment for `npm ci` to work here. */
export const BASE_ENV = `NODE_EXTRA_CA_CERTS=/${CA_BUNDLE}`;

/** @param folder for what is in the making @returns the path of the root file system as an archive for `docker import` */
export async function baseArchive(folder: string): Promise<string> {
  const npm = await npmFolder();
  const { version } = readJson(join(npm, 'package.json'));
  const archive = join(tmpdir(), `hangup-base-${process.arch}-node-${process.versions.node}-npm-${version}.tar`);
  if (isFresh(archive)) return archive;
  const root = join(folder, 'base');
  await debootstrap(root);
  for (const path of DEAD_WEIGHT) rmSync(join(root, path), { recursive: true, force: true });
  await addNode(root, npm);
  // Renamed when it is whole: an interrupted run leaves nothing that looks finished.
  await run('tar', '-C', root, '-cf', join(folder, 'base.tar'), '.');
  rmSync(root, { recursive: true });
  renameSync(join(folder, 'base.tar'), archive);
  return archive;
}

/** The folder for temporary files is everybody's: an archive of another user is not ours to trust. */
function isFresh(archive: string): boolean {
  const found = statSync(archive, { throwIfNoEntry: false });
  return found !== undefined && found.uid === process.getuid?.() && Date.now() - found.mtimeMs < KEEP_MS;
}

/** From the mirror and of the suite that apt has here, at the lowest priority: timing tests run beside it. */
async function debootstrap(root: string): Promise<void> {
  const suite = /^VERSION_CODENAME=(\S+)$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'stable';
  const lists = await run('apt-get', 'indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Created-By: Packages');
  const mirror = lists
    .split('\n')
    .find((line) => line.endsWith(` ${suite}`))
    ?.split(' ')[0];
  if (mirror === undefined) throw new Error(`apt has no mirror of ${suite}: ${lists}`);
  const options = ['--variant=minbase', `--include=${PACKAGES}`];
  const program = Program.start(['nice', '-n', '19', 'debootstrap', ...options, suite, root, mirror], {
    env: { ...sbinPath(), DEBIAN_FRONTEND: 'noninteractive' },
  });
  await program.until('the end of debootstrap', () => program.exit, DEBOOTSTRAP_MS);
  if (program.exit?.code !== 0)
    throw new Error(`debootstrap failed:\n${program.stdout.slice(-2_000)}${program.stderr}`);
}

async function addNode(root: string, npm: string): Promise<void> {
  const local = join(root, 'usr/local');
  cpSync(process.execPath, join(local, 'bin/node'), { dereference: true });
  cpSync(npm, join(local, 'lib/node_modules/npm'), { recursive: true });
  await run('ln', '-s', '../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
  mkdirSync(join(local, 'etc'), { recursive: true });
  const registry = (await run('npm', 'config', 'get', 'registry')).trim();
  writeFileSync(join(local, 'etc/npmrc'), `registry=${registry}\n`);
  const bundle = process.env.NODE_EXTRA_CA_CERTS ?? `/${CA_BUNDLE}`;
  if (existsSync(bundle)) cpSync(bundle, join(root, CA_BUNDLE), { dereference: true });
}

/** The folder of the npm package on this machine. */
async function npmFolder(): Promise<string> {
  const known = process.env.npm_execpath;
  const cli = known?.endsWith('npm-cli.js') ? known : realpathSync((await run('sh', '-c', 'command -v npm')).trim());
  return resolve(dirname(cli), '..');
}

function readJson(path: string): { readonly version: string } {
  return JSON.parse(readFileSync(path, 'utf8'));
}
