import type { SourceFile } from './source.ts';
import type { Span, Word } from './tree.ts';

/**
 * nginx's own tokenizer, `ngx_conf_read_token` (nginx 1.26, src/core/ngx_conf_file.c), byte by byte and quirk by quirk:
 * quotes and `}` mean something only where a token starts, a backslash takes the next byte whole, `${` opens no block,
 * and a token (or a comment) must fit into the 4096 bytes that nginx reads at a time. Where nginx stops, this one goes on.
 *
 *   bytes ──► words … `;`   a directive
 *             words … `{`   a block begins
 *             `}`           a block ends
 */

/** One step of the configuration. */
export type Statement =
  | {
      readonly kind: 'directive';
      readonly words: readonly Word[];
      /** null where neither stands: at `}`, or at the end of the file. */
      readonly ends: ';' | '{' | null;
      readonly span: Span;
    }
  | { readonly kind: 'block-start'; readonly at: number }
  | { readonly kind: 'block-end'; readonly at: number }
  | { readonly kind: 'file-end'; readonly at: number };

/** Told what nginx would refuse, with the byte it stands at. */
export type Refusal = (at: number, says: string) => void;

/** NGX_CONF_BUFFER (src/core/ngx_conf_file.c): what nginx holds of a file at a time. */
const BUFFER_BYTES = 4096;
/** Bytes of a token that nginx shows when it is too long. */
const SHOWN_BYTES = 10;

const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const DOUBLE = 0x22;
const SHARP = 0x23;
const DOLLAR = 0x24;
const SINGLE = 0x27;
const CLOSE_PAREN = 0x29;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const isSpace = (byte: number): boolean => byte === SPACE || byte === TAB || byte === CR || byte === LF;

/** What a word that is being read has behind it. */
interface Reading {
  /** The first byte of the word, its quote left out; of the comment, in one. */
  start: number;
  quote: typeof DOUBLE | typeof SINGLE | null;
  /** The last byte was `$`: a `{` belongs to the variable's name. */
  dollar: boolean;
  state: 'between' | 'word' | 'comment' | 'after-quote';
}

export class Tokenizer {
  readonly #source: SourceFile;
  readonly #refuse: Refusal;
  #at = 0;
  /** How far nginx has read the file. */
  #read = 0;

  constructor(source: SourceFile, refuse: Refusal) {
    this.#source = source;
    this.#refuse = refuse;
  }

  /** One past the last byte that was read. */
  get at(): number {
    return this.#at;
  }

  /** Goes on at `at`: after something that is not nginx's language was skipped. */
  resume(at: number): void {
    this.#at = at;
    this.#read = Math.max(this.#read, at);
  }

  next(): Statement {
    const { bytes } = this.#source;
    const words: Word[] = [];
    const reading: Reading = { start: this.#at, quote: null, dollar: false, state: 'between' };
    for (;;) {
      if (this.#at >= this.#read && !this.#fill(reading)) {
        if (this.#read >= bytes.length) return this.#fileEnds(words, reading);
        return this.#tooLong(words, reading);
      }
      const at = this.#at++;
      const byte = bytes[at] ?? 0;
      if (reading.state === 'comment') {
        if (byte === LF) {
          reading.state = 'between';
          reading.start = at;
        }
        continue;
      }
      if (reading.state === 'word') {
        if (this.#wordGoesOn(byte, at, words, reading)) continue;
        if (byte === SEMICOLON || byte === OPEN) return this.#directive(words, byte === OPEN ? '{' : ';');
        continue;
      }
      if (reading.state === 'after-quote') {
        if (byte === SEMICOLON) return this.#directive(words, ';');
        if (byte === OPEN) return this.#directive(words, '{');
        reading.state = 'between';
        if (isSpace(byte)) continue;
        if (byte !== CLOSE_PAREN) this.#refuse(at, unexpected(byte) + this.#quoteHint(words));
      }
      reading.start = at;
      if (isSpace(byte)) continue;
      if (byte === SEMICOLON || byte === OPEN) {
        if (words.length > 0) return this.#directive(words, byte === OPEN ? '{' : ';');
        this.#refuse(at, unexpected(byte));
        if (byte === OPEN) return { kind: 'block-start', at };
        continue;
      }
      if (byte === CLOSE) {
        if (words.length === 0) return { kind: 'block-end', at };
        this.#refuse(at, `unexpected "}"${this.#missingEnd(words)}`);
        this.#at = at;
        return this.#directive(words, null);
      }
      if (byte === SHARP) reading.state = 'comment';
      else this.#wordStarts(byte, at, reading);
    }
  }

  /**
   * nginx reads on only when its buffer is used up, and keeps what the token has so far.
   * @returns false at the end of the file, and where the token fills the buffer
   */
  #fill({ start }: Reading): boolean {
    const size = this.#source.bytes.length;
    if (this.#read >= size || this.#at - start === BUFFER_BYTES) return false;
    this.#read = Math.min(size, start + BUFFER_BYTES);
    return true;
  }

  #wordStarts(byte: number, at: number, reading: Reading): void {
    reading.state = 'word';
    reading.quote = null;
    reading.dollar = byte === DOLLAR;
    if (byte === BACKSLASH) this.#skipOne(reading);
    if (byte !== DOUBLE && byte !== SINGLE) return;
    reading.quote = byte;
    reading.start = at + 1;
  }

  /** @returns false where the word ended */
  #wordGoesOn(byte: number, at: number, words: Word[], reading: Reading): boolean {
    if (byte === OPEN && reading.dollar) return true;
    reading.dollar = byte === DOLLAR;
    if (byte === BACKSLASH) this.#skipOne(reading);
    if (byte === BACKSLASH || byte === DOLLAR) return true;
    if (reading.quote !== null) {
      if (byte !== reading.quote) return true;
      words.push(this.#word(reading, at));
      reading.state = 'after-quote';
    } else {
      if (!isSpace(byte) && byte !== SEMICOLON && byte !== OPEN) return true;
      words.push(this.#word(reading, at));
      reading.state = 'between';
    }
    return false;
  }

  /** The byte after a backslash means nothing, whatever it is; it may lie beyond what nginx has read. */
  #skipOne(reading: Reading): void {
    if (this.#at >= this.#read && !this.#fill(reading)) return;
    this.#at++;
  }

  #word({ start, quote }: Reading, end: number): Word {
    const source = this.#source;
    const text = withoutEscapes(source, start, end);
    if (quote === null) return { text, quote: null, span: { source, start, end } };
    return { text, quote: quote === DOUBLE ? '"' : "'", span: { source, start: start - 1, end: end + 1 } };
  }

  #directive(words: readonly Word[], ends: ';' | '{' | null): Statement {
    const start = words[0]?.span.start ?? this.#at;
    const end = ends === null ? (words.at(-1)?.span.end ?? this.#at) : this.#at;
    return { kind: 'directive', words, ends, span: { source: this.#source, start, end } };
  }

  #fileEnds(words: Word[], reading: Reading): Statement {
    const end = this.#source.bytes.length;
    const open = reading.state === 'word';
    // A comment is no word, but nginx has the same word for "inside a comment" and "between two": it accepts both.
    if (words.length === 0 && !open && reading.state !== 'after-quote') return { kind: 'file-end', at: end };
    if (open && reading.quote !== null) {
      const { line } = this.#source.position(reading.start - 1);
      this.#refuse(
        end,
        `unexpected end of file, expecting ";" or "}" (the quote opened in line ${line} is never closed)`,
      );
      return this.#afterLine(words, reading);
    }
    if (open) words.push(this.#word(reading, end));
    this.#refuse(end, `unexpected end of file, expecting ";" or "}"`);
    return this.#directive(words, null);
  }

  #tooLong(words: Word[], reading: Reading): Statement {
    const { start, quote, state } = reading;
    if (quote !== null && state === 'word') {
      const mark = quote === DOUBLE ? '"' : "'";
      this.#refuse(start - 1, `too long parameter, probably missing terminating "${mark}" character`);
    } else {
      const shown = this.#source.text(start, start + SHOWN_BYTES);
      const what = state === 'comment' ? 'comment' : 'word';
      const limit = `nginx takes no ${what} of ${BUFFER_BYTES} bytes or more`;
      this.#refuse(start, `too long parameter "${shown}..." started (${limit})`);
    }
    return this.#afterLine(words, reading);
  }

  /** A word that never ends: what follows the line it began in is read as if it had ended there. */
  #afterLine(words: readonly Word[], { start, state }: Reading): Statement {
    const feed = this.#source.bytes.indexOf(LF, start);
    this.resume(feed === -1 ? this.#source.bytes.length : feed);
    if (state !== 'word' && words.length === 0) return this.next();
    return this.#directive(words, null);
  }

  #missingEnd(words: readonly Word[]): string {
    const span = words.at(-1)?.span;
    if (span === undefined) return '';
    const shown = this.#source.text(span.start, Math.min(span.end, span.start + SHOWN_BYTES * 4));
    return ` (is a ";" missing after "${shown}" in line ${this.#source.position(span.start).line}?)`;
  }

  /** A quote that runs over lines is most often one that was not closed where it should be. */
  #quoteHint(words: readonly Word[]): string {
    const span = words.at(-1)?.span;
    if (span === undefined || !this.#source.bytes.subarray(span.start, span.end).includes(LF)) return '';
    const from = this.#source.position(span.start).line;
    return ` (the quote opened in line ${from} ends here)`;
  }
}

const unexpected = (byte: number): string => `unexpected "${String.fromCharCode(byte)}"`;

/** A backslash goes before a quote or a backslash, and makes `\t`, `\r`, `\n`; before anything else it stays. */
function withoutEscapes(source: SourceFile, start: number, end: number): string {
  const bytes = source.bytes.subarray(0, end);
  if (bytes.indexOf(BACKSLASH, start) === -1) return source.text(start, end);
  const kept = new Uint8Array(end - start);
  let length = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    const meant = byte === BACKSLASH && at + 1 < end ? ESCAPES.get(bytes[at + 1] ?? 0) : undefined;
    if (meant !== undefined) at++;
    kept[length++] = meant ?? byte;
  }
  return utf8.decode(kept.subarray(0, length));
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

const ESCAPES: ReadonlyMap<number, number> = new Map([
  [DOUBLE, DOUBLE],
  [SINGLE, SINGLE],
  [BACKSLASH, BACKSLASH],
  [0x74, TAB],
  [0x72, CR],
  [0x6e, LF],
]);
