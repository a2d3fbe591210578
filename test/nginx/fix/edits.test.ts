import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/nginx/fix/apply.ts';
import {
  insertAfter,
  insertBefore,
  insertFirst,
  insertLast,
  insertTop,
  removeDirective,
  replaceDirective,
  replaceWord,
} from '../../../src/nginx/fix/edits.ts';
import type { Configuration } from '../../../src/nginx/parse/tree.ts';
import type { Edit } from '../../../src/nginx/rules/rule.ts';
import { configurationOf, directive } from './configuration.ts';

/** What a mend looks like in the file of the person who wrote it. */

function edited(text: string, make: (configuration: Configuration) => Edit | readonly Edit[]): string {
  const configuration = configurationOf(text);
  const edits = [make(configuration)].flat();
  const [source] = configuration.files;
  if (source === undefined) throw new Error('no file');
  return new TextDecoder().decode(applyEdits(source, edits).bytes);
}

const TWO_SPACES = `http {
  server {
    location / {
      proxy_pass http://mm; # the server
      # nothing after this
    }
  }
}
`;
const TABS = TWO_SPACES.replaceAll('  ', '\t');
const CRLF = TWO_SPACES.replaceAll('\n', '\r\n');
const ONE_LINE = 'server { location / { proxy_pass http://mm; } }\n';
const LINES = ['a 1;', 'b 2;'];

describe('insertFirst', () => {
  it("puts lines at a block's beginning with the indentation of its other lines", () => {
    expect(edited(TWO_SPACES, (conf) => insertFirst(directive(conf, 'location'), LINES))).toBe(
      TWO_SPACES.replace('location / {\n', 'location / {\n      a 1;\n      b 2;\n'),
    );
  });

  it('indents with tabs where the file does', () => {
    const map = ['map $a $b {', '    default x;', '}'];
    expect(edited(TABS, (conf) => insertFirst(directive(conf, 'http'), map))).toBe(
      TABS.replace('http {\n', 'http {\n\tmap $a $b {\n\t\tdefault x;\n\t}\n'),
    );
  });

  it('ends its lines as the file does', () => {
    expect(edited(CRLF, (conf) => insertFirst(directive(conf, 'server'), LINES))).toBe(
      CRLF.replace('server {\r\n', 'server {\r\n    a 1;\r\n    b 2;\r\n'),
    );
  });

  it('leaves a one-line block on its line', () => {
    expect(edited(ONE_LINE, (conf) => insertFirst(directive(conf, 'location'), LINES))).toBe(
      'server { location / { a 1; b 2; proxy_pass http://mm; } }\n',
    );
  });

  it('opens a one-line block where a comment would swallow what follows', () => {
    expect(edited(ONE_LINE, (conf) => insertFirst(directive(conf, 'location'), ['a 1; # why']))).toBe(
      'server { location / {\n        a 1; # why\n         proxy_pass http://mm; } }\n',
    );
  });

  it('keeps the comment beside the brace where it is', () => {
    const text = 'server { # chat\n    listen 80;\n}\n';
    expect(edited(text, (conf) => insertFirst(directive(conf, 'server'), ['a 1;']))).toBe(
      'server { # chat\n    a 1;\n    listen 80;\n}\n',
    );
  });
});

describe('insertLast', () => {
  it("puts lines after a block's comments, before its brace", () => {
    expect(edited(TWO_SPACES, (conf) => insertLast(directive(conf, 'location'), LINES))).toBe(
      TWO_SPACES.replace('this\n', 'this\n      a 1;\n      b 2;\n'),
    );
  });

  it('leaves a one-line block on its line', () => {
    expect(edited(ONE_LINE, (conf) => insertLast(directive(conf, 'server'), LINES))).toBe(
      'server { location / { proxy_pass http://mm; } a 1; b 2; }\n',
    );
  });

  it.each([
    ['events {}', 'events { a 1; }'],
    ['events { }', 'events { a 1; }'],
    ['events {\n}', 'events {\n    a 1;\n}'],
    ['http {\n  events {\n  }\n}', 'http {\n  events {\n    a 1;\n  }\n}'],
  ])('fills an empty block: %j', (text, expected) => {
    expect(edited(text, (conf) => insertLast(directive(conf, 'events'), ['a 1;']))).toBe(expected);
  });
});

describe('insertBefore and insertAfter', () => {
  it('put lines on both sides, the comment beside the directive left with it', () => {
    const both = (conf: Configuration): Edit[] => {
      const pass = directive(conf, 'proxy_pass');
      return [insertAfter(pass, ['b 2;']), insertBefore(pass, ['a 1;'])];
    };
    expect(edited(TWO_SPACES, both)).toBe(
      TWO_SPACES.replace(
        '      proxy_pass http://mm; # the server\n',
        '      a 1;\n      proxy_pass http://mm; # the server\n      b 2;\n',
      ),
    );
    expect(edited(ONE_LINE, both)).toBe('server { location / { a 1; proxy_pass http://mm; b 2; } }\n');
  });

  it('add lines to a file whose last line has no end', () => {
    expect(edited('user nginx;\npid x;', (conf) => insertAfter(directive(conf, 'pid'), ['a 1;']))).toBe(
      'user nginx;\npid x;\na 1;',
    );
  });

  it('go behind a whole block', () => {
    expect(edited(TWO_SPACES, (conf) => insertAfter(directive(conf, 'location'), ['a 1;']))).toBe(
      TWO_SPACES.replace('    }\n  }\n}', '    }\n    a 1;\n  }\n}'),
    );
  });
});

describe('replaceDirective and replaceWord', () => {
  it('put lines in the place of one, and keep its comment', () => {
    expect(edited(TWO_SPACES, (conf) => replaceDirective(directive(conf, 'proxy_pass'), LINES))).toBe(
      TWO_SPACES.replace('proxy_pass http://mm; #', 'a 1;\n      b 2; #'),
    );
  });

  it('do not let a comment swallow the rest of the line', () => {
    expect(edited(ONE_LINE, (conf) => replaceDirective(directive(conf, 'proxy_pass'), ['a 1; # why']))).toBe(
      'server { location / { a 1; # why\n         } }\n',
    );
  });

  it('change one word and its quotes alone', () => {
    const text = 'proxy_set_header  Connection\t"upgrade" ;\n';
    const change = (conf: Configuration): Edit[] => {
      const [, value] = directive(conf, 'proxy_set_header').args;
      return value === undefined ? [] : [replaceWord(value, '$connection_upgrade')];
    };
    expect(edited(text, change)).toBe('proxy_set_header  Connection\t$connection_upgrade ;\n');
  });
});

describe('removeDirective', () => {
  it.each([
    ['takes the whole line', 'a 1;\n  b 2;\nc 3;\n', 'a 1;\nc 3;\n'],
    ['takes all lines of a long one', 'a 1;\nb 2\n  3\n  4;\nc 3;\n', 'a 1;\nc 3;\n'],
    ['keeps the neighbours on its line', 'x { a 1; b 2; c 3; }\n', 'x { a 1; c 3; }\n'],
    ['takes the last one of a line', 'x { a 1; b 2;\n}\n', 'x { a 1;\n}\n'],
    ['keeps a comment beside it', '  b 2; # once needed\nc 3;\n', '  # once needed\nc 3;\n'],
    ['takes the last line of a file without an end', 'a 1;\nb 2;', 'a 1;\n'],
    ['takes a line with CRLF', 'a 1;\r\nb 2;\r\nc 3;\r\n', 'a 1;\r\nc 3;\r\n'],
  ])('%s', (_what, text, expected) => {
    expect(edited(text, (conf) => removeDirective(directive(conf, 'b')))).toBe(expected);
  });
});

describe('insertTop', () => {
  it('puts lines before everything else', () => {
    const top = (conf: Configuration): Edit[] =>
      conf.files.map((source) => insertTop(source, ['map $a $b {', '    x y;', '}']));
    expect(edited('server {\n  listen 80;\n}\n', top)).toBe('map $a $b {\n  x y;\n}\nserver {\n  listen 80;\n}\n');
    expect(edited('# Chat.\n# 2026\n\n# its site\nserver {\n  listen 80;\n}\n', top)).toBe(
      '# Chat.\n# 2026\n\nmap $a $b {\n  x y;\n}\n# its site\nserver {\n  listen 80;\n}\n',
    );
    expect(edited('# the site\na 1;\n', top)).toBe('map $a $b {\n    x y;\n}\n# the site\na 1;\n');
    expect(edited('', top)).toBe('map $a $b {\n    x y;\n}\n');
  });
});
