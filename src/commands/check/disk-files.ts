import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { getSystemErrorMessage } from 'node:util';
import type { ConfigFiles, FileAnswer } from '../../nginx/parse/config-files.ts';

/** The files of a disk, as nginx would find them; what cannot be read is told in nginx's words. */

/** Far above any configuration (ingress-nginx's largest have some 10 MiB), far below what would fill the memory. */
export const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

export function diskFiles(): ConfigFiles {
  return {
    read: (path) => readConfig(path),
    list(folder) {
      try {
        return readdirSync(folder);
      } catch {
        return null;
      }
    },
  };
}

/** O_NONBLOCK: opening a FIFO that nobody writes into would wait for ever. */
function readConfig(path: string): FileAnswer {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return { refused: `open() "${path}" failed (${reason(error)})` };
  }
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) return { refused: `read() "${path}" failed (21: Is a directory)` };
    if (!stat.isFile()) return { refused: `"${path}" is not a regular file, so it was not read` };
    if (stat.size > LARGEST_FILE_BYTES) {
      return { refused: `"${path}" has ${stat.size} bytes; more than ${LARGEST_FILE_BYTES} are not read` };
    }
    return { bytes: readFileSync(file) };
  } catch (error) {
    return { refused: `read() "${path}" failed (${reason(error)})` };
  } finally {
    closeSync(file);
  }
}

/** `13: Permission denied`, as strerror has it; libuv says it in small letters. */
function reason(error: unknown): string {
  if (!(error instanceof Error && 'errno' in error && typeof error.errno === 'number')) return String(error);
  const known = WORDS.get(-error.errno);
  return `${-error.errno}: ${known ?? getSystemErrorMessage(error.errno)}`;
}

/** Linux's words for what happens to files (glibc, strerror). */
const WORDS: ReadonlyMap<number, string> = new Map([
  [1, 'Operation not permitted'],
  [2, 'No such file or directory'],
  [13, 'Permission denied'],
  [20, 'Not a directory'],
  [21, 'Is a directory'],
  [24, 'Too many open files'],
  [36, 'File name too long'],
  [40, 'Too many levels of symbolic links'],
]);
