import { type AnswerHead, headerTokens } from './http-head.ts';

/**
 * Where the body of an answer ends (RFC 9112 §6.3), found while its bytes pass unchanged. hangup needs the end of a
 * refusal: what comes after it belongs to the next request, not to a tunnel.
 */
export interface BodyFraming {
  /** Whether the end is marked in the bytes; otherwise the body lasts until the connection closes. */
  readonly bounded: boolean;
  /** @returns how many bytes of the chunk belong to this body; `done` tells whether it is complete */
  take(chunk: Uint8Array): number;
  readonly done: boolean;
}

/** @param method of the request: an answer to HEAD has no body */
export function bodyFraming(head: AnswerHead, method: string): BodyFraming {
  const bodyless = method === 'HEAD' || head.status < 200 || head.status === 204 || head.status === 304;
  if (bodyless) return new Counted(0);
  const codings = headerTokens(head.headers, 'transfer-encoding');
  if (codings.length > 0) return codings.at(-1) === 'chunked' ? new Chunked() : new UntilClose();
  // `5, 5` is what a proxy makes of two equal fields (RFC 9110 §8.6).
  const lengths = new Set(headerTokens(head.headers, 'content-length'));
  const [length] = lengths;
  if (lengths.size === 1 && length !== undefined && /^\d{1,15}$/.test(length)) return new Counted(Number(length));
  return new UntilClose();
}

class Counted implements BodyFraming {
  readonly bounded = true;
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  take(chunk: Uint8Array): number {
    const taken = Math.min(this.#left, chunk.length);
    this.#left -= taken;
    return taken;
  }
}

class UntilClose implements BodyFraming {
  readonly bounded = false;
  readonly done = false;

  take(chunk: Uint8Array): number {
    return chunk.length;
  }
}

/** A chunk-size line with extensions, or a trailer line, longer than this is taken for garbage. */
const MAX_LINE = 8 * 1024;
const LF = 0x0a;

/** RFC 9112 §7.1: size line, data, CRLF, …, a zero size, trailer lines, an empty line. */
class Chunked implements BodyFraming {
  readonly bounded = true;
  done = false;
  #state: 'size' | 'data' | 'data-end' | 'trailer' | 'garbage' = 'size';
  #line = '';
  #left = 0;

  take(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && !this.done) {
      if (this.#state === 'garbage') return chunk.length;
      if (this.#state === 'data') {
        const taken = Math.min(this.#left, chunk.length - at);
        at += taken;
        this.#left -= taken;
        if (this.#left === 0) this.#state = 'data-end';
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (byte !== LF) {
        this.#line += String.fromCharCode(byte);
        // The end cannot be found any more; pass on what comes until the connection closes.
        if (this.#line.length > MAX_LINE) this.#state = 'garbage';
      } else this.#endOfLine();
    }
    return at;
  }

  #endOfLine(): void {
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
    this.#line = '';
    if (this.#state === 'size') {
      const size = /^([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line);
      if (size === null) this.#state = 'garbage';
      else {
        this.#left = Number.parseInt(size[1] ?? '', 16);
        this.#state = this.#left === 0 ? 'trailer' : 'data';
      }
    } else if (this.#state === 'data-end') this.#state = line === '' ? 'size' : 'garbage';
    else if (this.#state === 'trailer' && line === '') this.done = true;
  }
}
