import type { SourceFile } from '../parse/source.ts';
import type { Directive } from '../parse/tree.ts';

/** How a file is laid out, so that what is put into it looks as if its author had written it. */

const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const HASH = 0x23;
const BRACE = 0x7b;

/** One level in the lines that rules give; the file's own takes its place. */
const GIVEN_LEVEL = '    ';
/** Where a file shows none of its own. */
const USUAL_LEVEL = '    ';

const isBlank = (byte: number | undefined): boolean => byte === SPACE || byte === TAB || byte === CR;

/** The file's line end: that of its first line. */
export function lineEnd({ bytes }: SourceFile): '\r\n' | '\n' {
  const first = bytes.indexOf(LF);
  return first > 0 && bytes[first - 1] === CR ? '\r\n' : '\n';
}

/** What the file puts in front of a line for each level: what the first block it opens at a line's end adds to its own. */
export function level(source: SourceFile): string {
  let shown = levels.get(source);
  if (shown === undefined) {
    shown = levelShown(source);
    levels.set(source, shown);
  }
  return shown;
}

/** Every line that is put in asks. */
const levels = new WeakMap<SourceFile, string>();

function levelShown(source: SourceFile): string {
  const { bytes } = source;
  for (let open = bytes.indexOf(BRACE); open !== -1; open = bytes.indexOf(BRACE, open + 1)) {
    if (restOfLine(source, open + 1) === 'more') continue;
    const next = afterLine(source, open);
    if (restOfLine(source, next) !== 'more') continue;
    const outer = indentAt(source, open);
    const inner = indentAt(source, next);
    if (inner.length > outer.length && inner.startsWith(outer)) return inner.slice(outer.length);
  }
  return USUAL_LEVEL;
}

/** The blanks in front of the line that holds the byte. */
function indentAt(source: SourceFile, offset: number): string {
  const start = lineStart(source, offset);
  return source.text(start, skipBlanks(source, start));
}

/** @returns the first byte of the line that holds this one */
export function lineStart({ bytes }: SourceFile, offset: number): number {
  return offset === 0 ? 0 : bytes.lastIndexOf(LF, offset - 1) + 1;
}

/** @returns one past the line feed of the line that holds this byte, or the end of the file */
export function afterLine({ bytes }: SourceFile, offset: number): number {
  const feed = bytes.indexOf(LF, offset);
  return feed === -1 ? bytes.length : feed + 1;
}

/** @returns the first byte at or after this one that is no blank (a line feed is none) */
export function skipBlanks({ bytes }: SourceFile, offset: number): number {
  let at = offset;
  while (isBlank(bytes[at])) at++;
  return at;
}

/** @returns one past the last byte before this one that is no blank (a line feed is none) */
export function skipBlanksBack({ bytes }: SourceFile, offset: number): number {
  let at = offset;
  while (at > 0 && isBlank(bytes[at - 1])) at--;
  return at;
}

export const isFirstOnLine = (source: SourceFile, offset: number): boolean =>
  skipBlanks(source, lineStart(source, offset)) >= offset;

/** What stands on the line from this byte on. */
export function restOfLine(source: SourceFile, offset: number): 'nothing' | 'comment' | 'more' {
  const byte = source.bytes[skipBlanks(source, offset)];
  if (byte === undefined || byte === LF) return 'nothing';
  return byte === HASH ? 'comment' : 'more';
}

/** The indentation of a directive; of one that shares its line, that which a line of its own would have. */
export function indentOf({ span, parent }: Directive): string {
  const { source, start } = span;
  if (isFirstOnLine(source, start)) return indentAt(source, start);
  const opensHere = parent?.span.source === source && parent.span.start >= lineStart(source, start);
  return opensHere ? indentOf(parent) + level(source) : indentAt(source, start);
}

/** The indentation of a block's children. */
export function indentInside(directive: Directive): string {
  const { source } = directive.span;
  const own = directive.block?.children.find((child) => child.span.source === source);
  return own === undefined ? indentOf(directive) + level(source) : indentOf(own);
}

/** Lines with four spaces for each level, laid out as the file lays out its own. */
export function laidOut(source: SourceFile, indent: string, lines: readonly string[]): string[] {
  const unit = level(source);
  return lines.map((line) => {
    const text = line.trimStart();
    const levels = Math.floor((line.length - text.length) / GIVEN_LEVEL.length);
    return text === '' ? '' : indent + unit.repeat(levels) + text;
  });
}
