import { describe, expect, it, test } from 'vitest';
import { glob, partPattern } from '../../../src/nginx/parse/glob.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import { drawn, memoryFiles } from './memory-files.ts';

describe('include brings in what nginx would read', () => {
  it('in the order of the names, relative to the main file’s folder, whatever file the line stands in', () => {
    const files = memoryFiles({
      '/n/nginx.conf': 'http { include conf.d/*.conf; last; }',
      '/n/conf.d/b.conf': 'b;',
      '/n/conf.d/a.conf': 'a; include snippets/s;',
      '/n/conf.d/.hidden.conf': 'hidden;',
      '/n/conf.d/c.txt': 'c;',
      '/n/snippets/s': 's;',
    });
    const { directives, errors, files: read } = parse('/n/nginx.conf', files);
    expect(errors).toEqual([]);
    expect(drawn(directives)).toBe(
      '"http" { "include" "conf.d/*.conf"; "a"; "include" "snippets/s"; "s"; "b"; "last"; }',
    );
    expect(read.map(({ name }) => name)).toEqual([
      '/n/nginx.conf',
      '/n/conf.d/a.conf',
      '/n/snippets/s',
      '/n/conf.d/b.conf',
    ]);
  });

  it('each inclusion in its own context: the same file twice has two parents and one source', () => {
    const files = memoryFiles({ '/n/x': 'a { include s; } b { include s; }', '/n/s': 'c;' });
    const { directives, files: read } = parse('/n/x', files);
    const inner = directives.map(({ block }) => block?.children.at(-1));
    expect(inner.map((each) => each?.parent?.name)).toEqual(['a', 'b']);
    expect(inner.map((each) => each?.includedBy?.parent?.name)).toEqual(['a', 'b']);
    expect(read).toHaveLength(2);
  });

  test.each([
    ['itself', { '/n/x': 'include x;' }, 'include goes in a circle: /n/x → /n/x'],
    ['each other', { '/n/x': 'include y;', '/n/y': '\n include x;' }, 'include goes in a circle: /n/x → /n/y → /n/x'],
    ['nothing', { '/n/x': 'include gone.conf;' }, 'open() "/n/gone.conf" failed (2: No such file or directory)'],
  ])('files that include %s are refused with the chain', (_, files, says) => {
    expect(parse('/n/x', memoryFiles(files)).errors.map((error) => error.says)).toEqual([says]);
  });

  it('a pattern in a folder that is not there is nothing to nginx, and not known of a piece that lies elsewhere', () => {
    const files = memoryFiles({ '/n/x': 'server { include /gone/*.conf; include /n/*.none; }' });
    expect(parse('/n/x', files, 'main').notes).toEqual([]);
    const { notes, directives } = parse('/n/x', files, 'http');
    expect(notes.map(({ says }) => says)).toEqual(['/gone/*.conf was not given: what stands in it is not known']);
    expect(directives[0]?.block?.children.map(({ unread }) => unread)).toEqual([true, false]);
  });

  it('a relative name that is not there is not known of a piece without an nginx.conf, an absolute one is missing', () => {
    const files = memoryFiles({
      '/n/(http)': 'include site;',
      '/n/site': 'server { include a; include b*; include /n/c; }',
    });
    const { notes, errors } = parse('/n/(http)', { ...files, prefixUnknown: true }, 'http');
    expect(notes.map(({ says }) => says)).toEqual([
      'a was not given: what stands in it is not known',
      'b* was not given: what stands in it is not known',
    ]);
    expect(errors.map(({ says }) => says)).toEqual(['open() "/n/c" failed (2: No such file or directory)']);
    expect(parse('/n/(http)', files, 'http').errors).toHaveLength(2);
  });

  it('a drive letter begins an absolute name where the main file has one, and is a folder like another elsewhere', () => {
    const text = 'include D:/a; include /b; include C:\\web/c; include d;';
    const windows = memoryFiles({
      'C:/nginx/x': text,
      'D:/a': 'a;',
      'C:/b': 'b;',
      'C:/web/c': 'c;',
      'C:/nginx/d': 'd;',
    });
    const { directives, errors } = parse('C:/nginx/x', windows);
    expect(errors).toEqual([]);
    expect(directives.map(({ name }) => name).filter((name) => name !== 'include')).toEqual(['a', 'b', 'c', 'd']);
    expect(parse('/n/x', memoryFiles({ '/n/x': 'include D:/a;', '/n/D:/a': 'a;' })).errors).toEqual([]);
  });

  it('a chain that is too long names every file of it', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`/n/${index}`, `include ${index + 1};`]),
    );
    const [error] = parse('/n/0', memoryFiles(chain)).errors;
    expect(error?.says).toContain('include goes more than 50 files deep: /n/0 → /n/1 →');
    expect(error?.file).toBe('/n/49');
  });

  it('files that bring each other in without end are cut off', () => {
    const levels = Array.from({ length: 30 }, (_, index) => [
      `/n/${index}`,
      `include ${index + 1}; include ${index + 1};`,
    ]);
    const files = Object.fromEntries([...levels, ['/n/30', '']]);
    const { errors } = parse('/n/0', memoryFiles(files));
    expect(errors.at(-1)?.says).toContain('more than 20000 files');
  });

  it('a } in an included file closes nothing outside it', () => {
    const files = memoryFiles({ '/n/x': 'a { include s; b; }', '/n/s': 'c; }' });
    const { directives, errors } = parse('/n/x', files);
    expect(errors).toMatchObject([{ file: '/n/s', line: 1, column: 4, says: 'unexpected "}"' }]);
    expect(drawn(directives)).toBe('"a" { "include" "s"; "c"; "b"; }');
  });

  it('a block left open in an included file ends with it', () => {
    const files = memoryFiles({ '/n/x': 'include s; b;', '/n/s': 'c {' });
    const { directives, errors } = parse('/n/x', files);
    expect(errors).toHaveLength(1);
    expect(drawn(directives)).toBe('"include" "s"; "c" {  } "b";');
  });

  it('is a word like another in split_clients, and followed in map and types', () => {
    const files = memoryFiles({
      '/n/x': 'split_clients $a $b { include s; } map $a $c { include s; }',
      '/n/s': 'x y;',
    });
    expect(drawn(parse('/n/x', files).directives)).toBe(
      '"split_clients" "$a" "$b" { "include" "s"; } "map" "$a" "$c" { "include" "s"; "x" "y"; }',
    );
  });

  it('what nobody gave is said, not guessed', () => {
    const files = {
      read: (path: string) =>
        path === 'x' ? { bytes: new TextEncoder().encode('include y;') } : { unknown: true as const },
      list: () => null,
    };
    const { errors, notes } = parse('x', files);
    expect(errors).toEqual([]);
    expect(notes).toEqual([{ file: 'x', line: 1, column: 9, says: 'y was not given: what stands in it is not known' }]);
  });
});

describe('patterns are glob(3)’s', () => {
  test.each([
    ['*.conf', ['a.conf', '.conf', 'conf'], ['a.conf', '.conf']],
    ['[a-c]?', ['a1', 'd1', 'b', 'c_'], ['a1', 'c_']],
    ['[!a]*', ['a1', 'b1', '!x'], ['b1', '!x']],
    ['[]x]', [']', 'x', 'y'], [']', 'x']],
    ['a\\*', ['a*', 'ab'], ['a*']],
    ['[z-a]', ['z', 'a', '-'], []],
    ['a[', ['a[', 'a'], ['a[']],
    ['a+(b|c).d', ['a+(b|c).d', 'aabxd'], ['a+(b|c).d']],
  ])('%s', (pattern, names, matches) => {
    expect(names.filter((name) => partPattern(pattern).test(name))).toEqual(matches);
  });

  it('a pattern in a folder’s name is followed too', () => {
    const files = memoryFiles({ '/n/a/x.conf': '', '/n/b/x.conf': '', '/n/b/y.conf': '', '/m/a/x.conf': '' });
    expect(glob('/n/*/x.conf', files)).toEqual(['/n/a/x.conf', '/n/b/x.conf']);
    expect(glob('/n/*/nothing*', files)).toEqual([]);
  });
});
