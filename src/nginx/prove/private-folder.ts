import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { CannotStart } from './cannot-start.ts';
import { PLACES } from './copy/place.ts';
import { FolderJanitor, markIn } from './janitor.ts';

/** The one folder that a private copy of nginx reads and writes, made for one run and removed after it. */

export interface PrivateFolder {
  readonly path: string;
  /** Whether nginx's worker must stay root to read it. */
  readonly asRoot: boolean;
  remove(): void;
}

/** Modes, whatever the umask: as root the worker is another user, and may read but change nothing here. */
const OWN = 0o600;
const READABLE = 0o644;
const PASSABLE = 0o711;
const LISTED = 0o755;

/**
 * @param worker the user that this nginx's workers become when root starts it
 * @param like a folder whose certificates will do: making them takes a second on a slow machine
 * @throws CannotStart when openssl is missing, or there is no place for temporary files
 */
export async function makePrivateFolder(worker: string, like: PrivateFolder | null = null): Promise<PrivateFolder> {
  const parent = parentFolder();
  const path = join(parent, `hangup-prove-${process.pid}-${randomBytes(8).toString('hex')}`);
  const janitor = new FolderJanitor(path);
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    janitor.dismiss();
  };
  try {
    // Nobody else sees the operator's configuration. It fails where something has that name already.
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    janitor.dismiss();
    throw new CannotStart(`no folder for the private copy can be made in ${parent}: ${messageOf(error)}`);
  }
  try {
    writeFileSync(markIn(path), '');
    const asRoot = !mayBeWorkers(parent, worker);
    fill(path);
    if (like === null) await makeCertificates(path);
    else for (const file of CERTIFICATE_FILES) copyFileSync(join(like.path, file), join(path, file));
    return { path, asRoot, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** @throws CannotStart where nginx could not name a file in it */
function parentFolder(): string {
  const parent = resolve(tmpdir());
  // `$` begins a variable in nginx, and there is no way to write it otherwise.
  if (/[$\p{Cc}]/u.test(parent)) throw new CannotStart(`nginx cannot name files in TMPDIR, ${JSON.stringify(parent)}`);
  return parent;
}

function fill(folder: string): void {
  const write = (name: string, text: string, mode: number): void => {
    writeFileSync(join(folder, name), text, { mode });
    chmodSync(join(folder, name), mode);
  };
  mkdirSync(join(folder, PLACES.web));
  mkdirSync(join(folder, PLACES.temporary));
  write(join(PLACES.web, 'index.html'), 'A file of the private copy that hangup made.\n', READABLE);
  write(PLACES.users, 'hangup:{PLAIN}hangup\n', READABLE);
  // nginx would make them readable to everybody.
  for (const log of [PLACES.errorLog, PLACES.infoLog, PLACES.answeredLog]) write(log, '', OWN);
  if (process.getuid?.() !== 0) return;
  // Passed through, not listed, and not written: a worker that could put a link in here would lead root's nginx elsewhere.
  // nginx itself makes the folders that its workers write into, and gives them away.
  for (const each of ['.', PLACES.temporary]) chmodSync(join(folder, each), PASSABLE);
  chmodSync(join(folder, PLACES.web), LISTED);
}

const CERTIFICATE_FILES = PLACES.certificates.flatMap(({ certificate, key }) => [certificate, key]);

async function makeCertificates(folder: string): Promise<void> {
  const [rsa, ec] = PLACES.certificates;
  await makeCertificate(folder, rsa, ['-newkey', 'rsa:2048']);
  await makeCertificate(folder, ec, ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']);
}

async function makeCertificate(
  folder: string,
  { certificate, key }: { readonly certificate: string; readonly key: string },
  kind: readonly string[],
): Promise<void> {
  const files = ['-keyout', join(folder, key), '-out', join(folder, certificate)];
  const options = ['req', '-x509', ...kind, '-nodes', '-days', '2', '-subj', '/CN=hangup prove', ...files];
  try {
    await promisify(execFile)('openssl', options);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new CannotStart('there is no openssl to make certificates with; install the package openssl');
    }
    throw error;
  }
}

/** Whether nginx's workers may be who they would be: that user is there, and every folder above lets everybody pass. */
function mayBeWorkers(parent: string, worker: string): boolean {
  if (process.getuid?.() !== 0) return true;
  for (let folder = parent; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
  }
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .some((line) => line.startsWith(`${worker}:`));
}
