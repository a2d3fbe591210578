import { dirname, join, relative, resolve } from 'node:path';
import { applyEdits } from '../../nginx/fix/apply.ts';
import { replaceWord } from '../../nginx/fix/edits.ts';
import type { ChangedFile } from '../../nginx/fix/mend.ts';
import { glob } from '../../nginx/parse/glob.ts';
import type { Configuration, Directive } from '../../nginx/parse/tree.ts';
import type { Edit } from '../../nginx/rules/rule.ts';
import { diskFiles } from './disk-files.ts';

/** Where the mended copy goes: one file beside the one that was given, or the whole configuration in a folder beside it. */
export interface Copy {
  readonly files: readonly PlacedFile[];
  /** The file or the folder, to tell. */
  readonly path: string;
  /** What `nginx -t -c` takes; null for pieces, which nginx does not read alone. */
  readonly main: string | null;
}

export interface PlacedFile {
  /** Absolute. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The file that it is a copy of, whose mode it takes: a configuration may hold secrets. */
  readonly original: string;
}

export interface Original {
  /** The path that was given. */
  readonly path: string;
  /** The folder that the copy's layout starts from: the main file's, or that of the pieces. */
  readonly folder: string;
  /** The main file's, which pieces have none of. */
  readonly main: string | null;
  /** As it is after the mends: its includes are as they were. */
  readonly configuration: Configuration;
}

/** @param picking configurations whose `include` must not pick the copy up */
export function planCopy(original: Original, changed: readonly ChangedFile[], picking: readonly Configuration[]): Copy {
  const { path, main } = original;
  const [only, ...more] = changed;
  const target = beside(path, picking);
  if (only !== undefined && more.length === 0 && resolve(only.source.name) === resolve(path)) {
    const file = { path: resolve(target), bytes: only.bytes, original: resolve(path) };
    return { files: [file], path: target, main: main && resolve(target) };
  }
  return wholeCopy(original, changed, target);
}

/** `chat.conf.mended`; hidden where nginx would read it as a part of the configuration (`include sites-enabled/*`). */
function beside(path: string, picking: readonly Configuration[]): string {
  // A folder may be given as "." or "..", which are no names to put something behind.
  const named = /(?:^|\/)\.{1,2}\/*$/.test(path) ? resolve(path) : path.replace(/\/+$/, '');
  const usual = `${named}.mended`;
  const isPicked = picking.some((configuration) => picksUp(configuration, resolve(usual)));
  return isPicked ? join(dirname(usual), `.${usual.slice(usual.lastIndexOf('/') + 1)}`) : usual;
}

/** @param path absolute, of a file that need not be there yet */
export function picksUp({ files, directives }: Configuration, path: string): boolean {
  const [main] = files;
  if (main === undefined) return false;
  const prefix = dirname(resolve(main.name));
  const disk = diskFiles();
  const list = (folder: string): readonly string[] => [
    ...(disk.list(folder) ?? []),
    ...(folder === dirname(path) ? [path.slice(folder.length + 1)] : []),
  ];
  return includesIn(directives).some((include) => {
    return glob(resolve(prefix, include.args[0]?.text ?? ''), { list }).includes(path);
  });
}

/** All files in their layout, from the main file's folder down, or further up where a changed one lies outside of it. */
function wholeCopy(original: Original, changed: readonly ChangedFile[], target: string): Copy {
  const { main, configuration } = original;
  const folder = resolve(original.folder);
  const bytesOf = new Map(changed.map(({ source, bytes }) => [source.name, bytes]));
  const outside = changed.map(({ source }) => resolve(source.name)).filter((name) => !isUnder(name, folder));
  const root = outside.reduce((common, name) => commonFolder(common, dirname(name)), folder);
  const includes = main === null ? [] : includesIn(configuration.directives);
  const files = configuration.files.flatMap((source): PlacedFile[] => {
    const name = resolve(source.name);
    if (!isUnder(name, root)) return [];
    const own = includes.filter(({ span }) => span.source.name === source.name);
    const edits = own.flatMap((include) => relocated(include, folder, root));
    const bytes = edits.length > 0 ? applyEdits(source, edits).bytes : (bytesOf.get(source.name) ?? source.bytes);
    return [{ path: resolve(target, relative(root, name)), bytes, original: name }];
  });
  const copied = main === null ? null : resolve(target, relative(root, resolve(main)));
  return { files, path: `${target}/`, main: copied };
}

/**
 * nginx takes an include as relative to the main file's folder: below the root a relative one leads into the copy, and
 * above it only an absolute one leads out of it.
 */
function relocated({ args }: Directive, prefix: string, root: string): Edit[] {
  const [word] = args;
  if (word === undefined) return [];
  const full = resolve(prefix, word.text);
  const wanted = isUnder(full, root) ? relative(prefix, full) : full;
  const isRight = isUnder(full, root) ? !word.text.startsWith('/') : word.text.startsWith('/');
  return isRight ? [] : [replaceWord(word, word.quote === null ? wanted : `${word.quote}${wanted}${word.quote}`)];
}

function includesIn(directives: readonly Directive[]): Directive[] {
  return directives.flatMap((directive) => [
    ...(directive.name === 'include' && directive.block === null ? [directive] : []),
    ...includesIn(directive.block?.children ?? []),
  ]);
}

const isUnder = (path: string, folder: string): boolean => path.startsWith(folder === '/' ? '/' : `${folder}/`);

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (folder !== '/' && b !== folder && !isUnder(b, folder)) folder = dirname(folder);
  return folder;
}
