import type { CheckResult } from '../../../src/nginx/check.ts';
import type { ConfigError, Configuration, Directive } from '../../../src/nginx/parse/tree.ts';
import type { Finding, Rule, RuleFinding } from '../../../src/nginx/rules/rule.ts';
import { viewOf } from '../../../src/nginx/rules/view.ts';

/** What a check found, made up: what is shown of a finding must not depend on which rules there are. */

export function madeRule(id: string, more: Partial<Rule> = {}): Rule {
  return { id, severity: 'error', title: `title of ${id}`, why: `Why of ${id}.`, check: () => [], ...more };
}

export function madeFinding(rule: Rule, at: Directive, more: Partial<RuleFinding> = {}): Finding {
  const { severity, why } = rule;
  return { rule, severity, why, at: at.span, summary: `summary of ${rule.id}`, fix: 'good 1;', ...more };
}

export function madeResult(
  configuration: Configuration,
  findings: readonly Finding[],
  errors: readonly ConfigError[] = configuration.errors,
): CheckResult {
  const { view } = viewOf(configuration, null, null);
  return { configuration, view, findings, errors, notes: configuration.notes, fine: [], unexamined: [] };
}
