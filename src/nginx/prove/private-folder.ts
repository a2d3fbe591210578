import { execFile } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PLACES } from './copy/place.ts';

/** The one folder that a private copy of nginx reads and writes, made for one run and removed after it. */

export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}

export interface PrivateFolder {
  readonly path: string;
  /** Whether nginx's worker must stay root to read it. */
  readonly asRoot: boolean;
  remove(): void;
}

/**
 * @param worker the user that this nginx's workers become when root starts it
 * @param like a folder whose certificates will do: making them takes a second on a slow machine
 * @throws CannotStart when openssl is missing
 */
export async function makePrivateFolder(worker: string, like: PrivateFolder | null = null): Promise<PrivateFolder> {
  // Mode 0700: nobody else sees the operator's configuration.
  const path = mkdtempSync(join(tmpdir(), `hangup-prove-${process.pid}-`));
  const remove = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  try {
    mkdirSync(join(path, PLACES.web));
    mkdirSync(join(path, PLACES.temporary));
    writeFileSync(join(path, PLACES.web, 'index.html'), 'A file of the private copy that hangup made.\n');
    writeFileSync(join(path, PLACES.users), 'hangup:{PLAIN}hangup\n');
    if (like === null) await makeCertificates(path);
    else for (const file of CERTIFICATE_FILES) copyFileSync(join(like.path, file), join(path, file));
    return { path, asRoot: !giveToWorker(path, worker), remove };
  } catch (error) {
    remove();
    throw error;
  }
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

/**
 * As root: the worker keeps the user it would have, and the folder is that user's.
 * @returns false where there is no such user to give it to
 */
function giveToWorker(folder: string, worker: string): boolean {
  if (process.getuid?.() !== 0) return true;
  const account = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === worker);
  if (account === undefined) return false;
  const [uid, gid] = [Number(account[2]), Number(account[3])];
  for (const each of ['.', PLACES.web, PLACES.temporary]) chownSync(join(folder, each), uid, gid);
  return true;
}
