import { describe, expect, it } from 'vitest';
import { asBytes } from '../../../src/nginx/resolve/bytes.ts';
import { compileRegex } from '../../../src/nginx/resolve/regex/regex.ts';

function run(pattern: string, text: string, caseless = false): readonly (string | null)[] | null | string {
  const regex = compileRegex(asBytes(pattern), caseless);
  return 'refused' in regex ? `refused: ${regex.refused}` : regex.exec(asBytes(text));
}

describe('a pattern as PCRE runs it', () => {
  it.each([
    ['^/api/v[0-9]+/(users/)?websocket$', '/api/v4/websocket', ['/api/v4/websocket', null]],
    ['(a|ab)(c|bcd)(d*)', 'abcd', ['abcd', 'a', 'bcd', '']],
    ['a{2,3}', 'aaaa', ['aaa']],
    ['a{2,3}?', 'aaaa', ['aa']],
    ['a{x', 'a{x', ['a{x']],
    ['x*', 'aaa', ['']],
    ['.*\\.php', '/a.php/b.php/c', ['/a.php/b.php']],
    ['[]a]+', 'x]a]', [']a]']],
    ['[^]a]+', ']xa', ['x']],
    ['[a-]+', '-a-', ['-a-']],
    ['[\\w.-]+', '/a.b-c/', ['a.b-c']],
    ['[[:alpha:]_]+', '1ab_', ['ab_']],
    ['(?<=/)ws(?!x)', '/wsx/ws', ['ws']],
    ['(\\w)\\1', 'abba', ['bb', 'b']],
    ['(?<a>.)\\k<a>', 'abb', ['bb', 'b']],
    ['(?>a+)ab', 'aaab', null],
    ['a++b', 'aaab', ['aaab']],
    ['(?:a|b)+?c', 'abac', ['abac']],
    ['\\Q.*\\E.', '.*x', ['.*x']],
    ['(?i)ABC|d', 'xD', ['D']],
    ['a(?i)b|c', 'C', ['C']],
    ['(?i:a)b', 'aB', null],
    ['^.$', '\n', null],
    ['(?s)^.$', '\n', ['\n']],
    ['ws$', 'ws\n', ['ws']],
    ['ws\\z', 'ws\n', null],
    ['(?m)^b$', 'a\nb\nc', ['b']],
    ['(?x) a b # c', 'ab', ['ab']],
    ['\\x2f\\d+\\/', '/12/', ['/12/']],
    ['(?#note)a', 'a', ['a']],
    ['(\\1a|(?<=b))+', 'ba', ['', '']],
    ['(?i)[^a]', 'aAb', ['b']],
  ])('%s on %j', (pattern, text, expected) => {
    expect(run(pattern, text)).toEqual(expected);
  });

  it('keeps what a group took in an earlier round, other than JavaScript', () => {
    expect(run('^(?:(a)|b)*$', 'ab')).toEqual(['ab', 'a']);
  });

  it('folds the case of ASCII letters alone', () => {
    expect(run('É', 'é', true)).toBeNull();
    expect(run('api', '/API/', true)).toEqual(['API']);
  });

  it('takes a byte for a character, as nginx does without (*UTF8)', () => {
    expect(run('^/.$', '/é')).toBeNull();
    expect(run('^/..$', '/é')).not.toBeNull();
  });

  it.each(['(*UTF8)a', '(?R)', '(?(1)a|b)', '\\p{L}', '(?|a|b)', 'a{,3}', '\\K', '(?<n>a)(?<n>b)', '(?<=a+)b'])(
    'says that it cannot follow %s',
    (pattern) => {
      expect(run(pattern, 'a')).toMatch(/^refused: /);
    },
  );

  it.each(['(', ')', '[a', 'a**b(', '*a', '(?<1>a)', '\\'])('refuses %s, as PCRE does', (pattern) => {
    expect(run(pattern, 'a')).toMatch(/^refused: /);
  });

  it('gives up on a pattern that takes for ever, soon', () => {
    const start = performance.now();
    expect(run('^(a+)+$', `${'a'.repeat(60)}b`)).toBe('unsure');
    expect(run('^(?:/[a-z/]*)*x', '/a'.repeat(4000))).toBe('unsure');
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('survives a pattern as long as a word may be', () => {
    const text = 'x'.repeat(4_000);
    expect(['unsure', text]).toContain([run('.'.repeat(4_000), text)].flat()[0]);
    expect(run(`${'('.repeat(2_000)}x`, text)).toMatch(/^refused: /);
  });

  it('reads a path as long as nginx lets one be', () => {
    const path = `/${'segment/'.repeat(1000)}ws`;
    expect(run('^/(.*)/ws$', path)).not.toBeNull();
    expect(run('^/(.*)/nothing$', path)).toBeNull();
  });
});
