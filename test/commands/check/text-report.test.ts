import { describe, expect, it } from 'vitest';
import { type Page, textReport } from '../../../src/commands/check/text-report.ts';
import { coloured, plain } from '../../../src/commands/report/paint.ts';
import { columnsOf } from '../../../src/commands/report/width.ts';
import { configurationOf, directive } from '../../nginx/fix/configuration.ts';
import { madeFinding, madeResult, madeRule } from '../../nginx/report/made-result.ts';

/** What an operator reads. */

const PAGE: Page = { width: 80, paint: plain };
const ASSUMED = { version: { major: 1, minor: 22, patch: 1 }, from: 'the dump' };
const CONF = 'server {\n\tlocation / {\n\t\tproxy_pass http://mm;\n\t}\n}\n';

function shown(text: string, name: string, page = PAGE): string {
  const configuration = configurationOf(text);
  const finding = madeFinding(madeRule('WS001'), directive(configuration, name));
  return textReport(madeResult(configuration, [finding]), ASSUMED, page).join('\n');
}

describe('a finding', () => {
  it('stands at its place, with its line, a caret under what is meant, why, the mend and the help page', () => {
    expect(shown(CONF, 'proxy_pass')).toBe(`error WS001 nginx.conf:3:3 summary of WS001
   3 |         proxy_pass http://mm;
     |         ^^^^^^^^^^^^^^^^^^^^^
  why   Why of WS001.
  mend  good 1;
  help  docs/rules/WS001.md

1 error in nginx.conf; nginx 1.22.1 (from the dump).`);
  });

  it('has its caret under the right columns behind wide and combining characters', () => {
    const [, line = '', carets = ''] = shown('location "/日本e\u0301" { x 1; }\n', 'x').split('\n');
    expect(columnsOf(line.slice(0, line.indexOf('x 1;')))).toBe(carets.indexOf('^'));
  });

  it('of many lines is underlined to the end of its first', () => {
    expect(shown(CONF, 'server').split('\n').slice(1, 3)).toEqual(['   1 | server {', '     | ^^^^^^^^']);
  });

  it('stays in sight on a line of a hundred kilobytes', () => {
    const text = `http { ${'a 1; '.repeat(20_000)}here 1; ${'b 1; '.repeat(1000)}}\n`;
    const lines = shown(text, 'here').split('\n');
    expect(lines[1]).toMatch(/^ {3}1 \| ….*here 1;.*…$/);
    expect(lines[1]?.indexOf('here')).toBe(lines[2]?.indexOf('^'));
    expect(lines.every((line) => columnsOf(line) <= 80)).toBe(true);
  });

  it('shows a stranger’s control characters without sending them to the terminal', () => {
    const report = shown('set $a "\x1b[31m\u202e"; \x07x 1;\n', 'set', { width: 80, paint: coloured });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of the report itself go, nothing else may be left
    const colourless = report.replace(/\x1b\[\d+m/g, '');
    expect(colourless).toContain('set $a "\\x1b[31m\\u{202e}";');
    expect(report.match(/\p{Cc}/gu)?.every((character) => character === '\n' || character === '\x1b')).toBe(true);
  });
});

describe('many findings', () => {
  const configuration = configurationOf('a 1;\nb 2;\n');
  const [a, b] = [directive(configuration, 'a'), directive(configuration, 'b')];
  const first = madeRule('WS001');
  const second = madeRule('WS002', { severity: 'warning' });

  it('of one rule stand together, and say once what they have in common', () => {
    const findings = [madeFinding(first, a), madeFinding(second, a), madeFinding(first, b)];
    const report = textReport(madeResult(configuration, findings), ASSUMED, PAGE).join('\n');
    expect(report.match(/^(error|warning) .*$/gm)).toEqual([
      'error WS001 nginx.conf:1:1 summary of WS001',
      'error WS001 nginx.conf:2:1 summary of WS001',
      'warning WS002 nginx.conf:1:1 summary of WS002',
    ]);
    expect(report.match(/Why of WS001/g)).toHaveLength(1);
    expect(report).toContain('  mend  As for WS001 above.\n');
    expect(report).toContain('2 errors, 1 warning in nginx.conf');
  });

  it('of one rule do not fill the screen: the places of the rest follow in one line', () => {
    const findings = Array.from({ length: 30 }, () => madeFinding(first, a));
    const lines = textReport(madeResult(configuration, findings), ASSUMED, PAGE);
    expect(lines.length).toBeLessThan(30);
    expect(lines.join(' ').match(/nginx\.conf:1:1/g)).toHaveLength(30);
  });
});

describe('the rest of the report', () => {
  it('shows what nginx would refuse first, with a caret under the word', () => {
    const configuration = configurationOf('a 1;\n}\nb 2;\n');
    const lines = textReport(madeResult(configuration, []), ASSUMED, PAGE);
    expect(lines.slice(0, 3)).toEqual(['error nginx.conf:2:1 nginx refuses: unexpected "}"', '   2 | }', '     | ^']);
    expect(lines.at(-1)).toBe('1 line that nginx would refuse in nginx.conf; nginx 1.22.1 (from the dump).');
  });

  it('says what is fine, what was not looked at, and that the version is not known', () => {
    const result = { ...madeResult(configurationOf('a 1;\n'), []), fine: ['one', 'two'], unexamined: ['a server'] };
    const lines = textReport(result, { version: null, from: '--nginx-version names it' }, PAGE);
    expect(lines).toEqual([
      'fine: one, two',
      'not looked at: a server',
      'No server was found that passes WebSockets on, so little could be checked.',
      'Nothing found in nginx.conf; nginx version unknown: --nginx-version names it.',
    ]);
  });

  it('keeps a mend’s lines whole, to be copied, and breaks its sentences', () => {
    const configuration = configurationOf('a 1;\n');
    const long = `log_format x '${'$variable '.repeat(20)}'`;
    const sentence = `nginx has two ways; choose one of these, ${'and think about it well, '.repeat(5)}then:`;
    const finding = madeFinding(madeRule('WS010'), directive(configuration, 'a'), {
      fix: `${sentence}\n${long}\n    b 1;`,
    });
    const lines = textReport(madeResult(configuration, [finding]), ASSUMED, PAGE);
    expect(lines).toContain(`        ${long}`);
    expect(lines).toContain('            b 1;');
    expect(lines.find((line) => line.includes('choose'))?.length).toBeLessThanOrEqual(80);
  });
});
