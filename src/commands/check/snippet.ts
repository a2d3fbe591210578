import type { SourceFile } from '../../nginx/parse/source.ts';
import type { Span } from '../../nginx/parse/tree.ts';
import { harmless } from '../../words/harmless.ts';
import type { Paint, Tone } from '../report/paint.ts';
import { columnsOf, padStart } from '../report/width.ts';

/** A line of a configuration with what is meant on it underlined. The text is a stranger's: it is shown harmless. */

const TAB = '    ';
/** Bytes looked at on each side: a line may be megabytes long. */
const REACH = 1000;
const LEAST_GUTTER = 4;
/** Half a character at an end of what was looked at. */
const HALVES = /^\ufffd+|\ufffd+$/g;

/** @param width columns in all @param tone of the carets @returns two lines */
export function snippet(span: Span, width: number, paint: Paint, tone: Tone): string[] {
  const { source, start } = span;
  const { line } = source.position(start);
  const bounds = source.lineSpan(line);
  const end = Math.max(start, Math.min(span.end, bounds.end));
  const number = padStart(String(line), LEAST_GUTTER);
  const gutter = ' '.repeat(number.length);
  const before = shown(source, Math.max(bounds.start, start - REACH), start);
  const marked = shown(source, start, Math.min(end, start + REACH));
  const after = shown(source, end, Math.min(bounds.end, end + REACH)).trimEnd();
  const room = Math.max(20, width - number.length - 3);
  const { text, column, carets } = fitted(before, marked, after, room);
  return [
    `${paint('faint', `${number} |`)} ${text}`,
    `${paint('faint', `${gutter} |`)} ${' '.repeat(column)}${paint(tone, '^'.repeat(carets))}`,
  ];
}

/** A span of one word for what is known only by its place. @param column from 1, in characters */
export function wordAt(source: SourceFile, line: number, column: number): Span {
  const bounds = source.lineSpan(line);
  let start = bounds.start;
  for (let left = column - 1; left > 0 && start < bounds.end; left--) start = nextCharacter(source, start);
  let end = start;
  while (end < bounds.end && end - start < REACH && isOfWord(source.bytes[end] ?? 0)) end++;
  return { source, start, end: Math.max(end, start) };
}

function nextCharacter({ bytes }: SourceFile, at: number): number {
  let next = at + 1;
  while (((bytes[next] ?? 0) & 0xc0) === 0x80) next++;
  return next;
}

/** nginx ends a word at a blank, `;` or `{`; a `}` stands alone. */
const isOfWord = (byte: number): boolean => byte > 0x20 && byte !== 0x3b && byte !== 0x7b && byte !== 0x7d;

const shown = (source: SourceFile, start: number, end: number): string =>
  harmless(source.text(start, end).replace(HALVES, '').replace(/\r$/, '').replaceAll('\t', TAB));

/** Cuts both sides so that what is marked stays in sight. */
function fitted(
  before: string,
  marked: string,
  after: string,
  room: number,
): { text: string; column: number; carets: number } {
  const carets = Math.max(1, columnsOf(marked));
  const whole = before + marked + after;
  if (columnsOf(whole) <= room) return { text: whole, column: columnsOf(before), carets };
  const left = lastColumns(before, Math.max(0, Math.floor(room / 2)));
  const text = firstColumns(left + marked + after, room);
  return { text, column: columnsOf(left), carets: Math.max(1, Math.min(carets, room - columnsOf(left))) };
}

function firstColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const kept: string[] = [];
  let used = 1;
  for (const character of text) {
    used += columnsOf(character);
    if (used > columns) break;
    kept.push(character);
  }
  return `${kept.join('')}…`;
}

function lastColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const kept: string[] = [];
  let used = 1;
  for (const character of [...text].toReversed()) {
    used += columnsOf(character);
    if (used > columns) break;
    kept.push(character);
  }
  return `…${kept.toReversed().join('')}`;
}
