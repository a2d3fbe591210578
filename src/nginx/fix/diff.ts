import { type Change, changes } from './line-changes.ts';

/** A unified diff, as `diff -u` prints it and `patch` and `git apply` take it. In bytes: a configuration need not be UTF-8. */

/** What `diff -u` shows around a change. */
const CONTEXT_LINES = 3;
const LF = 0x0a;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what would break the line
const NEEDS_QUOTES = /[\x00-\x1f\x7f"\\]/g;
const NO_NEWLINE = '\\ No newline at end of file';

export interface Version {
  /** As it stands after `---` or `+++`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** @returns nothing (no bytes) where both are the same */
export function unifiedDiff(before: Version, after: Version): Uint8Array {
  const a = byteLines(before.bytes);
  const b = byteLines(after.bytes);
  const hunks = grouped(changes(a, b));
  if (hunks.length === 0) return new Uint8Array();
  const head = `--- ${quoted(before.name)}\n+++ ${quoted(after.name)}\n`;
  const body = hunks.map((hunk) => hunkText(hunk, a, b)).join('');
  return toBytes(byteText(new TextEncoder().encode(head)) + body);
}

/** Lines of characters that each stand for one byte; the last may lack its line feed. */
function byteLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(LF, start);
    const end = feed === -1 ? bytes.length : feed + 1;
    lines.push(byteText(bytes.subarray(start, end)));
    start = end;
  }
  return lines;
}

/** Bytes spread into arguments at once; engines limit how many there may be. */
const CHUNK = 8192;

function byteText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** Changes whose contexts touch share a hunk. */
function grouped(all: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of all) {
    const hunk = hunks.at(-1);
    const last = hunk?.at(-1);
    if (hunk !== undefined && last !== undefined && change.aStart - last.aEnd <= 2 * CONTEXT_LINES) hunk.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function hunkText(hunk: readonly Change[], a: readonly string[], b: readonly string[]): string {
  const [first] = hunk;
  const last = hunk.at(-1);
  if (first === undefined || last === undefined) return '';
  const lead = Math.min(CONTEXT_LINES, first.aStart);
  const trail = Math.min(CONTEXT_LINES, a.length - last.aEnd);
  const [aFrom, aTo] = [first.aStart - lead, last.aEnd + trail];
  const [bFrom, bTo] = [first.bStart - lead, last.bEnd + trail];
  const lines = [`@@ -${range(aFrom, aTo)} +${range(bFrom, bTo)} @@\n`];
  let kept = aFrom;
  for (const { aStart, aEnd, bStart, bEnd } of hunk) {
    lines.push(...marked(' ', a.slice(kept, aStart)), ...marked('-', a.slice(aStart, aEnd)));
    lines.push(...marked('+', b.slice(bStart, bEnd)));
    kept = aEnd;
  }
  lines.push(...marked(' ', a.slice(kept, aTo)));
  return lines.join('');
}

/** Lines count from 1; where there are none, the line before is named; one line needs no count. */
function range(from: number, to: number): string {
  const count = to - from;
  if (count === 1) return String(to);
  return `${count === 0 ? from : from + 1},${count}`;
}

const marked = (mark: ' ' | '-' | '+', lines: readonly string[]): string[] =>
  lines.map((line) => (line.endsWith('\n') ? mark + line : `${mark}${line}\n${NO_NEWLINE}\n`));

/** A name with blanks ends in a tab, as GNU diff has it; one that would break the line is quoted as git does. */
function quoted(name: string): string {
  if (!NEEDS_QUOTES.test(name)) return name.includes(' ') ? `${name}\t` : name;
  const escaped = name.replace(NEEDS_QUOTES, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}
