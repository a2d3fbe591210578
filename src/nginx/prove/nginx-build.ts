import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { versionSaid } from '../version.ts';
import { CannotStart } from './cannot-start.ts';
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
    return statSync(file).isFile();
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

/** It prints a page and ends. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Asks `nginx -V`. @throws CannotStart when it does not answer as nginx does */
export async function inspectNginx(path: string): Promise<InstalledNginx> {
  const stderr = await buildOf(path);
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
    hasGeoip: /--with-http_geoip_module(?!=)/.test(stderr),
    user: option('user') ?? 'nobody',
  };
}

async function buildOf(path: string): Promise<string> {
  const options = { encoding: 'utf8', timeout: ANSWER_TIMEOUT_MS } as const;
  const asked = await promisify(execFile)(path, ['-V'], options).catch((error: Error) => error);
  if (asked instanceof Error)
    throw new CannotStart(`${path} -V does not answer as nginx does: ${asked.message.trim()}`);
  // Its relatives have their own names before the word: Tengine, Angie.
  if (!/\bversion: \S+\/\d/.test(asked.stderr)) throw new CannotStart(`${path} is no nginx: its -V names no version`);
  return asked.stderr;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
