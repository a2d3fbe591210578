import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigFiles, FileAnswer } from '../../nginx/parse/config-files.ts';

/**
 * A configuration is often checked on another machine than the one it is for: a laptop, a build server. Files of software
 * that this machine does not have at all are then not missing, they are elsewhere.
 */
const SOFTWARE_FOLDERS = [
  '/etc/nginx',
  '/etc/letsencrypt',
  '/etc/openresty',
  '/opt/bitnami',
  '/opt/homebrew',
  '/usr/local/etc/nginx',
  '/usr/local/nginx',
  '/usr/local/openresty',
  '/usr/share/nginx',
];

/** @param main the main file's path: what lies beside it is here, or nowhere */
export function elsewhere(files: ConfigFiles, main: string): ConfigFiles {
  const absolute = resolve(main);
  return {
    read(path): FileAnswer {
      const answer = files.read(path);
      if ('bytes' in answer) return answer;
      const software = SOFTWARE_FOLDERS.find((folder) => path.startsWith(`${folder}/`));
      const isAbsent = software !== undefined && !absolute.startsWith(`${software}/`) && !isThere(software);
      return isAbsent ? { unknown: true } : answer;
    },
    list: (folder) => files.list(folder),
  };
}

const isThere = (folder: string): boolean => existsSync(folder) && statSync(folder).isDirectory();
