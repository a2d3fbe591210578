import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { versionSaid } from '../version.ts';
import type { NginxBuild } from './copy/place.ts';

/** The nginx of this machine: where it is, and what it says that it can do. */

/** Where packages put nginx outside an ordinary user's PATH. */
const FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/nginx/sbin',
  '/usr/local/openresty/nginx/sbin',
  '/opt/homebrew/bin',
];

/** @param path the operator's PATH @returns null where there is no nginx */
export function findNginx(path: string): string | null {
  for (const folder of [...path.split(delimiter).filter((each) => each !== ''), ...FOLDERS]) {
    const file = join(folder, 'nginx');
    if (isExecutable(file)) return file;
  }
  return null;
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface InstalledNginx extends NginxBuild {
  readonly path: string;
  /** The user its workers become when root starts it and the configuration names none. */
  readonly user: string;
}

/** Modules that are built in by `--add-module=FOLDER`, by a word in the folder's name. */
const ADDED: readonly (readonly [word: string, file: string])[] = [
  ['headers-more', 'ngx_http_headers_more_filter_module.so'],
  ['brotli', 'ngx_http_brotli_filter_module.so'],
  ['brotli', 'ngx_http_brotli_static_module.so'],
  ['zstd', 'ngx_http_zstd_filter_module.so'],
  ['zstd', 'ngx_http_zstd_static_module.so'],
  ['echo', 'ngx_http_echo_module.so'],
];

/** Asks `nginx -V`. @throws when it does not answer */
export async function inspectNginx(path: string): Promise<InstalledNginx> {
  const { stderr } = await promisify(execFile)(path, ['-V'], { encoding: 'utf8' });
  const option = (name: string): string | null => new RegExp(`--${name}=(\\S+)`).exec(stderr)?.[1] ?? null;
  const prefix = option('prefix') ?? '/usr/local/nginx';
  const modulesFolder = option('modules-path') ?? `${prefix}/modules`;
  const added = [...stderr.matchAll(/--add-module=(\S+)/g)].map(([, folder = '']) => folder);
  const builtIn = ADDED.filter(([word]) => added.some((folder) => folder.includes(word))).map(([, file]) => file);
  if (/--with-http_image_filter_module(?!=)/.test(stderr)) builtIn.push('ngx_http_image_filter_module.so');
  return {
    path,
    version: versionSaid(stderr),
    modulesFolder,
    modules: new Set([...namesIn(modulesFolder), ...builtIn]),
    without: new Set([...stderr.matchAll(/--without-http_(\w+)_module/g)].map(([, name = '']) => name)),
    user: option('user') ?? 'nobody',
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
