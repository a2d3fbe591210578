import { withoutMarks } from './parse/templates.ts';
import type { ConfigError, ConfigNote, Configuration } from './parse/tree.ts';
import type { Server } from './resolve/types.ts';
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
  const marks = new Map(configuration.templates.map(({ file, line }) => [file, line]));
  // A block before the mark may hold one, and lack what another program puts there.
  const refused = validate(configuration, { version, modules: 'any' }).filter(
    ({ file, line }) => line >= (marks.get(file) ?? 0),
  );
  const { view, passedOver } = legible(viewOf(configuration, version, host), configuration);
  const order = new Map(configuration.files.map(({ name }, index) => [name, index]));
  const sorted = [...configuration.errors, ...refused].toSorted(
    (a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line || a.column - b.column,
  );
  const errors = withoutMarks(sorted, configuration.templates);
  const found = RULES.flatMap((rule) => findingsOf(rule, view)).filter(({ at }) => !marks.has(at.source.name));
  const place = ({ at }: Finding): number => order.get(at.source.name) ?? 0;
  const findings = found.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      place(a) - place(b) ||
      a.at.start - b.at.start ||
      a.rule.id.localeCompare(b.rule.id),
  );
  const { notes } = configuration;
  const unexamined = passedOver.map(({ says }) => says);
  return { configuration, view, findings, errors, notes, fine: fineIn(view, findings), unexamined };
}

type Looked = ReturnType<typeof viewOf>;

/** Without the servers of templates: which lines of theirs will be there, and what they will say, is not known. */
function legible({ view, passedOver }: Looked, { templates }: Configuration): Looked {
  const files = new Set(templates.map(({ file }) => file));
  const isLegible = ({ server }: { readonly server: Server }): boolean => !files.has(server.directive.span.source.name);
  return { view: { ...view, sites: view.sites.filter(isLegible) }, passedOver: passedOver.filter(isLegible) };
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
