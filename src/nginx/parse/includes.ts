import type { ConfigFiles } from './config-files.ts';
import { glob, hasWildcard } from './glob.ts';

/** Where `include` leads. */

/** `split_clients` and `charset_map` read their own lines, and have no include (ngx_http_split_clients_module.c, ngx_http_charset_module.c). */
const WITHOUT_INCLUDE = new Set(['split_clients', 'charset_map']);

export const includeIn = (parent: string | null): boolean => parent === null || !WITHOUT_INCLUDE.has(parent);

/** The folder to which `include` is relative: that of the main file, whatever file the line stands in (ngx_conf_full_name). */
export const configPrefix = (main: string): string => main.slice(0, main.lastIndexOf('/') + 1);

const DRIVE = /^[A-Za-z]:/;

/**
 * nginx on Windows begins at a drive letter, and puts the main file's own before a path that begins with a slash; either
 * slash means the same there (ngx_get_full_name under NGX_WIN32). A dump's own names tell that it is from there.
 * @param argument as it stands after `include` @param prefix of {@link configPrefix}
 */
export function fullName(argument: string, prefix: string): string {
  const [drive = null] = DRIVE.exec(prefix) ?? [];
  const path = drive === null ? argument : argument.replaceAll('\\', '/');
  if (path.startsWith('/')) return `${drive ?? ''}${path}`;
  return drive !== null && DRIVE.test(path) ? path : `${prefix}${path}`;
}

/** Whether it depends on the main file's folder. */
export const isRelative = (argument: string, prefix: string): boolean =>
  !argument.startsWith('/') && !(DRIVE.test(prefix) && DRIVE.test(argument));

/**
 * @param argument as it stands after `include`
 * @returns the files in the order in which nginx reads them; for a pattern that matches nothing, none
 */
export function includedPaths(argument: string, prefix: string, parent: string | null, files: ConfigFiles): string[] {
  const path = fullName(argument, prefix);
  // A geo block opens the one file it is given (ngx_http_geo_include).
  return hasWildcard(argument) && parent !== 'geo' ? glob(path, files) : [path];
}
