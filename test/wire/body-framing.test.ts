import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkedBody, framingOf, taken } from './bodies.ts';
import { chunkings, randomCuts } from './chunkings.ts';
import { Random } from './random.ts';

const SURPLUS = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n0\r\n\r\n');
const CHUNKED = ['Transfer-Encoding: chunked'];

describe('a refusal with Content-Length', () => {
  it('ends after so many bytes in every split: the next answer is not taken for its body', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (body, seed) => {
        const stream = Buffer.concat([body, SURPLUS]);
        const framing = framingOf([`Content-Length: ${body.length}`]);
        expect(framing.done).toBe(body.length === 0);
        expect(taken(framing, randomCuts(stream, new Random(seed), 50))).toBe(body.length);
        expect(framing).toMatchObject({ bounded: true, done: true });
        expect(framing.take(SURPLUS)).toBe(0);
      }),
    );
  });

  it('is not done a byte too early', () => {
    const framing = framingOf(['Content-Length: 4']);
    expect([framing.take(Buffer.from('abc')), framing.done]).toEqual([3, false]);
    expect([framing.take(Buffer.from('defg')), framing.done]).toEqual([1, true]);
  });

  it.each([
    { what: 'said twice the same', lines: ['Content-Length: 3', 'content-length: 3'] },
    { what: 'said twice the same in one line (RFC 9110 §8.6)', lines: ['Content-Length: 3, 3'] },
  ])('$what counts once', ({ lines }) => {
    expect(taken(framingOf(lines), [Buffer.from('abcdef')])).toBe(3);
  });

  it.each([
    'Content-Length: -1',
    'Content-Length: 3, 4',
    'Content-Length: 3\r\nContent-Length: 4',
    'Content-Length: +3',
    'Content-Length: 0x3',
    'Content-Length: 3.0',
    'Content-Length: 1234567890123456',
    'Content-Length: three',
  ])('that cannot be believed (%j) ends with the connection', (line) => {
    const framing = framingOf(line.split('\r\n'));
    expect(framing.bounded).toBe(false);
    expect(taken(framing, [Buffer.from('abcdef')])).toBe(6);
    expect(framing.done).toBe(false);
  });
});

describe('a chunked refusal', () => {
  it('ends after its last trailer in every split, whatever extensions and trailers it has', () => {
    fc.assert(
      fc.property(chunkedBody, fc.nat(), ({ wire }, seed) => {
        const stream = Buffer.concat([wire, SURPLUS]);
        const framing = framingOf(CHUNKED);
        expect(taken(framing, randomCuts(stream, new Random(seed), 40))).toBe(wire.length);
        expect(framing).toMatchObject({ bounded: true, done: true });
        expect(framing.take(SURPLUS)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same cut at every point, with the white space that RFC 9112 §7.1.1 lets stand and Node does not', () => {
    const wire = Buffer.from('5 ;a=b\r\nhello\r\n00A \r\n0123456789\r\n0\r\nX-Trailer: 1\r\n\r\n');
    for (const { name, chunks } of chunkings(Buffer.concat([wire, SURPLUS]))) {
      const framing = framingOf(CHUNKED);
      expect(taken(framing, chunks), name).toBe(wire.length);
      expect(framing.done, name).toBe(true);
    }
  });

  it.each([
    ['a size that is none', 'hello\r\nworld\r\n0\r\n\r\n'],
    ['a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
    ['an empty size', '\r\n\r\n0\r\n\r\n'],
    ['a size over 2^52', '10000000000000\r\n'.padStart(40, '1')],
    ['more data than its size says', '5\r\nhello, world\r\n0\r\n\r\n'],
    ['a size line without end', `5;${'x'.repeat(9000)}\r\nhello\r\n0\r\n\r\n`],
    ['a trailer without end', `0\r\nX: ${'x'.repeat(9000)}\r\n\r\n`],
  ])('with %s ends with the connection, in every split: no end is made up', (_, text) => {
    const stream = Buffer.from(text);
    for (const { name, chunks } of chunkings(stream)) {
      const framing = framingOf(CHUNKED);
      expect(taken(framing, chunks), name).toBe(stream.length);
      expect(framing.done, name).toBe(false);
    }
  });
});

describe('which rule a body follows (RFC 9112 §6.3)', () => {
  it.each([
    { what: 'an answer to HEAD', method: 'HEAD', status: 403 },
    { what: 'a 204', method: 'GET', status: 204 },
    { what: 'a 304', method: 'GET', status: 304 },
    { what: 'a 1xx', method: 'GET', status: 103 },
  ])('$what has no body, whatever its headers say', ({ method, status }) => {
    for (const lines of [['Content-Length: 5'], CHUNKED, []]) {
      const framing = framingOf(lines, status, method);
      expect(framing).toMatchObject({ bounded: true, done: true });
      expect(framing.take(SURPLUS)).toBe(0);
    }
  });

  it.each([
    {
      what: 'chunked over Content-Length',
      lines: ['Content-Length: 2', 'Transfer-Encoding: Chunked'],
      body: '0\r\n\r\n',
    },
    {
      what: 'chunked last of several',
      lines: ['Transfer-Encoding: gzip', 'transfer-encoding: ,chunked'],
      body: '0\r\n\r\n',
    },
    { what: 'Content-Length', lines: ['Content-Length: 2'], body: 'ab' },
  ])('$what', ({ lines, body }) => {
    const framing = framingOf(lines);
    expect(taken(framing, [Buffer.from(body), SURPLUS])).toBe(body.length);
    expect(framing.done).toBe(true);
  });

  it.each([
    { what: 'no length at all', lines: [] },
    { what: 'chunked, but not last', lines: ['Transfer-Encoding: chunked, gzip'] },
    { what: 'a coding that is not chunked, with a length', lines: ['Transfer-Encoding: gzip', 'Content-Length: 2'] },
  ])('$what: until the connection closes', ({ lines }) => {
    const framing = framingOf(lines);
    expect(framing).toMatchObject({ bounded: false, done: false });
    expect(taken(framing, [SURPLUS, SURPLUS])).toBe(2 * SURPLUS.length);
    expect(framing.done).toBe(false);
  });
});
