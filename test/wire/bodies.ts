import fc from 'fast-check';
import { type BodyFraming, bodyFraming } from '../../src/wire/body-framing.ts';
import { parseAnswerHead } from '../../src/wire/http-head.ts';

/** A framing for an answer with these header lines. @throws Error if they are no head */
export function framingOf(lines: readonly string[], status = 403, method = 'GET'): BodyFraming {
  const head = parseAnswerHead(Buffer.from([`HTTP/1.1 ${status} Because`, ...lines, '', ''].join('\r\n'), 'latin1'));
  if (head === null) throw new Error(`no head: ${lines.join(' | ')}`);
  return bodyFraming(head, method);
}

/** How many of these bytes the framing takes for the body, chunk after chunk until it is done. */
export function taken(framing: BodyFraming, chunks: readonly Buffer[]): number {
  let total = 0;
  for (const chunk of chunks) {
    const count = framing.take(chunk);
    total += count;
    if (count < chunk.length) break;
  }
  return total;
}

const extension = fc.constantFrom('', ';name', ';name=value', ';a="quoted; \\" text"', ';x;y=1;z');
const chunk = fc.record({
  data: fc.uint8Array({ minLength: 1, maxLength: 60 }),
  extension,
  zeros: fc.nat(3),
  upper: fc.boolean(),
});

/** A chunked body as a server may write it (RFC 9112 §7.1), and the bytes that it stands for. */
export const chunkedBody = fc
  .record({
    chunks: fc.array(chunk, { maxLength: 8 }),
    last: extension,
    trailers: fc.array(fc.constantFrom('Server-Timing: a;dur=1', 'Digest: 0', 'X-Empty:'), { maxLength: 3 }),
  })
  .map(({ chunks, last, trailers }) => {
    const parts: Buffer[] = [];
    for (const { data, extension, zeros, upper } of chunks) {
      const hex = data.length.toString(16);
      const size = '0'.repeat(zeros) + (upper ? hex.toUpperCase() : hex);
      parts.push(Buffer.from(`${size}${extension}\r\n`, 'latin1'), Buffer.from(data), Buffer.from('\r\n'));
    }
    parts.push(Buffer.from(`0${last}\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`, 'latin1'));
    return { wire: Buffer.concat(parts), body: Buffer.concat(chunks.map(({ data }) => data)) };
  });
