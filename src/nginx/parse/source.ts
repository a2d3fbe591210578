import type { Position } from './position.ts';

const LF = 0x0a;
/** The first byte of a UTF-8 character is never 10xxxxxx. */
const CONTINUATION_MASK = 0xc0;
const CONTINUATION = 0x80;

const ASCII = /^[\0-\x7f]*$/;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** One file of a configuration: its bytes, since nginx counts bytes, and the places in it, since people count lines. */
export class SourceFile {
  /** As it is named in messages: the path given, or the name the dump gave it. */
  readonly name: string;
  readonly bytes: Uint8Array;
  #lineStarts: Uint32Array | null = null;
  /** The whole text where every byte is a character of its own: a word is then a slice of it. */
  #ascii: string | null | undefined;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.bytes = bytes;
  }

  /** @param start @param end in bytes */
  text(start = 0, end = this.bytes.length): string {
    const whole = this.#asAscii();
    return whole === null ? utf8.decode(this.bytes.subarray(start, end)) : whole.slice(start, end);
  }

  /** @param offset in bytes; one past the end is the place where the file ends */
  position(offset: number): Position {
    const line = this.#lineOf(offset);
    const start = this.#starts()[line - 1] ?? 0;
    // A generator may write all of it on one line.
    if (this.#asAscii() !== null) return { file: this.name, line, column: offset - start + 1 };
    let column = 1;
    for (let at = start; at < offset; at++) {
      if (((this.bytes[at] ?? 0) & CONTINUATION_MASK) !== CONTINUATION) column++;
    }
    return { file: this.name, line, column };
  }

  get lineCount(): number {
    return this.#starts().length;
  }

  /** @param line from 1 @returns the line without its end; empty where there is none */
  line(line: number): string {
    const { start, end } = this.lineSpan(line);
    return this.text(start, end).replace(/\r$/, '');
  }

  /** @param line from 1 @returns its bytes, without the line feed */
  lineSpan(line: number): { readonly start: number; readonly end: number } {
    const starts = this.#starts();
    const start = starts[line - 1] ?? this.bytes.length;
    const next = starts[line];
    return { start, end: next === undefined ? this.bytes.length : next - 1 };
  }

  #asAscii(): string | null {
    if (this.#ascii === undefined) {
      const whole = utf8.decode(this.bytes);
      this.#ascii = ASCII.test(whole) ? whole : null;
    }
    return this.#ascii;
  }

  #lineOf(offset: number): number {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  #starts(): Uint32Array {
    this.#lineStarts ??= lineStarts(this.bytes);
    return this.#lineStarts;
  }
}

function lineStarts(bytes: Uint8Array): Uint32Array {
  let lines = 1;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines++;
  const starts = new Uint32Array(lines);
  let line = 1;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) starts[line++] = at + 1;
  return starts;
}
