/**
 * The rows of a source with messages under its lines. Every row has one height, so that a file of any length can be scrolled; a
 * message takes as many rows as it has lines of text. Pure.
 *
 *   12 │ proxy_pass http://backend;       line
 *      │ ✖ WS001 Upgrade is not …         message, part 0
 *      │   … forwarded                    message, part 1
 *   13 │ }
 */

export interface Message {
  /** From 1. */
  readonly line: number;
  readonly parts: readonly string[];
}

export type SourceRow =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'part'; readonly message: number; readonly part: number };

export class SourceRows {
  readonly total: number;
  /** In the order of lines. */
  readonly #messages: readonly Message[];
  /** Rows above the first part of each message. */
  readonly #starts: readonly number[];

  /** @param lines of the source @param messages in the order of lines, each at a line of it */
  constructor(lines: number, messages: readonly Message[]) {
    let above = 0;
    this.#messages = messages;
    this.#starts = messages.map(({ line, parts }) => {
      const start = line + above;
      above += parts.length;
      return start;
    });
    this.total = lines + above;
  }

  /** @param row from 0 */
  at(row: number): SourceRow {
    const before = this.#countUpTo(row);
    const message = before - 1;
    const last = this.#messages[message];
    if (last === undefined) return { kind: 'line', line: row + 1 };
    const start = this.#starts[message] ?? 0;
    const part = row - start;
    if (part < last.parts.length) return { kind: 'part', message, part };
    return { kind: 'line', line: last.line + 1 + part - last.parts.length };
  }

  /** @param line from 1 @returns the row it stands in */
  rowOf(line: number): number {
    let [low, high] = [0, this.#messages.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#messages[middle]?.line ?? 0) < line) low = middle + 1;
      else high = middle;
    }
    // A message at this very line stands below it.
    const last = low - 1;
    const above = last < 0 ? 0 : (this.#starts[last] ?? 0) + (this.#messages[last]?.parts.length ?? 0);
    return above === 0 ? line - 1 : above + line - 1 - (this.#messages[last]?.line ?? 0);
  }

  /** How many messages begin at or above a row. */
  #countUpTo(row: number): number {
    let [low, high] = [0, this.#starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Lines of text that are shown of a message; the list beside it has all of it. */
const MOST_PARTS = 8;

/** @param columns characters that fit into a line @returns at least one line; a word that is too long is cut in pieces */
export function wrapped(text: string, columns: number): string[] {
  const width = Math.max(12, Math.floor(columns));
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    let rest = word;
    while (rest !== '') {
      const room = width - line.length - (line === '' ? 0 : 1);
      if (rest.length <= room) {
        line = line === '' ? rest : `${line} ${rest}`;
        rest = '';
      } else if (line !== '') {
        lines.push(line);
        line = '';
      } else {
        lines.push(rest.slice(0, width));
        rest = rest.slice(width);
      }
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines.length <= MOST_PARTS ? lines : [...lines.slice(0, MOST_PARTS - 1), `${lines[MOST_PARTS - 1] ?? ''} …`];
}
