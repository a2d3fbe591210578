import { describe, expect, it } from 'vitest';
import { escapeArgs, escapeUri, readTarget, unescapeRedirect } from '../../../src/nginx/resolve/uri.ts';

describe('the path that locations are compared with', () => {
  it.each([
    ['/a//b', '/a/b'],
    ['//', '/'],
    ['/a/./b/.', '/a/b/'],
    ['/a/../b', '/b'],
    ['/a/b/..', '/a/'],
    ['/a/b/../..', '/'],
    ['/a/..b/...', '/a/..b/...'],
    ['/%61%2Fb', '/a/b'],
    ['/%2e%2e/a', null],
    ['/..', null],
    ['/a/../..', null],
    ['/a%2f..%2fb', '/b'],
    ['/%3Fa%23b%25', '/?a#b%'],
    ['/%', null],
    ['/%zz', null],
    ['/%00', null],
    ['/a b', null],
    ['a', null],
    ['/a#b?c', '/a'],
    ['/a?b#c', '/a'],
  ])('%s is %s', (target, expected) => {
    expect(readTarget(target, true)?.uri ?? null).toBe(expected);
  });

  it('keeps double slashes where merge_slashes is off', () => {
    expect(readTarget('/a//b/', false)?.uri).toBe('/a//b/');
    expect(readTarget('/a//../b', false)?.uri).toBe('/a/b');
  });

  it('leaves the query as it came', () => {
    expect(readTarget('/a?b=%41/../c?d#e', true)?.args).toBe('b=%41/../c?d');
    expect(readTarget('/a?', true)?.args).toBe('');
  });
});

it('encodes for a path and for a query as nginx does', () => {
  expect(escapeUri('/a b?c#d%é'.normalize('NFC'))).toBe('/a%20b%3Fc%23d%25%E9');
  expect(escapeArgs('a&b+c;d=e/f')).toBe('a%26b%2Bc%3Bd=e/f');
});

it('decodes a redirect as far as that is safe', () => {
  expect(unescapeRedirect('http://a/%62%20c%2Fd?%65')).toBe('http://a/b%20c/d?%65');
});
