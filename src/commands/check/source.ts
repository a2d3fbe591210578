import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type GivenDump, givenDump } from '../../nginx/given-dump.ts';
import type { ConfigFiles, FileAnswer } from '../../nginx/parse/config-files.ts';
import { dumpFiles } from '../../nginx/parse/dump.ts';
import { parse, type ReadAs } from '../../nginx/parse/parse.ts';
import type { Configuration } from '../../nginx/parse/tree.ts';
import { SettingsError } from '../../settings/source.ts';
import { diskFiles, LARGEST_FILE_BYTES } from './disk-files.ts';
import { elsewhere } from './elsewhere.ts';

/** Where a configuration to check comes from, and how it is read again after a change. */
export interface GivenConfiguration {
  readonly kind: 'disk' | 'pieces' | 'text' | 'dump';
  /** What its files are written beside: the file, folder or piece that was given; null for what came from stdin. */
  readonly path: string | null;
  /** The main file's name; for pieces that of a file which is not there and only includes them. */
  readonly main: string;
  /** Whether a folder was given. */
  readonly isFolder: boolean;
  /** The nginx.conf above pieces, which seems to include them. */
  readonly mainAbove: string | null;
  /** What nginx said beside a dump. */
  readonly chatter: readonly string[];
  /** @param changed bytes that take the place of a file's */
  read(changed: ReadonlyMap<string, Uint8Array>): Configuration;
}

const DEFAULT_PATH = '/etc/nginx/nginx.conf';
const MAIN_NAME = 'nginx.conf';
/** What pieces are called; the second in /etc/nginx/templates of Docker's nginx, which fills them in when it starts. */
const PIECE_ENDINGS = ['.conf', '.conf.template'];
/** How a text from stdin is named. */
const STDIN_NAME = 'stdin';
/** Stands for the http block that pieces are read in; nobody names a file so. */
const PIECES_NAME = '(http)';
/** `sites-enabled/chat` lies one folder below nginx.conf, `conf.d/sites/chat.conf` two. */
const LEVELS_UP = 3;

/**
 * @param path a file, a folder, `-` for stdin, or nothing for this machine's nginx
 * @throws SettingsError for what is not there or cannot be read, with what to do
 */
export async function givenConfiguration(path: string | undefined): Promise<GivenConfiguration> {
  const [first, ...others] = await givenConfigurations(path);
  if (first === undefined || others.length > 0) {
    throw new SettingsError(`${path ?? DEFAULT_PATH}: there are several configurations in it: give one of them`);
  }
  return first;
}

/** The same, for a folder that may hold several whole configurations: each is then read for itself, and then the pieces that none of them includes. */
export async function givenConfigurations(path: string | undefined): Promise<readonly GivenConfiguration[]> {
  if (path !== undefined && path !== '-' && isFolder(path)) return fromFolder(path);
  return [await fromOne(path)];
}

async function fromOne(path: string | undefined): Promise<GivenConfiguration> {
  if (path === '-') return fromText(await readStdin(), STDIN_NAME, null);
  if (path === undefined && !existsSync(DEFAULT_PATH)) {
    throw new SettingsError(
      `check: there is no ${DEFAULT_PATH} here: give a file, a folder, or - for what \`nginx -T\` prints`,
    );
  }
  const given = path ?? DEFAULT_PATH;
  return fromFile(given);
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    length += bytes.length;
    if (length > LARGEST_FILE_BYTES)
      throw new SettingsError(`stdin: more than ${LARGEST_FILE_BYTES} bytes are not read`);
  }
  return Buffer.concat(chunks);
}

const ALONE = { isFolder: false, mainAbove: null, chatter: [] } as const;

function fromFolder(folder: string): GivenConfiguration[] {
  const main = join(folder, MAIN_NAME);
  if (existsSync(main)) return [fromFile(main)];
  const names = diskFiles().list(folder);
  if (names === null) throw new SettingsError(unreadable(folder, '(13:'));
  const ending = PIECE_ENDINGS.find((each) => names.some((name) => isPiece(name, each)));
  if (ending === undefined) throw new SettingsError(`${folder}: ${nothingIn(folder)}`);
  const paths = names
    .filter((name) => isPiece(name, ending))
    .toSorted()
    .map((name) => join(folder, name));
  const whole = paths.filter(isWhole);
  if (whole.length === 0) return [pieces(folder, [`*${ending}`], folder)];
  const read = whole.map(fromFile);
  const rest = paths.filter((path) => !whole.includes(path));
  if (rest.length === 0) return read;
  // What one of them includes is read where it stands.
  const included = new Set(read.flatMap((given) => given.read(new Map()).files.map(({ name }) => resolve(name))));
  const left = rest.filter((path) => !included.has(resolve(path))).map((path) => basename(path));
  return left.length === 0 ? read : [...read, pieces(folder, left, folder)];
}

const isPiece = (name: string, ending: string): boolean => name.endsWith(ending) && !name.startsWith('.');

function nothingIn(folder: string): string {
  const root = folderOfMain(folder);
  const above = root === null ? '' : `; ${join(root, MAIN_NAME)} is above it: give that`;
  return `there is neither a ${MAIN_NAME} nor any *.conf in this folder${above}`;
}

/** Has an http block of its own, and so is no piece of one. */
function isWhole(path: string): boolean {
  const files = diskFiles();
  return parse(path, { read: files.read, list: () => null }, 'main').directives.some(({ name }) => name === 'http');
}

function fromFile(path: string): GivenConfiguration {
  const files = diskFiles();
  const answer = files.read(path);
  if ('refused' in answer) throw new SettingsError(unreadable(path, answer.refused));
  if (!('bytes' in answer)) throw new SettingsError(`${path}: cannot be read`);
  if (givenDump(answer.bytes, path) !== null) return fromText(answer.bytes, path, path);
  const here = overlaid(elsewhere(files, path), new Map([[path, answer.bytes]]));
  const first = parse(path, here);
  if (first.context === 'http') return pieces(dirname(path), [basename(path)], path);
  const again = reader(path, here, 'main');
  const read = (changed: ReadonlyMap<string, Uint8Array>): Configuration =>
    changed.size === 0 ? first : again(changed);
  return { ...ALONE, kind: 'disk', path, main: path, read };
}

/**
 * @param folder where the pieces lie @param patterns which of its files
 * @returns them as nginx would include them: relative names start at the folder of the nginx.conf above, if there is one
 */
function pieces(folder: string, patterns: readonly string[], path: string): GivenConfiguration {
  const root = folderOfMain(folder);
  const main = join(root ?? folder, PIECES_NAME);
  const lines = patterns.map((pattern) => `include ${quoted(join(relative(root ?? folder, folder), pattern))};\n`);
  const include = new TextEncoder().encode(lines.join(''));
  const known = missingIsUnknown(diskFiles(), resolve(folder));
  const files: ConfigFiles = root === null ? { ...known, prefixUnknown: true } : known;
  return {
    kind: 'pieces',
    path,
    isFolder: path === folder,
    main,
    mainAbove: root === null ? null : join(root, MAIN_NAME),
    chatter: [],
    read: reader(main, overlaid(files, new Map([[main, include]])), 'http'),
  };
}

const quoted = (path: string): string => (/[\s;{}"'\\#$]/.test(path) ? `"${path.replace(/["\\$]/g, '\\$&')}"` : path);

/** @returns the nearest folder above that has an nginx.conf; of a piece that lies elsewhere nobody knows it */
function folderOfMain(folder: string): string | null {
  let at = folder;
  for (let level = 0; level < LEVELS_UP; level++) {
    if (existsSync(join(at, MAIN_NAME))) return at;
    at = join(at, '..');
  }
  return null;
}

/** @param name of the text where it is no dump */
function fromText(bytes: Uint8Array, name: string, path: string | null): GivenConfiguration {
  const dump = givenDump(bytes, name);
  const [main] = dump?.files.keys() ?? [];
  if (dump === null || main === undefined) {
    const files = onlyMain(name, bytes);
    return { ...ALONE, kind: 'text', path, main: name, read: reader(name, files, 'guess') };
  }
  return { ...ALONE, kind: 'dump', path, main, chatter: dump.chatter, read: dumpReader(main, dump) };
}

function dumpReader(main: string, dump: GivenDump): GivenConfiguration['read'] {
  const read = reader(main, dumpFiles(dump), 'guess');
  return (changed) => {
    const configuration = read(changed);
    return { ...configuration, notes: [...dump.notes, ...configuration.notes] };
  };
}

const reader =
  (main: string, files: ConfigFiles, readAs: ReadAs): GivenConfiguration['read'] =>
  (changed) =>
    parse(main, overlaid(files, changed), readAs);

function overlaid(files: ConfigFiles, changed: ReadonlyMap<string, Uint8Array>): ConfigFiles {
  return {
    read(path): FileAnswer {
      const bytes = changed.get(path);
      return bytes === undefined ? files.read(path) : { bytes };
    },
    list: (folder) => files.list(folder),
    ...(files.partial === true ? { partial: true } : {}),
    ...(files.prefixUnknown === true ? { prefixUnknown: true } : {}),
  };
}

const onlyMain = (main: string, bytes: Uint8Array): ConfigFiles => ({
  read: (path) => (path === main ? { bytes } : { unknown: true }),
  list: () => null,
  partial: true,
});

/** A piece alone does not say which folder its includes start from, so a missing file is no fault of it. */
function missingIsUnknown(files: ConfigFiles, ownFolder: string): ConfigFiles {
  return {
    read(path): FileAnswer {
      const answer = files.read(path);
      return 'refused' in answer && dirname(resolve(path)) !== ownFolder ? { unknown: true } : answer;
    },
    list: (folder) => files.list(folder),
  };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // whoever reads it will say why
  }
}

function unreadable(path: string, refused: string): string {
  if (refused.includes('(13:')) {
    return `${path} may not be read by you: run \`sudo nginx -T | hangup check -\` instead`;
  }
  if (refused.includes('(2:')) return `${path}: there is no such file`;
  return refused.includes('not a regular file') ? `${refused}: send it to \`hangup check -\`` : refused;
}
