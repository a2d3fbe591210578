import {
  chmodSync,
  chownSync,
  lstatSync,
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
/** Whoever has so many backups beside one file has lost count of them. */
const MOST_BACKUPS = 1000;

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
  const isNew = readable(root, () => lstatSync(root, { throwIfNoEntry: false })) === undefined;
  try {
    for (const file of files) readable(file.path, () => writeCopy(file));
  } catch (error) {
    // A part of a configuration looks like a whole one.
    if (isNew) rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

function writeCopy({ path, bytes, original }: PlacedFile): void {
  mkdirSync(dirname(path), { recursive: true });
  const { mode, uid, gid } = statSync(original);
  const rights = { mode: mode & 0o777 };
  // Only root may give it to the owner.
  replace(path, bytes, process.getuid?.() === 0 ? { ...rights, uid, gid } : rights);
}

/**
 * Each file keeps its mode and owner, and what it was lies beside it with `.bak` at its end, or `.bak2` where that is taken:
 * a backup that somebody has made is theirs. A link stays one: the file it leads to is changed.
 * @param hidden whether a backup must begin with a dot, since nginx would read it otherwise
 * @throws SettingsError where a file has changed since it was read, or cannot be written
 */
export function planReplacements(
  files: readonly { readonly path: string; readonly before: Uint8Array; readonly after: Uint8Array }[],
  hidden: (path: string) => boolean,
): Replacement[] {
  const planned = new Map<string, Replacement>();
  for (const { path, before, after } of files) {
    const replacement = readable(path, () => planReplacement(path, before, after, hidden));
    const same = planned.get(replacement.path);
    if (same !== undefined && !Buffer.from(same.after).equals(after)) {
      throw new SettingsError(`${path} is included under two names, which would be mended in two ways`);
    }
    planned.set(replacement.path, replacement);
  }
  return [...planned.values()];
}

function planReplacement(
  path: string,
  before: Uint8Array,
  after: Uint8Array,
  hidden: (path: string) => boolean,
): Replacement {
  const real = realpathSync(path);
  if (!readFileSync(real).equals(before)) {
    throw new SettingsError(`${path} has changed since it was read; nothing was written`);
  }
  return { path: real, before, after, backup: freeName(real, hidden) };
}

function freeName(path: string, hidden: (path: string) => boolean): string {
  for (let count = 1; count <= MOST_BACKUPS; count++) {
    const usual = `${path}${BACKUP}${count === 1 ? '' : count}`;
    const name = hidden(usual) ? `${dirname(usual)}/.${usual.slice(usual.lastIndexOf('/') + 1)}` : usual;
    if (lstatSync(name, { throwIfNoEntry: false }) === undefined) return name;
  }
  throw new SettingsError(`${path} has ${MOST_BACKUPS} backups beside it: remove some`);
}

/** All of them or none. @throws SettingsError where one cannot be written */
export function replaceAll(replacements: readonly Replacement[]): void {
  const done: Replacement[] = [];
  try {
    for (const replacement of replacements) {
      const { path, before, after, backup } = replacement;
      const like = readable(path, () => statSync(path));
      readable(path, () => replace(backup, before, like));
      done.push(replacement);
      readable(path, () => replace(path, after, like));
    }
  } catch (error) {
    restoreAll(done);
    throw error;
  }
}

/** Puts back what was there: the backup takes its place again, which needs no room on a full disk. */
export function restoreAll(replacements: readonly Replacement[]): void {
  for (const { path, backup } of replacements) readable(path, () => renameSync(backup, path));
}

/** Whom a file belongs to, and who may do what with it. */
interface Rights {
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** By rename, so that a reader sees the old file or the new one. */
function replace(path: string, bytes: Uint8Array, { mode, uid, gid }: Rights): void {
  const temporary = `${dirname(path)}/.hangup-${process.pid}.tmp`;
  try {
    // What has that name already is no file of ours, and where everybody may write it may lead elsewhere.
    rmSync(temporary, { force: true });
    writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx', flush: true });
    const isOthers = uid !== process.getuid?.() || gid !== process.getgid?.();
    if (uid !== undefined && gid !== undefined && isOthers) chownSync(temporary, uid, gid);
    chmodSync(temporary, mode & 0o7777);
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
