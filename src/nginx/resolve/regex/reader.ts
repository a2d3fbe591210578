import { PatternError } from './syntax.ts';

/** A pattern and how far it has been read. */
export class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The next character; empty at the end. */
  peek(): string {
    return this.#text.charAt(this.#at);
  }

  at(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  /** @throws PatternError at the end */
  next(): string {
    if (this.done) throw new PatternError('it ends too early');
    return this.#text.charAt(this.#at++);
  }

  take(text: string): boolean {
    if (!this.at(text)) return false;
    this.#at += text.length;
    return true;
  }

  /** What stands before `end`, which is taken, too. @throws PatternError where it does not come */
  until(end: string): string {
    const place = this.#text.indexOf(end, this.#at);
    if (place === -1) throw new PatternError(`no "${end}" follows`);
    const text = this.#text.slice(this.#at, place);
    this.#at = place + end.length;
    return text;
  }

  /** @param sticky with the `y` flag */
  match(sticky: RegExp): RegExpExecArray | null {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text);
    if (match !== null) this.#at += match[0].length;
    return match;
  }
}
