import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { SettingsError } from '../../settings/source.ts';
import type { PlacedFile } from './mended-copy.ts';

/** Files written whole or not at all. */

const BACKUP = '.bak';

export interface Replacement {
  readonly path: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Where what was there before is kept. */
  readonly backup: string;
}

/**
 * A copy of an earlier run is written over.
 * @param root the file or folder that the copy is
 * @throws SettingsError where it cannot be written, or what is there is something else
 */
export function writeCopies(root: string, files: readonly PlacedFile[]): void {
  const own = new Set(files.map(({ path }) => path));
  readable(root, () => {
    const isFolder = statSync(root, { throwIfNoEntry: false })?.isDirectory() ?? false;
    const there = isFolder ? readdirSync(root, { recursive: true, withFileTypes: true }) : [];
    const strange = there.find((entry) => !entry.isDirectory() && !own.has(resolve(entry.parentPath, entry.name)));
    if (strange === undefined && !(isFolder && own.has(resolve(root)))) return;
    throw new SettingsError(`${root} is there and is no copy of this configuration: remove it first`);
  });
  for (const { path, bytes } of files) {
    readable(path, () => {
      mkdirSync(dirname(path), { recursive: true });
      replace(path, bytes, null);
    });
  }
}

/**
 * Each file keeps its mode and owner, and what it was lies beside it with `.bak` at its end. A link stays one: the file
 * it leads to is changed.
 * @param hidden whether a backup must begin with a dot, since nginx would read it otherwise
 * @throws SettingsError where a file has changed since it was read, or cannot be written
 */
export function planReplacements(
  files: readonly { readonly path: string; readonly before: Uint8Array; readonly after: Uint8Array }[],
  hidden: (path: string) => boolean,
): Replacement[] {
  return files.map(({ path, before, after }) =>
    readable(path, () => {
      const real = realpathSync(path);
      if (!readFileSync(real).equals(before)) {
        throw new SettingsError(`${path} has changed since it was read; nothing was written`);
      }
      const usual = `${real}${BACKUP}`;
      const name = usual.slice(usual.lastIndexOf('/') + 1);
      const backup = hidden(usual) ? `${dirname(usual)}/.${name}` : usual;
      return { path: real, before, after, backup };
    }),
  );
}

/** All of them or none. @throws SettingsError where one cannot be written */
export function replaceAll(replacements: readonly Replacement[]): void {
  const done: Replacement[] = [];
  try {
    for (const replacement of replacements) {
      const { path, before, after, backup } = replacement;
      readable(path, () => replace(backup, before, path));
      done.push(replacement);
      readable(path, () => replace(path, after, path));
    }
  } catch (error) {
    restoreAll(done);
    throw error;
  }
}

/** Puts back what was there; the backups go. */
export function restoreAll(replacements: readonly Replacement[]): void {
  for (const { path, before, backup } of replacements) {
    readable(path, () => {
      replace(path, before, path);
      rmSync(backup, { force: true });
    });
  }
}

/** By rename, so that a reader sees the old file or the new one. @param like whose mode and owner it takes */
function replace(path: string, bytes: Uint8Array, like: string | null): void {
  const stat = like === null ? null : statSync(like);
  const temporary = `${dirname(path)}/.hangup-${process.pid}.tmp`;
  try {
    writeFileSync(temporary, bytes, { mode: 0o600 });
    if (stat !== null) {
      if (stat.uid !== process.getuid?.() || stat.gid !== process.getgid?.()) chownSync(temporary, stat.uid, stat.gid);
      chmodSync(temporary, stat.mode & 0o7777);
    } else chmodSync(temporary, 0o666 & ~process.umask());
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readable<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof SettingsError || !(error instanceof Error && 'code' in error)) throw error;
    throw new SettingsError(`${path} cannot be written (${String(error.code)})`);
  }
}
