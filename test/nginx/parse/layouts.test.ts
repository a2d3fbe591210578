import { describe, expect, it, test } from 'vitest';
import { dumpFiles, splitDump } from '../../../src/nginx/parse/dump.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import { drawn, memoryFiles } from './memory-files.ts';

const utf8 = new TextEncoder();
const one = (text: string) => parse('/n/x', memoryFiles({ '/n/x': text }));

describe('Lua is skipped whole', () => {
  test.each([
    ['braces that balance', 'content_by_lua_block { if a then x = { 1 } end }'],
    ['a brace in a string', `content_by_lua_block { a = "}" .. '}' .. "\\"}" }`],
    ['a brace in a comment', 'content_by_lua_block {\n -- }\n --[[ } ]]\n }'],
    ['a brace in a long string', 'content_by_lua_block { a = [[ } ]] .. [==[ } ]] } ]==] }'],
    ['words that nginx could not read', 'content_by_lua_block { local t = a["b"]c; f{} }'],
  ])('%s', (_, block) => {
    const { directives, errors } = one(`a;\n${block}\nb;`);
    expect(errors).toEqual([]);
    expect(drawn(directives)).toBe('"a"; "content_by_lua_block" {…} "b";');
  });

  it('a block that never ends is said where it began', () => {
    expect(one('a;\nset_by_lua_block $x { "').errors).toMatchObject([
      {
        line: 2,
        says: 'unexpected end of file, expecting "}" (the block "set_by_lua_block" of line 2 is never closed)',
      },
    ]);
  });
});

describe('a dump of nginx -T', () => {
  const dump = utf8.encode(
    [
      'nginx: the configuration file /etc/nginx/nginx.conf syntax is ok',
      '# configuration file /etc/nginx/nginx.conf:',
      'http {',
      '  include conf.d/*.conf;',
      '}',
      '',
      '# configuration file /etc/nginx/conf.d/a.conf:',
      'server { }',
      '',
    ].join('\n'),
  );

  it('is the files it is made of, byte by byte', () => {
    const split = splitDump(dump);
    const texts = [...(split?.files ?? [])].map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]);
    expect(texts).toEqual([
      ['/etc/nginx/nginx.conf', 'http {\n  include conf.d/*.conf;\n}\n'],
      ['/etc/nginx/conf.d/a.conf', 'server { }'],
    ]);
    expect(split?.chatter).toEqual(['nginx: the configuration file /etc/nginx/nginx.conf syntax is ok']);
  });

  it('is read as the disk was, with the places of the files', () => {
    const split = splitDump(dump);
    if (split === null) throw new Error('no dump');
    const { directives, errors } = parse('/etc/nginx/nginx.conf', dumpFiles(split));
    expect(errors).toEqual([]);
    const server = directives[0]?.block?.children[1];
    expect(server?.span.source.position(server.span.start)).toEqual({
      file: '/etc/nginx/conf.d/a.conf',
      line: 1,
      column: 1,
    });
  });

  it('a file without markers is none', () => {
    expect(splitDump(utf8.encode('http { }\n# configuration of x:\n'))).toBeNull();
  });
});

describe('what kind of file it is', () => {
  test.each([
    ['a whole configuration', 'events {} http { }', 'main'],
    ['a site of conf.d', 'upstream a { } server { }', 'http'],
    ['a map alone', 'map $http_upgrade $connection_upgrade { }', 'http'],
    ['a file with both', 'worker_processes 1; server { }', 'main'],
  ])('%s', (_, text, context) => {
    expect(one(text).context).toBe(context);
  });

  it('a piece of a server says so', () => {
    const note = (text: string): readonly string[] =>
      one(text).notes.map(({ line, says }) => `${line} ${says.slice(0, 43)}`);
    expect(note('\nlocation / { proxy_pass http://a; }')).toEqual(['2 this seems to be a piece of a server block:']);
    expect(note('server { location / { } }')).toEqual([]);
    expect(note('events { } location / { }')).toEqual([]);
    expect(note('no; configuration;')).toEqual([]);
  });

  it('of a template whose marks nginx does not know the first fault of each file stands for all', () => {
    const text = 'worker_processes 1\n;\nserver {\n listen {{ port }};\n server_name {{ name }};\n}';
    const { errors, notes } = one(text);
    expect(errors.map(({ line }) => line)).toEqual([4]);
    expect(notes).toMatchObject([{ line: 4, column: 9, says: expect.stringContaining('template') }]);
    const plain = one('# {{ name }}\nserver { listen 80 }\nserver { listen 81 }');
    expect(plain.errors).toHaveLength(2);
    expect(plain.notes).toEqual([]);
  });

  it('a template’s placeholders are named once, and variables that somebody defines are none', () => {
    const { notes } = one(
      'server { listen ${PORT}; server_name ${NAME} ${PORT}; set $OWN 1; return 200 ${OWN}${host}; }',
    );
    expect(notes.map(({ line, column, says }) => `${line}:${column} ${says.slice(0, 32)}`)).toEqual([
      '1:17 the placeholder ${PORT} is left ',
      '1:38 the placeholder ${NAME} is left ',
    ]);
  });
});
