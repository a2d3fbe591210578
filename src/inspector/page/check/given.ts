import type { GivenFile } from '../../api.ts';

/** What is to be checked, as it was pasted or dropped. Pure. */

/** The name of a text that was pasted. */
export const PASTED = 'nginx.conf';
/** A larger file is no configuration that a person wrote, and the API takes 4 MiB in all. In bytes. */
export const LARGEST_BYTES = 4 * 1024 * 1024;

/** Whoever drops a folder drops its keys and passwords too: they are not read at all. */
const SECRET = /\.(?:key|pem|crt|cer|csr|der|p12|pfx|jks)$|(?:^|[/.])(?:htpasswd|passwd)\b|(?:^|\/)id_[a-z0-9]+$/i;
/** Nothing that `include` brings in. */
const NO_TEXT = /\.(?:png|jpe?g|gif|ico|svg|webp|woff2?|ttf|gz|br|zip|tar|so|pid|log|html?|css|js)$/i;
/** A browser takes seconds to lay out a field with more, and nobody edits it there. In characters. */
export const MOST_EDITED = 200_000;

const DUMP = /^# configuration file .+:\r?$/m;

/** Whether a dropped file may be a configuration, by its name and size in bytes. */
export const isWanted = (name: string, bytes: number): boolean =>
  bytes <= LARGEST_BYTES && !SECRET.test(name) && !NO_TEXT.test(name) && !/(?:^|\/)\.git\//.test(name);

/** Whether it is left out for its size alone. */
export const isTooLarge = (name: string, bytes: number): boolean => bytes > LARGEST_BYTES && isWanted(name, 0);

/** No configuration holds a NUL. */
export const isText = (text: string): boolean => !text.includes('\0');

/** @returns null for what is no text that nginx could read, nor a dump */
export function textOf(bytes: Uint8Array): string | null {
  const encoding = utf16In(bytes);
  // A byte order mark stays: nginx refuses a file that begins with one.
  const text = new TextDecoder(encoding ?? 'utf-8', { ignoreBOM: true }).decode(bytes);
  const bare = text.replace(/^\ufeff/, '');
  if (isDump({ text: bare })) return bare;
  return encoding === null && isText(text) ? text : null;
}

/** Windows' PowerShell saves so what `>` takes, a dump too. */
function utf16In([first, second]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : null;
}

/** Whether bytes of a file that were no UTF-8 have been lost: it must not be given back as if it were whole. */
export const hasLost = (text: string): boolean => text.includes('\ufffd');

/** Adds files to those that are there; one of the same name takes the other's place. @returns the main one first */
export function withFiles(before: readonly GivenFile[], added: readonly GivenFile[]): GivenFile[] {
  const byName = new Map([...before, ...added].map((file) => [file.name, file]));
  const all = [...byName.values()].filter(({ text }) => text.trim() !== '');
  const main = all.find(isDump) ?? shortest(all.filter(({ name }) => /(?:^|\/)nginx\.conf$/.test(name))) ?? all[0];
  return main === undefined ? [] : [main, ...all.filter((file) => file !== main)];
}

/** What `nginx -T` prints stands for a whole configuration. */
export const isDump = ({ text }: Pick<GivenFile, 'text'>): boolean => DUMP.test(text);

/** A folder that holds another layout's nginx.conf further down (an example, a backup) is asked for its own. */
const shortest = (files: readonly GivenFile[]): GivenFile | undefined =>
  files.toSorted((a, b) => a.name.split('/').length - b.name.split('/').length)[0];

export const lineCount = (text: string): number => {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return text.endsWith('\n') ? lines - 1 : lines;
};
