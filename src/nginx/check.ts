import type { ConfigError, ConfigNote, Configuration } from './parse/tree.ts';
import { fineIn } from './rules/fine.ts';
import { type Finding, type Rule, SEVERITIES, type View } from './rules/rule.ts';
import { RULES } from './rules/rules.ts';
import { viewOf } from './rules/view.ts';
import { validate } from './validate/validate.ts';
import type { NginxVersion } from './version.ts';

/** `hangup check`: what nginx would refuse, what the rules find, and what is fine. */

export interface CheckOptions {
  /** null where nobody knows it: rules that depend on it then say what holds from which version on. */
  readonly version: NginxVersion | null;
  /** Only the servers that answer to this name; null for all that are before Mattermost. */
  readonly host: string | null;
}

export interface CheckResult {
  readonly configuration: Configuration;
  readonly view: View;
  /** Worst first, then in the order of the files. */
  readonly findings: readonly Finding[];
  /** What nginx would refuse to start with, in the order of the files. */
  readonly errors: readonly ConfigError[];
  readonly notes: readonly ConfigNote[];
  /** What was looked at and is as it should be, a few words each. */
  readonly fine: readonly string[];
  /** Servers that were not looked at, and why. */
  readonly unexamined: readonly string[];
}

export function check(configuration: Configuration, { version, host }: CheckOptions): CheckResult {
  const refused = validate(configuration, { version, modules: 'any' });
  const { view, unexamined } = viewOf(configuration, version, host);
  const order = new Map(configuration.files.map(({ name }, index) => [name, index]));
  const errors = [...configuration.errors, ...refused].toSorted(
    (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line || a.column - b.column,
  );
  const found = RULES.flatMap((rule) => findingsOf(rule, view));
  const place = ({ at }: Finding): number => order.get(at.source.name) ?? 0;
  const findings = found.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      place(a) - place(b) ||
      a.at.start - b.at.start ||
      a.rule.id.localeCompare(b.rule.id),
  );
  const { notes } = configuration;
  return { configuration, view, findings, errors, notes, fine: fineIn(view, findings), unexamined };
}

/** A place that two listeners reach is one finding. */
function findingsOf(rule: Rule, view: View): Finding[] {
  const seen = new Set<string>();
  const findings: Finding[] = [];
  for (const { severity = rule.severity, why = rule.why, ...found } of rule.check(view)) {
    const place = `${found.at.source.name}\n${found.at.start}`;
    if (seen.has(place)) continue;
    seen.add(place);
    findings.push({ ...found, rule, severity, why });
  }
  return findings;
}
