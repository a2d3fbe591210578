import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/nginx/parse/parse.ts';
import { validate } from '../../../src/nginx/validate/validate.ts';
import { parseVersion } from '../../../src/nginx/version.ts';
import { memoryFiles } from '../parse/memory-files.ts';

interface Asked {
  readonly version?: string;
  readonly modules?: readonly string[];
  readonly more?: Readonly<Record<string, string>>;
}

/** `file:line:column says` of each. */
function refusals(text: string, { version, modules, more = {} }: Asked = {}): string[] {
  const configuration = parse('/n.conf', memoryFiles({ '/n.conf': text, ...more }));
  const errors = validate(configuration, { version: parseVersion(version ?? ''), modules: modules ?? 'any' });
  return errors.map(({ file, line, column, says }) => `${file}:${line}:${column} ${says}`);
}

const inServer = (lines: string): string => `events {}\nhttp {\nserver {\n${lines}\n}\n}\n`;

describe('what nginx would refuse', () => {
  it('is all said, each where it stands', () => {
    const text = inServer(
      'sendfile maybe;\nlocation / {\n  listen 80;\n  proxy_read_timeout 1y;\n}\nproxy_pass http://a;',
    );
    expect(refusals(text)).toEqual([
      '/n.conf:4:10 invalid value "maybe" in "sendfile" directive, it must be "on" or "off"',
      '/n.conf:6:3 "listen" directive is not allowed here',
      '/n.conf:7:22 "proxy_read_timeout" directive invalid value',
      '/n.conf:9:1 "proxy_pass" directive is not allowed here',
    ]);
  });

  it('names what was meant by a mistyped directive', () => {
    expect(refusals(inServer('proxy_set_heder A b;'))).toEqual([
      '/n.conf:4:1 unknown directive "proxy_set_heder" (did you mean "proxy_set_header"?)',
    ]);
  });

  it('names the module that a directive needs', () => {
    const text = inServer('more_set_headers "A: b";\nauth_jwt closed;');
    expect(refusals(text, { modules: [] })).toEqual([
      '/n.conf:4:1 unknown directive "more_set_headers" (it needs ngx_http_headers_more_filter_module)',
      '/n.conf:5:1 unknown directive "auth_jwt" (it needs NGINX Plus)',
    ]);
    expect(refusals(text)).toEqual([]);
    expect(refusals(text, { modules: ['ngx_http_headers_more_filter_module', 'NGINX Plus'] })).toEqual([]);
  });

  it('depends on the version', () => {
    const text = inServer('http2 on;\nlocation / { proxy_http_version 2; }');
    expect(refusals(text, { version: '1.22.1' })).toEqual([
      '/n.conf:4:1 unknown directive "http2" (nginx knows it since 1.25.1)',
      '/n.conf:5:33 invalid value "2"',
    ]);
    expect(refusals(text, { version: '1.29.4' })).toEqual([]);
    expect(refusals(text)).toEqual([]);
  });

  it('takes a predicate for a location where the version may have it', () => {
    const text = inServer('location /a { location $is_bot { return 403; } }\nset $is_bot 0;');
    expect(refusals(text, { version: '1.22.1' })).toEqual(['/n.conf:4:24 location "$is_bot" is outside location "/a"']);
    expect(refusals(text, { version: '1.31.5' })).toEqual([]);
    expect(refusals(text)).toEqual([]);
  });

  it('no longer takes what a version took away', () => {
    expect(refusals(inServer('ssl on;'), { version: '1.25.1' })).toEqual([
      '/n.conf:4:1 unknown directive "ssl" (nginx no longer knows it since 1.25.1)',
    ]);
    expect(refusals(inServer('ssl on;'), { version: '1.24.0' })).toEqual([]);
  });

  it('ends after a hundred', () => {
    expect(refusals('nonsense 1;\n'.repeat(5_000))).toHaveLength(100);
  });
});

describe('what nobody can know from the text is no error', () => {
  it.each([
    [
      'a placeholder for a value',
      'listen ${PORT};\nlocation / { proxy_read_timeout ${TIMEOUT}; proxy_pass ${BACKEND}; }',
    ],
    ['a placeholder for a path', 'location ${PREFIX}/a { location /b { return 204; } }'],
    ['a placeholder for a flag', 'sendfile ${SENDFILE};'],
    ['a placeholder for an upstream', 'location / { proxy_pass http://${HOST}:${PORT}/; }'],
    ['a placeholder for words', 'error_page ${CODES} /x;'],
  ])('%s', (_name, lines) => expect(refusals(inServer(lines))).toEqual([]));

  it('a variable, a format and a zone that a file which was not given may define', () => {
    const lines = 'include /etc/nginx/rest.conf;\naccess_log a.log mine;\nlimit_req zone=z;\nreturn 200 $mine;';
    const files = memoryFiles({ '/n.conf': inServer(lines) });
    const notGiven = {
      ...files,
      read: (path: string) => (path === '/n.conf' ? files.read(path) : { unknown: true as const }),
    };
    const configuration = parse('/n.conf', notGiven);
    expect(configuration.errors).toEqual([]);
    expect(validate(configuration, { version: null, modules: 'any' })).toEqual([]);
  });

  it('the same in a piece of an http block', () => {
    const text = 'server {\nlisten 80;\naccess_log a.log mine;\nreturn 200 $mine;\n}\n';
    expect(refusals(text)).toEqual([]);
    expect(refusals(`${text}sever {}\n`)).toEqual(['/n.conf:6:1 unknown directive "sever" (did you mean "server"?)']);
  });

  it('a variable where a module that is not nginx’s own is at work', () => {
    expect(refusals(inServer('set_by_lua_block $a { return 1 }\nreturn 200 $b;'))).toEqual([]);
    expect(refusals(inServer('return 200 $b;'))).toEqual(['/n.conf:4:12 unknown "b" variable']);
  });

  it('what stands in Lua', () => {
    expect(refusals(inServer('location / { content_by_lua_block { ngx.say("}") -- nonsense 1;\n } }'))).toEqual([]);
  });
});

describe('whatever is given', () => {
  it('a thousand blocks deep ends', () => {
    const deep = `${'location / {\n'.repeat(990)}${'}'.repeat(990)}`;
    expect(refusals(inServer(deep))).toEqual([]);
  });

  it('a hundred thousand directives that nobody knows end soon', () => {
    const started = performance.now();
    refusals(Array.from({ length: 100_000 }, (_, index) => `nonsense${index} 1;`).join('\n'));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

it('a byte order mark is named for what it is', () => {
  expect(refusals('\u{feff}events {}\nhttp {}\n')).toEqual([
    '/n.conf:1:1 unknown directive "\u{feff}events" (a byte order mark stands before it: save the file without one)',
  ]);
});
