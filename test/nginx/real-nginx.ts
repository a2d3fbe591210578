import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type NginxVersion, versionSaid } from '../../src/nginx/version.ts';
import { certificate } from '../kit/certificate.ts';
import { sbinPath } from '../kit/program.ts';
import { removeFolder, temporaryFolder } from '../kit/temporary.ts';

/** What the nginx of this machine says of a configuration. */

export interface NginxSays {
  readonly accepts: boolean;
  readonly output: string;
}

/** Certificate files that a configuration under test may name. */
const CERTIFICATES = ['cert.pem', 'key.pem'] as const;

/** A name that nobody resolves here says nothing about the configuration. */
const OUTSIDE = /host not found in upstream/;

/**
 * `nginx -t` of one file in a folder of its own, with cert.pem and key.pem beside it.
 * @param piece whether the text belongs into an `http` block
 */
export async function nginxTest(name: string, text: string | Uint8Array, piece: boolean): Promise<NginxSays> {
  const folder = temporaryFolder('nginx-t');
  try {
    const { certPath, keyPath } = certificate();
    const [cert, key] = CERTIFICATES;
    copyFileSync(certPath, join(folder, cert));
    copyFileSync(keyPath, join(folder, key));
    const file = join(folder, basename(name));
    writeFileSync(file, text);
    const main = piece ? join(folder, 'around.conf') : file;
    if (piece) writeFileSync(main, `events {}\nhttp {\n  include ${file};\n}\n`);
    const output = await run(['-t', '-p', folder, '-e', 'stderr', '-c', main]);
    return { accepts: /test is successful/.test(output) || OUTSIDE.test(output), output };
  } finally {
    removeFolder(folder);
  }
}

/** @throws where nginx does not say its version */
export function installedNginx(): NginxVersion {
  const said = spawnSync('nginx', ['-v'], { env: sbinPath(), encoding: 'utf8' }).stderr;
  const version = versionSaid(said);
  if (version === null) throw new Error(`nginx -v says ${said}`);
  return version;
}

function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile('nginx', args, { env: sbinPath() }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}
