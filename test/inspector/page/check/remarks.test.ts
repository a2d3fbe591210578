import { describe, expect, it } from 'vitest';
import type { CheckFinding } from '../../../../src/inspector/api.ts';
import { diffRows } from '../../../../src/inspector/page/check/diff-lines.ts';
import { isLines, itemsOf, placeText } from '../../../../src/inspector/page/check/items.ts';
import { drawn, linesOf, longestOf, markedLines, messagesOf } from '../../../../src/inspector/page/check/remarks.ts';

const finding = (line: number, more: Partial<CheckFinding> = {}): CheckFinding => ({
  rule: 'WS001',
  severity: 'error',
  file: 'nginx.conf',
  line,
  column: 5,
  length: 4,
  summary: 'Upgrade is not forwarded',
  why: 'why',
  fix: 'proxy_set_header Upgrade $http_upgrade;',
  mendable: true,
  ...more,
});

const refused = { file: 'nginx.conf', line: 2, column: 1, says: 'unknown directive "proxi_pass"' };

describe('what is said in the source', () => {
  it('begins with what nginx itself refuses', () => {
    const items = itemsOf({ errors: [refused], findings: [finding(1)] });
    expect(items.map(({ rule, severity, line }) => `${rule} ${severity} ${line}`)).toEqual([
      'nginx error 2',
      'WS001 error 1',
    ]);
  });

  it('stands at its line and in its file only; a line beyond the end is the last one', () => {
    const items = itemsOf({ errors: [], findings: [finding(9), finding(3), finding(1, { file: 'other.conf' })] });
    const notes = [{ ...refused, says: 'a placeholder is left in' }];
    const remarks = messagesOf('nginx.conf', 5, items, notes, 80);
    expect(remarks.map(({ line, item, parts }) => [line, item, parts.join(' ')])).toEqual([
      [2, null, 'a placeholder is left in'],
      [3, 1, 'WS001: Upgrade is not forwarded'],
      [5, 0, 'WS001: Upgrade is not forwarded'],
    ]);
  });

  it('marks the word it is about, counted in characters as people see them', () => {
    const marked = markedLines('nginx.conf', itemsOf({ errors: [], findings: [finding(1)] }));
    expect(marked.get(1)?.split('😀\tx word and')).toEqual(['😀\tx ', 'word', ' and']);
    expect(marked.get(2)).toBeUndefined();
  });

  it('marks the worst of several in one line', () => {
    const items = itemsOf({ errors: [], findings: [finding(1), finding(1, { severity: 'note' })] });
    expect(markedLines('nginx.conf', items).get(1)?.severity).toBe('error');
  });
});

describe('a line of the source', () => {
  it('hides nothing and turns nothing around; its tabs stay', () => {
    expect(drawn('\tlisten\t80; # \u202eevil\u0007')).toBe('\tlisten\t80; # \\u{202e}evil\\x07');
  });

  it('of a megabyte is cut, and says by how much', () => {
    expect(drawn('x'.repeat(1_000_000))).toBe(`${'x'.repeat(2000)}… (998000 more)`);
  });

  it('ends at any line end, and a text that ends with one has no further line', () => {
    expect(linesOf('a\r\nb\n')).toEqual(['a', 'b']);
    expect(linesOf('a\n\n')).toEqual(['a', '']);
    expect(linesOf('')).toEqual(['']);
  });

  it('with tabs is as long as it is drawn', () => {
    expect(longestOf(['\t\tx', 'abcd'])).toBe(9);
  });
});

describe('a mend', () => {
  it('is lines to paste, or a sentence to be read', () => {
    expect(isLines('proxy_set_header Upgrade $http_upgrade;')).toBe(true);
    expect(isLines('map $http_upgrade $connection_upgrade {\n    default upgrade;\n}')).toBe(true);
    expect(isLines('Choose a default server for this address.')).toBe(false);
  });

  it('is drawn with the numbers that its lines have, the removed ones with their old number', () => {
    const diff =
      '--- nginx.conf\n+++ nginx.conf\n@@ -3,3 +3,4 @@ x\n kept\n-old\n+new\n+more\n kept too\n\\ No newline at end of file\n';
    expect(diffRows(diff)).toEqual([
      { kind: 'hunk', text: 'line 3' },
      { kind: 'kept', line: 3, text: 'kept' },
      { kind: 'removed', line: 4, text: 'old' },
      { kind: 'added', line: 4, text: 'new' },
      { kind: 'added', line: 5, text: 'more' },
      { kind: 'kept', line: 6, text: 'kept too' },
    ]);
  });

  it('of a line that begins with dashes is not taken for the head of a file', () => {
    const diff = '--- a\n+++ a\n@@ -1 +1 @@\n--- x\n+++ y\n';
    expect(diffRows(diff).map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'hunk line 1',
      'removed -- x',
      'added ++ y',
    ]);
  });
});

it('a place names the end of a long path, which is what differs', () => {
  expect(placeText({ file: 'nginx.conf', line: 7 })).toBe('nginx.conf:7');
  const text = placeText({ file: `/very/long/${'x'.repeat(60)}/chat.conf`, line: 7 });
  expect(text).toMatch(/^….*\/chat\.conf:7$/);
  expect(text.length).toBeLessThan(45);
});
