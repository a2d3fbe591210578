import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../../src/nginx/check.ts';
import { insertFirst, insertLast, removeDirective, replaceDirective } from '../../../src/nginx/fix/edits.ts';
import { type Mended, mend } from '../../../src/nginx/fix/mend.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import type { ConfigError, Configuration, Directive } from '../../../src/nginx/parse/tree.ts';
import type { Finding } from '../../../src/nginx/rules/rule.ts';
import { memoryFiles } from '../parse/memory-files.ts';
import { madeFinding, madeResult, madeRule } from '../report/made-result.ts';

/** Mends as `--fix` makes them: together where they can be, and never into what nginx would refuse. */

type Finder = (all: readonly Directive[]) => readonly Finding[];

const all = (directives: readonly Directive[]): Directive[] =>
  directives.flatMap((one) => [one, ...all(one.block?.children ?? [])]);

const namesIn = ({ block }: Directive): string[] => (block?.children ?? []).map(({ name }) => name);

/** nginx's "is duplicate", for every directive. */
function duplicates({ directives }: Configuration): ConfigError[] {
  return all(directives).flatMap((one) => {
    const siblings = one.parent?.block?.children ?? directives;
    const first = siblings.find(({ name }) => name === one.name);
    if (first === one || one.name === 'server' || one.name === 'include') return [];
    const at = one.span.source.position(one.span.start);
    return [{ ...at, says: `"${one.name}" directive is duplicate in ${at.file}:${at.line}` }];
  });
}

function mended(
  files: Readonly<Record<string, string>>,
  finders: readonly Finder[],
): Mended & { text(name: string): string } {
  const check = (changed: ReadonlyMap<string, Uint8Array>): CheckResult => {
    const configuration = parse('/nginx.conf', memoryFiles({ ...files, ...Object.fromEntries(changed) }), 'main');
    const everything = all(configuration.directives);
    const errors = [...configuration.errors, ...duplicates(configuration)];
    return madeResult(
      configuration,
      finders.flatMap((find) => find(everything)),
      errors,
    );
  };
  const result = mend(check(new Map()), check);
  const text = (name: string): string => {
    const changed = result.changed.find(({ source }) => source.name === name);
    return changed === undefined ? (files[name] ?? '') : new TextDecoder().decode(changed.bytes);
  };
  return { ...result, text };
}

/** Each server must have this line. */
const wants =
  (id: string, line: string): Finder =>
  (everything) =>
    everything
      .filter((one) => one.name === 'server' && !namesIn(one).includes(line.split(' ')[0] ?? ''))
      .map((server) => madeFinding(madeRule(id), server, { edits: [insertFirst(server, [line])] }));

const TWO_SERVERS = 'server {\n    listen 80;\n}\nserver {\n    listen 81;\n}\n';

describe('mend', () => {
  it('mends every place, and what comes to light by a mend', () => {
    const follows: Finder = (everything) =>
      everything
        .filter(({ name }) => name === 'a')
        .map((a) => madeFinding(madeRule('WS2'), a, { edits: [replaceDirective(a, ['b 2;'])] }));
    const wantsAOrB: Finder = (everything) =>
      wants('WS1', 'a 1;')(everything).filter(({ at }) => !at.source.text(at.start, at.end).includes('b 2'));
    const result = mended({ '/nginx.conf': TWO_SERVERS }, [wantsAOrB, follows]);
    expect(result.text('/nginx.conf')).toBe(
      'server {\n    b 2;\n    listen 80;\n}\nserver {\n    b 2;\n    listen 81;\n}\n',
    );
    expect(result.made.map(({ rule }) => rule.id)).toEqual(['WS1', 'WS1', 'WS2', 'WS2']);
    expect(result.after.findings).toEqual([]);
  });

  it('puts a line in once that two findings want at different places of a block', () => {
    const last: Finder = (everything) =>
      everything
        .filter((one) => one.name === 'server' && !namesIn(one).includes('a'))
        .map((server) => madeFinding(madeRule('WS2'), server, { edits: [insertLast(server, ['a 2;'])] }));
    const result = mended({ '/nginx.conf': TWO_SERVERS }, [wants('WS1', 'a 1;'), last]);
    expect(result.text('/nginx.conf').match(/a \d;/g)).toEqual(['a 1;', 'a 1;']);
    expect(result.dropped).toEqual([]);
  });

  it('leaves out the one mend that nginx would refuse, makes the others, and says why', () => {
    const refused: Finder = ([server]) =>
      server === undefined
        ? []
        : [madeFinding(madeRule('WS9'), server, { edits: [insertLast(server, ['listen 82;'])] })];
    const result = mended({ '/nginx.conf': TWO_SERVERS }, [refused, wants('WS1', 'a 1;')]);
    expect(result.text('/nginx.conf')).toBe(
      'server {\n    a 1;\n    listen 80;\n}\nserver {\n    a 1;\n    listen 81;\n}\n',
    );
    expect(result.dropped).toMatchObject([
      { finding: { rule: { id: 'WS9' } }, because: expect.stringContaining('duplicate') },
    ]);
    expect(result.after.errors).toEqual([]);
  });

  it('still mends a configuration that nginx refuses already, for another reason', () => {
    const result = mended({ '/nginx.conf': `${TWO_SERVERS}}\n` }, [wants('WS1', 'a 1;')]);
    expect(result.text('/nginx.conf')).toContain('a 1;\n    listen 80;');
    expect(result.after.errors).toHaveLength(1);
  });

  it('makes a mend once that does not help, and says so', () => {
    const never: Finder = ([server]) =>
      server === undefined ? [] : [madeFinding(madeRule('WS3'), server, { edits: [insertFirst(server, ['c 3;'])] })];
    const result = mended({ '/nginx.conf': TWO_SERVERS }, [never]);
    expect(result.text('/nginx.conf').match(/c 3;/g)).toHaveLength(1);
    expect(result.dropped.map(({ because }) => because)).toEqual(['the same is found after it was made']);
  });

  it('comes to an end where two mends undo each other', () => {
    const takesAway: Finder = (everything) =>
      everything
        .filter(({ name }) => name === 'a')
        .map((a) => madeFinding(madeRule('WS4'), a, { edits: [removeDirective(a)] }));
    const result = mended({ '/nginx.conf': TWO_SERVERS }, [wants('WS1', 'a 1;'), takesAway]);
    expect(result.dropped.length).toBeGreaterThan(0);
  });

  it('mends a file once that two servers include', () => {
    const files = {
      '/nginx.conf': 'server {\n  include /p.conf;\n}\nserver {\n  include /p.conf;\n}\n',
      '/p.conf': 'bad 1;\n',
    };
    const good: Finder = (everything) =>
      everything
        .filter(({ name }) => name === 'bad')
        .map((bad) => madeFinding(madeRule('WS5'), bad, { edits: [replaceDirective(bad, ['good 1;'])] }));
    const result = mended(files, [good]);
    expect(result.changed.map(({ source }) => source.name)).toEqual(['/p.conf']);
    expect(result.text('/p.conf')).toBe('good 1;\n');
  });

  it('changes nothing where no finding has a mend that a machine may make', () => {
    const advice: Finder = ([server]) => (server === undefined ? [] : [madeFinding(madeRule('WS6'), server)]);
    const result = mended({ '/nginx.conf': TWO_SERVERS }, [advice]);
    expect(result).toMatchObject({ changed: [], made: [], dropped: [] });
    expect(result.after.findings).toHaveLength(1);
  });
});
