import { givenDump } from '../../nginx/given-dump.ts';
import type { ConfigFiles, FileAnswer } from '../../nginx/parse/config-files.ts';
import type { ConfigNote } from '../../nginx/parse/tree.ts';
import type { GivenFile } from './shapes.ts';

const utf8 = new TextEncoder();

/** A file as somebody gave it: with its whole path, the end of it, or a bare name. */
export interface Given {
  readonly name: string;
  /** The name under which it was given; null for one that a dump holds. */
  readonly given: string | null;
  readonly bytes: Uint8Array;
}

export interface Unpacked {
  readonly files: readonly Given[];
  /** What nginx said of itself in a dump, such as its version. */
  readonly chatter: readonly string[];
  /** Whether the main file came in a dump: then what it does not hold is not there. */
  readonly isDump: boolean;
  /** What stands in dumps and in none of their files. */
  readonly notes: readonly ConfigNote[];
}

/** Takes dumps apart. @returns the main file first, as it was given */
export function unpack(files: readonly GivenFile[]): Unpacked {
  const chatter: string[] = [];
  const notes: ConfigNote[] = [];
  let isDump = false;
  const all = files.flatMap(({ name, text }, index): Given[] => {
    const bytes = utf8.encode(text);
    const dump = givenDump(bytes, name);
    if (dump === null) return [{ name, given: name, bytes }];
    isDump ||= index === 0;
    chatter.push(...dump.chatter);
    notes.push(...dump.notes);
    return Array.from(dump.files, ([path, own]) => ({ name: path, given: null, bytes: own }));
  });
  return { files: all, chatter, isDump, notes };
}

/**
 * Given files in the place of a disk. A file from a browser brings its name, perhaps with the folders it was dropped with, while
 * nginx asks for `/etc/nginx/conf.d/chat.conf`: so the ends of the two are compared. Where two files fit equally well, none is
 * taken: to take the wrong one would be worse than to say that it is missing.
 */
export class GivenFiles implements ConfigFiles {
  readonly #byName: ReadonlyMap<string, Given>;
  readonly #taken = new Map<string, Given>();
  readonly #missing = new Set<string>();

  constructor(files: readonly Given[]) {
    this.#byName = new Map(files.map((file) => [file.name, file]));
  }

  read(path: string): FileAnswer {
    const file = this.#byName.get(path) ?? this.#nearest(path);
    if (file === null) {
      this.#missing.add(path);
      return { unknown: true };
    }
    this.#taken.set(path, file);
    return { bytes: file.bytes };
  }

  list(folder: string): string[] {
    const inside = folder === '.' ? '' : folder === '/' ? '/' : `${folder}/`;
    const names = new Set<string>();
    for (const name of this.#byName.keys()) {
      const below = name.startsWith(inside) ? name.slice(inside.length).split('/')[0] : '';
      if (below !== undefined && below !== '') names.add(below);
    }
    for (const { name } of this.#inFolderLike(folder)) names.add(lastOf(name));
    return [...names];
  }

  /** What was asked for and is not there. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** The file that was taken for a path; undefined where none was. */
  takenFor(path: string): Given | undefined {
    return this.#taken.get(path);
  }

  /** Files that nobody asked for. */
  get unread(): readonly Given[] {
    const read = new Set(this.#taken.values());
    return [...this.#byName.values()].filter((file) => !read.has(file));
  }

  /** The one file of which a relative name is the end of this path, or shares a folder and the name with it. */
  #nearest(path: string): Given | null {
    const candidates = this.#relative().flatMap((file) => {
      const shared = sharedEnd(file.name, path);
      return shared >= Math.min(2, partsOf(file.name).length) ? [{ file, shared }] : [];
    });
    const most = Math.max(0, ...candidates.map(({ shared }) => shared));
    const best = candidates.filter(({ shared }) => shared === most);
    return best.length === 1 ? (best[0]?.file ?? null) : null;
  }

  /** Files of the one relative folder whose end is the end of this folder. */
  #inFolderLike(folder: string): readonly Given[] {
    const candidates = this.#relative().flatMap((file) => {
      const own = file.name.slice(0, Math.max(0, file.name.lastIndexOf('/')));
      const shared = own === '' ? 0 : sharedEnd(own, folder);
      return shared > 0 ? [{ file, own, shared }] : [];
    });
    const most = Math.max(0, ...candidates.map(({ shared }) => shared));
    const best = candidates.filter(({ shared }) => shared === most);
    return new Set(best.map(({ own }) => own)).size === 1 ? best.map(({ file }) => file) : [];
  }

  #relative(): readonly Given[] {
    return [...this.#byName.values()].filter(({ name }) => !name.startsWith('/'));
  }
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

export const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** How many of the last parts of two paths are the same. */
function sharedEnd(a: string, b: string): number {
  const [left, right] = [partsOf(a).toReversed(), partsOf(b).toReversed()];
  const differs = left.findIndex((part, index) => part !== right[index]);
  return differs === -1 ? left.length : differs;
}
