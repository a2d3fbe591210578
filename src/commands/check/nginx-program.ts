import { execFile } from 'node:child_process';
import { type NginxVersion, versionSaid } from '../../nginx/version.ts';

/** The nginx of this machine, asked for its version and for its opinion of a configuration. */

/** Both answer in milliseconds; resolving an upstream's name may take the resolver's time. */
const PATIENCE_MS = 20_000;
/** Where distributions keep it and users' paths do not lead. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/openresty/nginx/sbin'];

export interface Said {
  /** null where there is no nginx, or it did not end by itself. */
  readonly code: number | null;
  /** What it said on both outputs. */
  readonly text: string;
}

/** @returns null where this machine has no nginx */
export async function installedVersion(): Promise<NginxVersion | null> {
  return versionSaid((await nginx('-v')).text);
}

/** `nginx -t`: what it makes of a main file. @param main absolute */
export const testConfiguration = (main: string): Promise<Said> => nginx('-t', '-c', main);

function nginx(...args: string[]): Promise<Said> {
  const env = { ...process.env, PATH: [process.env.PATH ?? '', ...SYSTEM_FOLDERS].join(':') };
  return new Promise((resolve) => {
    execFile('nginx', args, { env, timeout: PATIENCE_MS, encoding: 'utf8' }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, text: stdout + stderr });
    });
  });
}
