import { type Dump, splitDump } from './parse/dump.ts';
import type { ConfigNote } from './parse/tree.ts';

/** `nginx -T` as it comes from other machines: saved by PowerShell, with the names of Windows, cut off at its top. */

export interface GivenDump extends Dump {
  /** That lines of a configuration stand before the first file marker, where nobody knows whose they are. */
  readonly notes: readonly ConfigNote[];
}

/** Where a statement or block ends, or begins; what nginx and shells say before a dump does not look so. */
const OF_CONFIGURATION = /^(?!nginx: |\d{4}\/\d\d\/\d\d |configure arguments:).*[;{}]\s*(?:#.*)?$/;
const MARKER = /^# configuration file .+:\r?$/m;
const DRIVE = /^[A-Za-z]:[\\/]/;

/** @param name of the dump itself @returns null where the text has no file markers: it is one file, and not a dump */
export function givenDump(text: Uint8Array, name: string): GivenDump | null {
  const bytes = inUtf8(text);
  const dump = splitDump(bytes);
  if (dump === null) return null;
  const files = new Map(Array.from(dump.files, ([path, own]) => [withSlashes(path), own]));
  const [main = ''] = files.keys();
  const stray = strayLine(bytes);
  if (stray === null) return { ...dump, files, notes: [] };
  const says = `line ${stray} of ${name} stands before the first "# configuration file" line, so it was not read: is the top of the dump missing?`;
  return { ...dump, files, notes: [{ file: main, line: 1, column: 1, says }] };
}

/** Windows' PowerShell saves what `>` takes as UTF-16; a byte order mark would hide the first marker. */
function inUtf8(text: Uint8Array): Uint8Array {
  const [first, second, third] = text;
  if (first === 0xff && second === 0xfe) return new TextEncoder().encode(new TextDecoder('utf-16le').decode(text));
  if (first === 0xfe && second === 0xff) return new TextEncoder().encode(new TextDecoder('utf-16be').decode(text));
  return first === 0xef && second === 0xbb && third === 0xbf ? text.subarray(3) : text;
}

/** `C:\nginx/conf/nginx.conf` is how nginx names its files on Windows; either slash means the same there. */
const withSlashes = (name: string): string => (DRIVE.test(name) ? name.replaceAll('\\', '/') : name);

/** @returns the first one, from 1 */
function strayLine(bytes: Uint8Array): number | null {
  const [before = ''] = new TextDecoder().decode(bytes).split(MARKER, 1);
  const index = before.split('\n').findIndex((line) => OF_CONFIGURATION.test(line.replace(/\r$/, '')));
  return index === -1 ? null : index + 1;
}
