import type { SourceFile } from '../parse/source.ts';
import type { Directive, Word } from '../parse/tree.ts';
import type { Edit } from '../rules/rule.ts';
import {
  afterLine,
  indentInside,
  indentOf,
  isFirstOnLine,
  laidOut,
  lineEnd,
  lineStart,
  restOfLine,
  skipBlanks,
  skipBlanksBack,
} from './indentation.ts';

/**
 * Changes of a configuration, in its own hand: its indentation, its line ends, one-line blocks left on one line.
 * Lines are given without indentation; four spaces in front stand for one level of the file's own.
 */

/** @param block a directive with a block @param lines become its first ones */
export function insertFirst(block: Directive, lines: readonly string[]): Edit {
  const { source } = block.span;
  const inside = (block.block?.open ?? block.span.end - 1) + 1;
  return insertBehind(source, inside, indentInside(block), lines);
}

/** @param block a directive with a block @param lines become its last ones, after its comments too */
export function insertLast(block: Directive, lines: readonly string[]): Edit {
  const { source } = block.span;
  const close = block.block?.close ?? null;
  if (close === null) return insertBehind(source, block.span.end, indentInside(block), lines);
  if (isFirstOnLine(source, close)) {
    return ownLines(source, lineStart(source, close), indentInside(block), lines);
  }
  const end = skipBlanksBack(source, close);
  if (!lines.some(mayComment)) {
    const gap = end === close ? ' ' : '';
    return { at: { source, start: end, end }, text: inline(lines) + gap };
  }
  const text = onNewLines(source, indentInside(block), lines) + lineEnd(source) + indentOf(block);
  return { at: { source, start: end, end: close }, text };
}

/** @param lines come to stand before the directive, between it and a comment above it */
export function insertBefore(directive: Directive, lines: readonly string[]): Edit {
  const { source, start } = directive.span;
  const indent = indentOf(directive);
  if (isFirstOnLine(source, start)) return ownLines(source, lineStart(source, start), indent, lines);
  const at = { source, start, end: start };
  if (!lines.some(mayComment)) return { at, text: `${inline(lines).trimStart()} ` };
  return { at, text: `${onNewLines(source, indent, lines)}${lineEnd(source)}${indent}` };
}

/** @param lines come to stand after the directive and the comment on its line */
export function insertAfter(directive: Directive, lines: readonly string[]): Edit {
  const { source, end } = directive.span;
  return insertBehind(source, end, indentOf(directive), lines);
}

/** @param lines take the directive's place; a comment on its line stays. None: the directive goes. */
export function replaceDirective(directive: Directive, lines: readonly string[]): Edit {
  if (lines.length === 0) return removeDirective(directive);
  const { span } = directive;
  const { source } = span;
  const indent = indentOf(directive);
  const text = laidOut(source, indent, lines).join(lineEnd(source)).trimStart();
  const swallows = lines.slice(-1).some(mayComment) && restOfLine(source, span.end) === 'more';
  return { at: span, text: swallows ? text + lineEnd(source) + indent : text };
}

/** Takes the directive out, and its lines where it has them to itself; a comment beside it stays. */
export function removeDirective(directive: Directive): Edit {
  const { source, start, end } = directive.span;
  const first = isFirstOnLine(source, start);
  const rest = restOfLine(source, end);
  if (first && rest === 'nothing') {
    return { at: { source, start: lineStart(source, start), end: afterLine(source, end) }, text: '' };
  }
  if (rest === 'nothing') return { at: { source, start: skipBlanksBack(source, start), end }, text: '' };
  return { at: { source, start, end: skipBlanks(source, end) }, text: '' };
}

/** @param text as it is to stand in the file, with its quotes where it needs any */
export function replaceWord(word: Word, text: string): Edit {
  return { at: word.span, text };
}

/** @param lines become the first ones of the file, after a comment about the whole of it (one that a blank line ends) */
export function insertTop(source: SourceFile, lines: readonly string[]): Edit {
  return ownLines(source, afterHeader(source), '', lines);
}

function afterHeader(source: SourceFile): number {
  let start = 0;
  while (restOfLine(source, start) === 'comment') start = afterLine(source, start);
  const ended = start > 0 && start < source.bytes.length && restOfLine(source, start) === 'nothing';
  return ended ? afterLine(source, start) : 0;
}

/** On the lines after this byte's, or on its own line where something else follows there. */
function insertBehind(source: SourceFile, offset: number, indent: string, lines: readonly string[]): Edit {
  const at = { source, start: offset, end: offset };
  if (restOfLine(source, offset) === 'more') {
    if (!lines.some(mayComment)) return { at, text: inline(lines) };
    return { at, text: onNewLines(source, indent, lines) + lineEnd(source) + indent };
  }
  const next = afterLine(source, offset);
  const endsWithoutFeed = next === source.bytes.length && lineStart(source, next) < next;
  if (endsWithoutFeed) return { at: { source, start: next, end: next }, text: onNewLines(source, indent, lines) };
  return ownLines(source, next, indent, lines);
}

/** @param start the first byte of a line */
function ownLines(source: SourceFile, start: number, indent: string, lines: readonly string[]): Edit {
  const end = lineEnd(source);
  const text = laidOut(source, indent, lines).map((line) => line + end);
  return { at: { source, start, end: start }, text: text.join('') };
}

const onNewLines = (source: SourceFile, indent: string, lines: readonly string[]): string =>
  laidOut(source, indent, lines)
    .map((line) => lineEnd(source) + line)
    .join('');

const inline = (lines: readonly string[]): string => lines.map((line) => ` ${line.trim()}`).join('');

/** A comment would swallow what follows it on its line. */
const mayComment = (line: string): boolean => line.includes('#');
