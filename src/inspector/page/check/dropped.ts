import type { GivenFile } from '../../api.ts';
import { isTooLarge, isWanted, textOf } from './given.ts';

/** Reads files that were dropped or chosen, folders with all that is in them. */

/** A folder with more is not /etc/nginx. */
const MOST_FILES = 500;

export interface Dropped {
  readonly files: readonly GivenFile[];
  /** Names of those that are no configuration, or nobody's business. */
  readonly leftOut: readonly string[];
  /** Names of those that are more than the API takes. */
  readonly tooLarge: readonly string[];
}

interface Named {
  readonly name: string;
  readonly file: File;
}

export async function readDropped(transfer: DataTransfer): Promise<Dropped> {
  // All entries at once: they are gone after the first wait.
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const named: Named[] = [];
  for (const entry of entries) await walk(entry, '', named);
  return await readAll(named);
}

export const readChosen = (list: FileList): Promise<Dropped> =>
  readAll(Array.from(list, (file) => ({ name: file.webkitRelativePath || file.name, file })));

async function walk(entry: FileSystemEntry, folder: string, named: Named[]): Promise<void> {
  if (named.length >= MOST_FILES) return;
  const name = folder + entry.name;
  if (isFile(entry)) {
    named.push({ name, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
  } else if (isFolder(entry)) {
    for (const inside of await entriesOf(entry)) await walk(inside, `${name}/`, named);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // It hands out a hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function readAll(named: readonly Named[]): Promise<Dropped> {
  const files: GivenFile[] = [];
  const leftOut: string[] = [];
  const tooLarge: string[] = [];
  for (const { name, file } of named.slice(0, MOST_FILES)) {
    const text = isWanted(name, file.size) ? textOf(new Uint8Array(await file.arrayBuffer())) : null;
    if (text !== null) files.push({ name, text });
    else (isTooLarge(name, file.size) ? tooLarge : leftOut).push(name);
  }
  return { files, leftOut, tooLarge };
}
