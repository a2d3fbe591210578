import type { ConfigFiles, FileAnswer } from './config-files.ts';

/** `nginx -T`: every file of a configuration in one text, each after a line with its name. It is how an operator hands over what is really in force. */

/** The line that nginx writes before each file (src/core/nginx.c, ngx_dump_config). */
const MARKER = /^# configuration file (.+):$/;
/** What `nginx -t`, `-V` and `-T` say about themselves; with `2>&1` it stands before and between the files. */
const CHATTER = /^nginx(?: version)?: |^built (?:with|by) |^TLS SNI support |^configure arguments:/;

const LF = 0x0a;
const utf8 = new TextDecoder();

export interface Dump {
  /** By name, in the order of the dump: the first is the main file. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** What nginx said besides: its version, its warnings. */
  readonly chatter: readonly string[];
}

/** @returns null where the text has no file markers: it is one file, and not a dump */
export function splitDump(text: Uint8Array): Dump | null {
  const markers = findMarkers(text);
  const [first] = markers;
  if (first === undefined) return null;
  const files = new Map<string, Uint8Array>();
  for (const [index, { name, from }] of markers.entries()) {
    const next = markers[index + 1];
    // nginx writes a line feed of its own after each file.
    const end = next === undefined ? text.length : next.start;
    const own = text.subarray(from, text[end - 1] === LF && end > from ? end - 1 : end);
    if (!files.has(name)) files.set(name, own);
  }
  const before = utf8.decode(text.subarray(0, first.start)).split('\n');
  return { files, chatter: before.filter((line) => CHATTER.test(line)) };
}

interface Marker {
  readonly name: string;
  /** The byte of its `#`. */
  readonly start: number;
  /** The first byte of the file. */
  readonly from: number;
}

const HASH_START = new TextEncoder().encode('# configuration file ');

function findMarkers(text: Uint8Array): Marker[] {
  const markers: Marker[] = [];
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf(LF, start);
    const end = feed === -1 ? text.length : feed;
    if (HASH_START.every((byte, index) => text[start + index] === byte)) {
      const name = MARKER.exec(utf8.decode(text.subarray(start, end)).replace(/\r$/, ''))?.[1];
      if (name !== undefined) markers.push({ name, start, from: Math.min(end + 1, text.length) });
    }
    start = end + 1;
  }
  return markers;
}

/** The files of a dump, as if they lay on a disk. What is not among them was not given. */
export function dumpFiles({ files }: Pick<Dump, 'files'>): ConfigFiles {
  return {
    read(path): FileAnswer {
      const bytes = files.get(path);
      return bytes === undefined ? { unknown: true } : { bytes };
    },
    list(folder): string[] {
      const start = folder === '/' ? '/' : `${folder}/`;
      const below = [...files.keys()].filter((name) => name.startsWith(start));
      return [...new Set(below.map((name) => name.slice(start.length).split('/')[0] ?? ''))];
    },
  };
}
