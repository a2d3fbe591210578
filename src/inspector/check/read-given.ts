import type { ConfigFiles, FileAnswer } from '../../nginx/parse/config-files.ts';
import { glob, hasWildcard, partPattern } from '../../nginx/parse/glob.ts';
import { configPrefix, fullName, includeIn } from '../../nginx/parse/includes.ts';
import { parse } from '../../nginx/parse/parse.ts';
import type { Configuration } from '../../nginx/parse/tree.ts';
import { type Given, GivenFiles, lastOf, type Unpacked } from './given-files.ts';

/** Reads a configuration out of the files that somebody gave. */

/** Each round places at least one file; files that include files that include files are as deep as people go. */
const MOST_ROUNDS = 5;

export interface ReadGiven {
  readonly configuration: Configuration;
  /** Paths and patterns that were included and not given. */
  readonly missing: readonly string[];
  /** The names of those that were given and included by nothing. */
  readonly unread: readonly string[];
  /** The name under which a file was given that nginx knows by this one; null where it is the same. */
  givenAs(name: string): string | null;
  /** @param changed new bytes of files, by the names under which nginx knows them */
  reread(changed: ReadonlyMap<string, Uint8Array>): Configuration;
}

/** @returns null where no file was given */
export function readGiven({ files, isDump, notes }: Unpacked): ReadGiven | null {
  const main = files[0]?.name;
  if (main === undefined) return null;
  let placed = files;
  let read = readOnce(main, placed, isDump);
  for (let round = 1; round < MOST_ROUNDS; round++) {
    const next = placeBareNames(placed, read, main);
    if (next === null) break;
    placed = next;
    read = readOnce(main, placed, isDump);
  }
  const { configuration, given } = read;
  const empty = isDump ? [] : patternsIn(configuration, main).filter((path) => glob(path, given).length === 0);
  return {
    configuration: { ...configuration, notes: [...notes, ...configuration.notes] },
    missing: [...new Set([...given.missing, ...empty])],
    unread: isDump ? [] : given.unread.map((file) => file.given ?? file.name),
    givenAs: (name) => {
      const as = given.takenFor(name)?.given ?? null;
      return as === name ? null : as;
    },
    reread: (changed) => {
      const again = filesOf(new GivenFiles(placed), isDump);
      const read = (path: string): FileAnswer => {
        const bytes = changed.get(path);
        return bytes === undefined ? again.read(path) : { bytes };
      };
      return parse(main, { ...again, read });
    },
  };
}

interface Once {
  readonly configuration: Configuration;
  readonly given: GivenFiles;
}

function readOnce(main: string, files: readonly Given[], isDump: boolean): Once {
  const given = new GivenFiles(files);
  return { configuration: parse(main, filesOf(given, isDump)), given };
}

/** A dump has every file; of what somebody pasted or dropped, others may be missing. */
const filesOf = (given: GivenFiles, isDump: boolean): ConfigFiles => ({
  read: (path) => given.read(path),
  list: (folder) => given.list(folder),
  ...(isDump ? {} : { partial: true }),
});

/**
 * A bare `chat.conf` belongs where the only pattern that fits it looks; where two do (`conf.d/*.conf` and `sites-enabled/*`),
 * whoever gave it must say.
 * @returns null where none could be placed
 */
function placeBareNames(files: readonly Given[], { configuration, given }: Once, main: string): Given[] | null {
  const patterns = new Set(patternsIn(configuration, main));
  const unread = new Set(given.unread);
  let found = false;
  const placed = files.map((file): Given => {
    if (!unread.has(file) || file.name.includes('/')) return file;
    const folders = [...patterns].flatMap((path) => {
      const folder = path.slice(0, path.lastIndexOf('/') + 1);
      return !hasWildcard(folder) && partPattern(lastOf(path)).test(file.name) ? [folder] : [];
    });
    const [folder] = folders;
    if (folder === undefined || new Set(folders).size > 1 || folder === '') return file;
    found = true;
    return { ...file, name: folder + file.name };
  });
  return found ? placed : null;
}

/** @returns the paths of the includes that have a wildcard, as nginx would look for them */
function patternsIn({ directives }: Configuration, main: string): string[] {
  const patterns: string[] = [];
  const waiting = directives.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const argument = next.name === 'include' ? (next.args[0]?.text ?? '') : '';
    if (hasWildcard(argument) && includeIn(next.parent?.name ?? null)) {
      patterns.push(fullName(argument, configPrefix(main)));
    }
    for (const child of next.block?.children.toReversed() ?? []) waiting.push(child);
  }
  return patterns;
}
