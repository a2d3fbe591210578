import { harmless } from '../../../words/harmless.ts';
import type { Saying } from '../../api.ts';
import type { Item, Severity } from './items.ts';
import { type Message, wrapped } from './source-rows.ts';

/** A file's lines as they are drawn, and what is said of them. Pure. */

/** Characters of a line that are drawn; a longer one is generated, and would hold up every layout. */
const LONGEST_LINE = 2000;

/** @returns without what would hide or turn itself around; tabs stay */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}

/** A line of a stranger, fit to be drawn. */
export function drawn(text: string): string {
  const shown =
    text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE)}… (${text.length - LONGEST_LINE} more)`;
  return shown.split('\t').map(harmless).join('\t');
}

/** Characters of the longest line, as far as it is drawn; a tab counts as it is set in check.css. */
export function longestOf(lines: readonly string[]): number {
  let longest = 0;
  for (const line of lines) {
    const tabs = line.length > longest / TAB ? line.split('\t').length - 1 : 0;
    longest = Math.max(longest, Math.min(LONGEST_LINE + 20, line.length + tabs * (TAB - 1)));
  }
  return longest;
}

const TAB = 4;

export interface Remark extends Message {
  readonly severity: Severity;
  /** Its place among the findings; null for what is only good to know. */
  readonly item: number | null;
}

/**
 * @param file its name @param lines how many it has @param columns characters that fit into a line
 * @returns in the order of lines
 */
export function messagesOf(
  file: string,
  lines: number,
  items: readonly Item[],
  notes: readonly Saying[],
  columns: number,
): Remark[] {
  const remark = (at: { readonly line: number }, severity: Severity, item: number | null, words: string): Remark => ({
    line: Math.min(Math.max(1, at.line), lines),
    severity,
    item,
    parts: wrapped(harmless(words), columns),
  });
  const found = items.flatMap((item, index) =>
    item.file === file ? [remark(item, item.severity, index, `${item.rule}: ${item.summary}`)] : [],
  );
  const said = notes.flatMap((note) => (note.file === file ? [remark(note, 'note', null, note.says)] : []));
  return [...found, ...said].toSorted((a, b) => a.line - b.line);
}

/** A line with something found in it. */
export interface Marked {
  /** The worst. */
  readonly severity: Severity;
  /** @returns the line in three pieces, the middle one to be marked */
  split(text: string): [before: string, mark: string, after: string];
}

export function markedLines(file: string, items: readonly Item[]): Map<number, Marked> {
  const marked = new Map<number, Marked>();
  for (const item of items) {
    // The worst comes first.
    if (item.file === file && !marked.has(item.line)) {
      marked.set(item.line, { severity: item.severity, split: (text) => pieces(text, item) });
    }
  }
  return marked;
}

function pieces(text: string, { column, length }: Item): [string, string, string] {
  // nginx counts what people see as one character.
  const letters = Array.from(text.slice(0, LONGEST_LINE * 2));
  if (length === 0 || text.length > LONGEST_LINE) return [drawn(text), '', ''];
  const [start, end] = [column - 1, column - 1 + length];
  const piece = (from: number, to?: number): string => drawn(letters.slice(from, to).join(''));
  return [piece(0, start), piece(start, end), piece(end)];
}
