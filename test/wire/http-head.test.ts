import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  HeadCollector,
  headerTokens,
  headerValues,
  MAX_HEAD_BYTES,
  parseAnswerHead,
  requestHead,
} from '../../src/wire/http-head.ts';
import { byteByByte, chunkings, cutAt } from './chunkings.ts';

const SWITCHING =
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nConnection: Upgrade\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n';

/** @returns what the collector says at the chunk where it says anything, the later chunks added to the rest */
function collect(chunks: readonly Buffer[]): { head: string; rest: string } | 'too-long' | null {
  const collector = new HeadCollector();
  for (const [i, chunk] of chunks.entries()) {
    const found = collector.push(chunk);
    if (found === 'too-long') return found;
    if (found === null) continue;
    const rest = Buffer.concat([found.rest, ...chunks.slice(i + 1)]);
    return { head: found.head.toString('latin1'), rest: rest.toString('latin1') };
  }
  return null;
}

function headOf(bytes: number): Buffer {
  const frame = 'HTTP/1.1 200 OK\r\nX-Long: \r\n\r\n';
  return Buffer.from(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(bytes - frame.length)}\r\n\r\n`);
}

describe('the head of an answer', () => {
  it('ends at its empty line in every split, and what follows is given on, frames and all', () => {
    const rest = '\x81\x05hello\r\n\r\nHTTP/1.1 200 OK\r\n\r\n';
    const stream = Buffer.from(SWITCHING + rest, 'latin1');
    for (const { name, chunks } of chunkings(stream)) expect(collect(chunks), name).toEqual({ head: SWITCHING, rest });
    expect(collect(byteByByte(stream))).toEqual({ head: SWITCHING, rest });
    for (let at = 1; at < stream.length; at++) expect(collect(cutAt(stream, at))).toEqual({ head: SWITCHING, rest });
  });

  it('is waited for until it is whole, and what there is of it can be passed on', () => {
    const collector = new HeadCollector();
    expect(collector.push(Buffer.from('HTTP/1.1 101 Switch'))).toBeNull();
    expect(collector.push(Buffer.from('ing\r\n\r'))).toBeNull();
    expect(collector.pending.toString()).toBe('HTTP/1.1 101 Switching\r\n\r');
  });

  it('of the real answer is found after a 100 Continue', () => {
    const collector = new HeadCollector();
    const found = collector.push(Buffer.from('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 '));
    collector.reset();
    expect(collector.pending).toHaveLength(0);
    if (found === null || found === 'too-long') return expect.fail('no head found');
    expect(collector.push(found.rest)).toBeNull();
    const last = collector.push(Buffer.from('Ok\r\n\r\n'));
    expect(last).toMatchObject({ head: Buffer.from('HTTP/1.1 101 Ok\r\n\r\n') });
  });

  it.each([
    { bytes: MAX_HEAD_BYTES, refused: false },
    { bytes: MAX_HEAD_BYTES + 1, refused: true },
    { bytes: MAX_HEAD_BYTES + 4, refused: true },
  ])('of $bytes bytes is refused as too long: $refused, in one read as in many', ({ bytes, refused }) => {
    const head = headOf(bytes);
    const expected = refused ? 'too-long' : { head: head.toString(), rest: '' };
    expect(collect([head])).toEqual(expected);
    for (let at = bytes - 6; at < bytes; at++) expect(collect(cutAt(head, at)), `cut at ${at}`).toEqual(expected);
    const tail = byteByByte(head.subarray(-8));
    expect(collect([head.subarray(0, -8), ...tail])).toEqual(expected);
  });

  it('that never ends is given up, not collected for ever', () => {
    const chunk = Buffer.alloc(1000, 'x');
    expect(collect(Array.from({ length: 100 }, () => chunk))).toBe('too-long');
    expect(collect([Buffer.alloc(MAX_HEAD_BYTES, 'x')])).toBe('too-long');
  });

  it('followed at once by more than its limit is not too long', () => {
    const rest = 'x'.repeat(2 * MAX_HEAD_BYTES);
    expect(collect([Buffer.from(SWITCHING + rest)])).toEqual({ head: SWITCHING, rest });
  });
});

describe('the fields of a head', () => {
  it('keep their case, order and duplicates', () => {
    expect(parseAnswerHead(Buffer.from(SWITCHING))).toEqual({
      httpVersion: '1.1',
      status: 101,
      reason: 'Switching Protocols',
      headers: ['upgrade', 'websocket', 'Connection', 'Upgrade', 'Set-Cookie', 'a=1', 'set-cookie', 'b=2'],
    });
  });

  it('keep bytes over 127, and lose only the white space that is no part of them', () => {
    const head = Buffer.from(
      'HTTP/1.1 200 \xfcber\r\nX-Name: \t J\xf6rg \xa0 \t\r\nX-Empty:\r\nX-Colon:a:b\r\n\r\n',
      'latin1',
    );
    expect(parseAnswerHead(head)).toMatchObject({
      reason: '\xfcber',
      headers: ['X-Name', 'J\xf6rg \xa0', 'X-Empty', '', 'X-Colon', 'a:b'],
    });
  });

  it.each([
    ['HTTP/1.1 204', { status: 204, reason: '', httpVersion: '1.1' }],
    ['HTTP/1.1 200 ', { status: 200, reason: '' }],
    ['HTTP/1.0 502 Bad  Gateway ', { status: 502, reason: 'Bad  Gateway ', httpVersion: '1.0' }],
    ['HTTP/1.1 999 Request denied', { status: 999 }],
  ])('are read under the status line %j', (line, expected) => {
    expect(parseAnswerHead(Buffer.from(`${line}\r\n\r\n`))).toMatchObject(expected);
  });

  it.each([
    '',
    'HTTP/1.1',
    'HTTP/1.1 20 OK',
    'HTTP/1.1 2000 OK',
    'HTTP/1.1  200 OK',
    'HTTP/1.1 200OK',
    'HTTP/2.0 200 OK',
    'HTTP/11 200 OK',
    'http/1.1 200 OK',
    ' HTTP/1.1 200 OK',
    'ICY 200 OK',
    'SSH-2.0-OpenSSH_9.2',
    'HTTP/1.1 200 O\nK',
  ])('are not looked for under %j, which is no status line', (line) => {
    expect(parseAnswerHead(Buffer.from(`${line}\r\n\r\n`))).toBeNull();
  });

  it.each([
    ['a folded line (RFC 9112 §5.2)', 'X-A: one\r\n two'],
    ['a space before the colon (§5.1)', 'X-A : one'],
    ['a name of two words', 'X A: one'],
    ['no colon', 'X-A'],
    ['no name', ': one'],
    ['a name outside ASCII', 'X-\xe9: one'],
    ['a name in quotes', '"X": one'],
  ])('with %s make it no head at all', (_, lines) => {
    expect(parseAnswerHead(Buffer.from(`HTTP/1.1 200 OK\r\nOk: 1\r\n${lines}\r\nOk: 2\r\n\r\n`, 'latin1'))).toBeNull();
  });
});

describe('a request head', () => {
  const name = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,20}$/);
  const value = fc.stringMatching(/^([\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff]{0,30}[\x21-\x7e\x80-\xff])?)?$/);

  it('goes out with the pairs that came in, byte for byte, and reads back as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 10 }), (pairs) => {
        const raw = pairs.flat();
        const bytes = requestHead('GET', '/api/v4/websocket?x=1', '1.1', raw);
        const [line, ...fields] = bytes.toString('latin1').split('\r\n');
        expect(line).toBe('GET /api/v4/websocket?x=1 HTTP/1.1');
        expect(fields).toEqual([...pairs.map(([n, v]) => `${n}: ${v}`), '', '']);
        const asAnswer = Buffer.from(bytes.toString('latin1').replace(line ?? '', 'HTTP/1.1 200 OK'), 'latin1');
        expect(parseAnswerHead(asAnswer)?.headers).toEqual(raw);
      }),
    );
  });
});

describe('looking for a header', () => {
  const headers = ['Via', '1.1 a', 'CONNECTION', 'keep-alive, Upgrade', 'via', '1.1 b,', 'connection', ' , \tclose'];

  it('finds all of its fields in order, whatever their case', () => {
    expect(headerValues(headers, 'via')).toEqual(['1.1 a', '1.1 b,']);
    expect(headerValues(headers, 'VIA')).toEqual(['1.1 a', '1.1 b,']);
    expect(headerValues(headers, 'host')).toEqual([]);
  });

  it('finds its tokens across fields, empty ones left out', () => {
    expect(headerTokens(headers, 'Connection')).toEqual(['keep-alive', 'upgrade', 'close']);
  });

  it('never takes a value for a name', () => {
    expect(headerValues(['a', 'b', 'b', 'c'], 'b')).toEqual(['c']);
  });
});
