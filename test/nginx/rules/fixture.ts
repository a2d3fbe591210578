import { readdirSync, readFileSync } from 'node:fs';
import { check } from '../../../src/nginx/check.ts';
import type { ConfigFiles } from '../../../src/nginx/parse/config-files.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';
import type { Finding, Severity } from '../../../src/nginx/rules/rule.ts';
import { RULES } from '../../../src/nginx/rules/rules.ts';
import { type NginxVersion, parseVersion } from '../../../src/nginx/version.ts';

/**
 * Fixtures of the rules: `WSNNN/fires-….conf` and `WSNNN/quiet-….conf`. A line where the rule must find something ends with
 * `# <- WSNNN` and the severity where it is not the rule's own. Comments at the top say the rest:
 * `# nginx-version: 1.28.0`, `# nginx -t refuses`, `# nginx -t refuses before 1.25.0`, `# piece of http`.
 */

const FOLDER = import.meta.dirname;

export interface Expected {
  readonly line: number;
  readonly severity: Severity;
}

export interface Fixture {
  readonly rule: string;
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly fires: boolean;
  readonly version: NginxVersion | null;
  /** By the real nginx: always, or by one that is older than `refusedBefore`. */
  readonly refused: boolean;
  readonly refusedBefore: NginxVersion | null;
  readonly piece: boolean;
  readonly expected: readonly Expected[];
}

export function fixtures(): Fixture[] {
  const rules = readdirSync(FOLDER).filter((name) => /^WS\d{3}$/.test(name));
  return rules.flatMap((rule) =>
    readdirSync(`${FOLDER}/${rule}`)
      .filter((name) => name.endsWith('.conf'))
      .map((name) => fixture(rule, name)),
  );
}

function fixture(rule: string, name: string): Fixture {
  const path = `${FOLDER}/${rule}/${name}`;
  const text = readFileSync(path, 'utf8');
  return {
    rule,
    name,
    path,
    text,
    fires: name.startsWith('fires-'),
    version: parseVersion(/^# nginx-version: (.+)$/m.exec(text)?.[1] ?? ''),
    refused: /^# nginx -t refuses/m.test(text),
    refusedBefore: parseVersion(/^# nginx -t refuses before (.+)$/m.exec(text)?.[1] ?? ''),
    piece: /^# piece of http/m.test(text),
    expected: marks(rule, text),
  };
}

function marks(id: string, text: string): Expected[] {
  const own = RULES.find((rule) => rule.id === id)?.severity ?? 'error';
  return text.split('\n').flatMap((line, index): Expected[] => {
    const [mark] = Array.from(line.matchAll(/# <- (WS\d{3})(?: (error|warning|note))?/g)).filter((m) => m[1] === id);
    if (mark === undefined) return [];
    const said = mark[2];
    const severity = said === 'error' || said === 'warning' || said === 'note' ? said : own;
    return [{ line: index + 1, severity }];
  });
}

/** One file, alone: what it includes was not given. */
export const oneFile = (path: string, bytes: Uint8Array): ConfigFiles => ({
  read: (asked) => (asked === path ? { bytes } : { unknown: true }),
  list: () => null,
  partial: true,
});

export function checkText({ path, version }: Pick<Fixture, 'path' | 'version'>, bytes: Uint8Array) {
  return check(parse(path, oneFile(path, bytes)), { version, host: null });
}

/** The findings of one rule, as the marks say them. */
export function found(id: string, findings: readonly Finding[]): Expected[] {
  return findings
    .filter(({ rule }) => rule.id === id)
    .map(({ at, severity }) => ({ line: at.source.position(at.start).line, severity }))
    .toSorted((a, b) => a.line - b.line);
}
