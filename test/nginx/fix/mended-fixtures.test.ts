import { expect, it } from 'vitest';
import { type CheckResult, check } from '../../../src/nginx/check.ts';
import { type Mended, mend } from '../../../src/nginx/fix/mend.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import { describeWith } from '../../kit/needs.ts';
import { nginxTest } from '../real-nginx.ts';
import { type Fixture, fixtures, oneFile } from '../rules/fixture.ts';

/** Every configuration that a rule is tried on, mended by all rules at once: nginx must take what it took before. */

const INSTALLED = { major: 1, minor: 22, patch: 1 };

function mendedFixture({ path, text, version }: Fixture): Mended {
  const bytes = new TextEncoder().encode(text);
  const ask = (changed: ReadonlyMap<string, Uint8Array>): CheckResult =>
    check(parse(path, oneFile(path, changed.get(path) ?? bytes)), { version: version ?? INSTALLED, host: null });
  return mend(ask(new Map()), ask);
}

const byRule = Map.groupBy(fixtures(), ({ rule }) => rule);

describeWith('nginx', 'a mended copy', () => {
  it('has enough to be tried on', () => expect(byRule.size).toBeGreaterThan(40));

  it.each([...byRule])(
    'of each configuration of %s is accepted by nginx, and leaves nothing that a machine may mend',
    async (_rule, group) => {
      for (const fixture of group) {
        const { changed, after, dropped } = mendedFixture(fixture);
        const [file] = changed;
        if (file === undefined) continue;
        const text = new TextDecoder().decode(file.bytes);
        expect(
          dropped.map(({ finding, because }) => `${finding.rule.id} ${because}`),
          fixture.name,
        ).toEqual([]);
        expect(
          after.findings.filter(({ edits = [] }) => edits.length > 0).map(({ rule }) => rule.id),
          text,
        ).toEqual([]);
        const piece = after.configuration.context === 'http';
        if (!(await nginxTest('nginx.conf', fixture.text, piece)).accepts) continue;
        const { accepts, output } = await nginxTest('nginx.conf', file.bytes, piece);
        expect(accepts, `${fixture.name}\n${output}\n${text}`).toBe(true);
      }
    },
  );
});
