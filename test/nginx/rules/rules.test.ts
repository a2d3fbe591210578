import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { applyEdits } from '../../../src/nginx/fix/apply.ts';
import { RULES } from '../../../src/nginx/rules/rules.ts';
import { compareVersions, type NginxVersion } from '../../../src/nginx/version.ts';
import { describeWith } from '../../kit/needs.ts';
import { installedNginx, nginxTest } from '../real-nginx.ts';
import { checkText, type Fixture, fixtures, found } from './fixture.ts';

const ALL = fixtures();
const DOCS = `${import.meta.dirname}/../../../docs/rules`;
const utf8 = new TextEncoder();

describe('every rule', () => {
  it('has an id of its own, in order', () => {
    const ids = RULES.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].toSorted());
  });

  test.each(RULES.map((rule) => [rule.id, rule] as const))(
    '%s fires somewhere, keeps quiet about a look-alike, and has a help page',
    (id, rule) => {
      const own = ALL.filter((fixture) => fixture.rule === id);
      expect(own.filter(({ fires }) => fires).length, 'configurations that must fire').toBeGreaterThan(0);
      expect(own.filter(({ fires }) => !fires).length, 'look-alikes that must not').toBeGreaterThan(0);
      const page = `${DOCS}/${id}.md`;
      expect(existsSync(page), page).toBe(true);
      expect(readFileSync(page, 'utf8')).toContain(id);
      expect(rule.title.length).toBeGreaterThan(0);
      expect(rule.why).toMatch(/[.)]$/);
    },
  );

  test.each(RULES.map((rule) => [rule.id, rule] as const))('%s stands in the list of rules as it is', (id, rule) => {
    const row = `| [${id}](${id}.md) | ${rule.severity} | ${rule.title.replaceAll('|', '\\|')} |`;
    expect(readFileSync(`${DOCS}/README.md`, 'utf8').split('\n')).toContain(row);
  });

  it('keeps its id: the list goes on without a gap', () => {
    const ids = Array.from(RULES, (_, index) => `WS${String(index + 1).padStart(3, '0')}`);
    expect(RULES.map(({ id }) => id)).toEqual(ids);
    expect(RULES.length).toBeGreaterThanOrEqual(46);
  });
});

describe.each(ALL.map((fixture) => [`${fixture.rule} ${fixture.name}`, fixture] as const))('%s', (_, fixture) => {
  const result = checkText(fixture, utf8.encode(fixture.text));
  const own = result.findings.filter(({ rule }) => rule.id === fixture.rule);

  it(fixture.fires ? 'finds exactly the marked lines' : 'finds nothing', () => {
    if (fixture.fires) expect(fixture.expected.length, 'marks in the file').toBeGreaterThan(0);
    expect(found(fixture.rule, result.findings)).toEqual(fixture.expected);
    for (const finding of own) {
      expect(finding.summary).toMatch(/[.)]$/);
      expect(finding.fix.trim()).not.toBe('');
    }
  });

  if (!fixture.refused) {
    it('is a configuration that we accept', () => {
      expect(result.errors).toEqual([]);
    });
  }

  const mendable = own.filter(({ edits }) => edits !== undefined && edits.length > 0);
  if (mendable.length > 0) {
    it('is mended by its own edits, and nothing else breaks', async () => {
      const [first] = result.configuration.files;
      if (first === undefined) throw new Error('no file');
      const { bytes } = applyEdits(
        first,
        mendable.flatMap(({ edits }) => edits ?? []),
      );
      const again = checkText(fixture, bytes);
      expect(again.errors, new TextDecoder().decode(bytes)).toEqual([]);
      expect(found(fixture.rule, again.findings)).toHaveLength(own.length - mendable.length);
    });
  }
});

describeWith(['nginx', 'openssl'], 'the real nginx', () => {
  it.concurrent.each(ALL.map((fixture) => [`${fixture.rule} ${fixture.name}`, fixture] as const))(
    'agrees that %s is what it says it is',
    async (_, fixture) => {
      const says = await nginxTest(fixture.name, fixture.text, fixture.piece);
      expect(says.accepts, says.output).toBe(!isRefused(fixture, installedNginx()));
    },
  );

  const mends = ALL.flatMap((fixture) => {
    const { findings, configuration } = checkText(fixture, utf8.encode(fixture.text));
    const edits = findings.filter(({ rule }) => rule.id === fixture.rule).flatMap((finding) => finding.edits ?? []);
    const [first] = configuration.files;
    if (edits.length === 0 || first === undefined) return [];
    return [[`${fixture.rule} ${fixture.name}`, fixture, applyEdits(first, edits).bytes] as const];
  });
  it.concurrent.each(mends)('accepts the mended %s', async (_, fixture, bytes) => {
    const says = await nginxTest(fixture.name, bytes, fixture.piece);
    expect(says.accepts, `${says.output}\n${new TextDecoder().decode(bytes)}`).toBe(true);
  });
});

/** What an older nginx refuses, this machine's may know. */
function isRefused({ refused, refusedBefore }: Fixture, installed: NginxVersion): boolean {
  return refused && (refusedBefore === null || compareVersions(installed, refusedBefore) < 0);
}
