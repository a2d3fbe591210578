import { describe, expect, it } from 'vitest';
import { insertFirst } from '../../../src/nginx/fix/edits.ts';
import { jsonReport } from '../../../src/nginx/report/json.ts';
import { configurationOf, directive } from '../fix/configuration.ts';
import { madeFinding, madeResult, madeRule } from './made-result.ts';

describe('check --json', () => {
  const configuration = configurationOf('server {\n    # ü\n    listen 80;  ü 1;\n}\n}\n');
  const finding = madeFinding(madeRule('WS001'), directive(configuration, 'ü'), {
    edits: [insertFirst(directive(configuration, 'server'), ['a 1;'])],
  });
  const report = jsonReport(madeResult(configuration, [finding]), { version: null, from: 'nobody said it' });

  it('has the fields that scripts read', () => {
    expect(report.findings).toEqual([
      {
        rule: 'WS001',
        severity: 'error',
        file: 'nginx.conf',
        line: 3,
        column: 17,
        endLine: 3,
        endColumn: 21,
        summary: 'summary of WS001',
        why: 'Why of WS001.',
        fix: 'good 1;',
        mendable: true,
        help: 'docs/rules/WS001.md',
      },
    ]);
    expect(report.errors).toEqual([{ file: 'nginx.conf', line: 5, column: 1, says: 'unexpected "}"' }]);
  });

  it('says which files were read and for which nginx', () => {
    expect(report).toMatchObject({ files: ['nginx.conf'], version: null, versionFrom: 'nobody said it' });
  });
});
