import { describe, expect, it } from 'vitest';
import { type Address, collides, formatAddress, parseAddress, reaches } from '../../src/settings/address.ts';

function address(text: string): Address {
  const result = parseAddress(text);
  if (!result.ok) throw new Error(result.says);
  return result.value;
}

describe('addresses', () => {
  it.each([
    ['127.0.0.1:8066', { host: '127.0.0.1', port: 8066 }],
    ['[::1]:8066', { host: '::1', port: 8066 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['chat.example.com:443', { host: 'chat.example.com', port: 443 }],
    [':8066', { host: '::', port: 8066 }],
    ['8066', { host: '127.0.0.1', port: 8066 }],
  ])('%s is understood', (text, value) => {
    expect(parseAddress(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['127.0.0.1', 'write it as'],
    ['127.0.0.1:65536', 'write it as'],
    ['127.0.0.1:http', 'write it as'],
    ['[127.0.0.1]:80', 'write it as'],
    ['::1', 'write [::1]:8066'],
    ['http://127.0.0.1:8066', 'is a URL'],
    ['', 'write it as'],
    ['a b:80', 'write it as'],
  ])('%j is refused and says how to write it', (text, says) => {
    expect(parseAddress(text)).toEqual({ ok: false, says: expect.stringContaining(says) });
  });

  it('writes IPv6 in brackets', () => {
    expect(formatAddress({ host: '::1', port: 80 })).toBe('[::1]:80');
    expect(formatAddress({ host: 'localhost', port: 80 })).toBe('localhost:80');
  });

  it.each([
    ['127.0.0.1:80', '127.0.0.1:80', true],
    ['127.0.0.1:80', ':80', true],
    ['localhost:80', '127.0.0.1:80', true],
    ['[::1]:80', '0.0.0.0:80', true],
    ['127.0.0.2:80', '127.0.0.1:80', false],
    ['127.0.0.1:80', '127.0.0.1:81', false],
    ['10.0.0.1:80', '127.0.0.1:80', false],
    // Whether 10.0.0.1 is an address of this machine is not for the text to tell.
    ['10.0.0.1:80', ':80', false],
  ])('a connection to %s would arrive at a listener on %s: %s', (to, listen, expected) => {
    expect(reaches(address(to), address(listen))).toBe(expected);
  });

  it.each([
    ['10.0.0.1:80', ':80', true],
    ['127.0.0.1:80', '127.0.0.2:80', false],
    ['127.0.0.1:0', '127.0.0.1:0', false],
    ['localhost:80', '[::1]:80', true],
  ])('listeners on %s and %s want the same port: %s', (a, b, expected) => {
    expect(collides(address(a), address(b))).toBe(expected);
    expect(collides(address(b), address(a))).toBe(expected);
  });
});
