import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { insertFirst, replaceDirective } from '../../../src/nginx/fix/edits.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import { sarifReport } from '../../../src/nginx/report/sarif.ts';
import { RULES } from '../../../src/nginx/rules/rules.ts';
import { configurationOf, directive } from '../fix/configuration.ts';
import { memoryFiles } from '../parse/memory-files.ts';
import { madeFinding, madeResult } from './made-result.ts';

/** What code hosts and editors take: judged by the standard's own schema. */

const OPTIONS = { toolVersion: '0.1.0', assumed: { version: null, from: 'nobody said it' }, base: '/repo' };

const configuration = configurationOf('server {\n    # ü\n    ü 1;\n}\n}\n');
const [rule] = RULES;

function report(): object {
  if (rule === undefined) throw new Error('there are no rules');
  const finding = madeFinding(rule, directive(configuration, 'ü'), {
    edits: [
      replaceDirective(directive(configuration, 'ü'), ['b 2;']),
      insertFirst(directive(configuration, 'server'), ['a 1;']),
    ],
  });
  const result = { ...madeResult(configuration, [finding]), unexamined: ['another server'] };
  return sarifReport([result], OPTIONS);
}

const schemaPath = findSchema();

/** OASIS publishes no package; this one carries the schema of 2.1.0. */
function findSchema(): string | null {
  try {
    return createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    return null;
  }
}

describe('check --format sarif', () => {
  it.runIf(schemaPath !== null)('is valid against the schema of SARIF 2.1.0', () => {
    const schema: unknown = createRequire(import.meta.url)(schemaPath ?? '');
    if (typeof schema !== 'object' || schema === null) throw new Error('the schema is no object');
    // Draft 4 names itself by "id", which Ajv refuses; nothing else in this schema differs from what it speaks.
    const { $schema: _draft, id: _id, ...spoken } = { $schema: null, id: null, ...schema };
    const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false }).compile(
      spoken,
    );
    validate(report());
    expect(validate.errors).toBeNull();
    expect(validate({ ...report(), version: '2.0.0' })).toBe(false);
  });

  it('points at the line and the bytes', () => {
    expect(report()).toMatchObject({
      runs: [
        {
          columnKind: 'unicodeCodePoints',
          results: [
            {
              ruleId: 'nginx',
              level: 'error',
              locations: [{ physicalLocation: { region: { startLine: 5, startColumn: 1 } } }],
            },
            {
              ruleId: rule?.id,
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'nginx.conf', uriBaseId: '%SRCROOT%' },
                    region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9, byteOffset: 22, byteLength: 5 },
                  },
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('carries the mend as replacements that a tool can make', () => {
    expect(report()).toMatchObject({
      runs: [
        {
          results: [
            {},
            {
              fixes: [
                {
                  description: { text: 'good 1;' },
                  artifactChanges: [
                    {
                      replacements: [
                        { deletedRegion: { byteOffset: 22, byteLength: 5 }, insertedContent: { text: 'b 2;' } },
                        { deletedRegion: { byteOffset: 9, byteLength: 0 }, insertedContent: { text: '    a 1;\n' } },
                      ],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('describes every rule, and each result names its own', () => {
    const text = JSON.stringify(report());
    for (const { id, title } of RULES)
      expect(text).toContain(`"id":${JSON.stringify(id)},"shortDescription":{"text":${JSON.stringify(title)}}`);
  });

  it.each([
    ['/repo/deploy/my chat.conf', 'deploy/my%20chat.conf', true],
    ['./deploy/nginx.conf', 'deploy/nginx.conf', true],
    ['deploy/../100%/a#b?.conf', '100%25/a%23b%3F.conf', true],
    ['/etc/nginx/nginx.conf', 'file:///etc/nginx/nginx.conf', false],
    ['../other/nginx.conf', 'file:///other/nginx.conf', false],
    ['C:/nginx 1.24/conf/nginx.conf', 'file:///C:/nginx%201.24/conf/nginx.conf', false],
  ])('names %s so that a code host finds it', (name, uri, isRelative) => {
    const result = madeResult(parse(name, memoryFiles({ [name]: 'a 1;\n' }), 'main'), []);
    const location = isRelative ? { uri, uriBaseId: '%SRCROOT%' } : { uri };
    expect(sarifReport([result], OPTIONS)).toMatchObject({ runs: [{ artifacts: [{ location }] }] });
  });
});
