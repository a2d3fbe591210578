import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigFiles, FileAnswer } from '../../../src/nginx/parse/config-files.ts';
import { sbinPath } from '../../kit/program.ts';

/** What the real nginx says of a configuration, and the same files for our reader. */

/** Files by their path below the configuration's folder; `nginx.conf` is the main one. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Judgement {
  readonly accepts: boolean;
  /** The first message of a refusal, without its place. */
  readonly says: string | null;
  readonly file: string | null;
  readonly line: number | null;
  /** The dump of `nginx -T`; empty for a refusal. */
  readonly dump: Buffer;
}

/** `2026/11/23 12:00:02 [emerg] 6586#6586: unknown directive "x" in /tmp/…/nginx.conf:3` */
const REFUSAL = /^[^[\n]*\[emerg\] (?:\d+#\d+: )?(.*?)(?: in (\/\S+):(\d+))?$/m;

export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** @param folder where the files of the case lie */
export async function judge(folder: string): Promise<Judgement> {
  const main = join(folder, 'nginx.conf');
  // Its own pid file, unless the case names one: the machine's may not be writable.
  const pid = /^\s*pid\s/m.test(readFileSync(main, 'latin1')) ? [] : ['-g', `pid ${join(folder, 'nginx.pid')};`];
  const args = ['-T', '-p', `${folder}/`, '-e', 'stderr', ...pid, '-c', main];
  const { failed, stdout, stderr } = await run(args);
  const [, says = null, file = null, line = null] = REFUSAL.exec(stderr) ?? [];
  return { accepts: !failed, says, file, line: line === null ? null : Number(line), dump: stdout };
}

/** @returns what `nginx -v` says */
export const nginxVersion = async (): Promise<string> => (await run(['-v'])).stderr;

interface Output {
  readonly failed: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
}

function run(args: readonly string[]): Promise<Output> {
  const options = { env: sbinPath(), encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 } as const;
  return new Promise((resolve) => {
    execFile('nginx', args, options, (error, stdout, stderr) =>
      resolve({ failed: error !== null, stdout, stderr: stderr.toString('utf8') }),
    );
  });
}

/** The disk, for our reader. */
export const disk: ConfigFiles = {
  read(path): FileAnswer {
    try {
      return { bytes: readFileSync(path) };
    } catch {
      return { refused: `open() "${path}" failed (2: No such file or directory)` };
    }
  },
  list(folder) {
    try {
      return readdirSync(folder);
    } catch {
      return null;
    }
  },
};
