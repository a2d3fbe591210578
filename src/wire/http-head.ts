/** Heads of HTTP/1 messages as the raw pairs they are: nothing lower-cased, merged, sorted or dropped. */
export type RawHeaders = readonly string[];

export interface AnswerHead {
  readonly httpVersion: string;
  readonly status: number;
  readonly reason: string;
  /** Flat: name, value, name, value … as Node's `rawHeaders`. */
  readonly headers: RawHeaders;
}

/**
 * Heads longer than this, their empty line included, are refused; Node's own limit is 16 KiB, but cookies of single
 * sign-on go far beyond it.
 */
export const MAX_HEAD_BYTES = 64 * 1024;

const END = Buffer.from('\r\n\r\n');

/** Collects the bytes of an answer's head, in any split, until its empty line. */
export class HeadCollector {
  #bytes: Buffer = Buffer.alloc(0);

  /**
   * @returns the head (its empty line included) and the bytes after it; null while it is incomplete;
   *   'too-long' once it is over MAX_HEAD_BYTES
   */
  push(chunk: Buffer): { head: Buffer; rest: Buffer } | null | 'too-long' {
    const seen = Math.max(0, this.#bytes.length - END.length + 1);
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    const end = this.#bytes.indexOf(END, seen);
    // The same limit in every split: an incomplete head of this size can only become a longer one.
    if (end < 0) return this.#bytes.length >= MAX_HEAD_BYTES ? 'too-long' : null;
    const after = end + END.length;
    if (after > MAX_HEAD_BYTES) return 'too-long';
    return { head: this.#bytes.subarray(0, after), rest: this.#bytes.subarray(after) };
  }

  /** Starts over, for the next head on the same connection. */
  reset(): void {
    this.#bytes = Buffer.alloc(0);
  }

  /** What has been collected of an incomplete head. */
  get pending(): Buffer {
    return this.#bytes;
  }
}

const STATUS_LINE = /^HTTP\/(1\.\d) (\d{3})(?: (.*))?$/;
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * @param head the bytes up to and with the empty line
 * @returns null if this is not the head of an HTTP/1 answer (RFC 9112 §4, §5)
 */
export function parseAnswerHead(head: Buffer): AnswerHead | null {
  const lines = head.toString('latin1').slice(0, -END.length).split('\r\n');
  const match = STATUS_LINE.exec(lines[0] ?? '');
  if (match === null) return null;
  const headers: string[] = [];
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon < 1 || !FIELD_NAME.test(name)) return null;
    headers.push(name, trimSpace(line.slice(colon + 1)));
  }
  return { httpVersion: match[1] ?? '1.1', status: Number(match[2]), reason: match[3] ?? '', headers };
}

/** The bytes of a request head, each pair as it was received (values are latin1 text, as Node decodes them). */
export function requestHead(method: string, url: string, httpVersion: string, headers: RawHeaders): Buffer {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i + 1 < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** The values of a header, in order; names compare without case. */
export function headerValues(headers: RawHeaders, name: string): string[] {
  const values: string[] = [];
  const wanted = name.toLowerCase();
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === wanted) values.push(headers[i + 1] ?? '');
  }
  return values;
}

/** The comma-separated tokens of a header, lower-cased (RFC 9110 §5.6.1). */
export function headerTokens(headers: RawHeaders, name: string): string[] {
  return headerValues(headers, name)
    .flatMap((value) => value.split(','))
    .map((token) => trimSpace(token).toLowerCase())
    .filter((token) => token !== '');
}

/** Optional whitespace is space and tab alone (RFC 9110 §5.6.3); `trim()` would take more. */
function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  const isSpace = (i: number) => text[i] === ' ' || text[i] === '\t';
  while (start < end && isSpace(start)) start++;
  while (end > start && isSpace(end - 1)) end--;
  return text.slice(start, end);
}
