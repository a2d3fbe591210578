import { closeFrame, type Reading } from './reading.ts';
import type { Finding, Rule } from './rule.ts';
import type { Certainty } from './verdict.ts';

/**
 * How the rules are combined:
 *
 *  1. Every rule judges alone: how well does *its* cause explain what was seen?
 *  2. Rules that know only who and how (`lastResort`) are heard when no rule that knows a reason speaks.
 *  3. The surest finding stands; between equals the earlier in the list.
 *  4. `likely` means that everything else would need a coincidence. So when two likely findings name different parties,
 *     neither is likely: the first stands as `possible`, the other is told as an alternative.
 *  5. `certain` is allowed only on conclusive evidence (`isConclusive`), whatever a rule says, and not against another
 *     certain finding that names a different party.
 */

export interface Heard {
  readonly rule: Rule;
  readonly finding: Finding;
}

export interface Weighed extends Heard {
  /** What else explains the end, surest first. */
  readonly alternatives: readonly Heard[];
}

const RANK: Readonly<Record<Certainty, number>> = { certain: 2, likely: 1, possible: 0 };

export function weigh(rules: readonly Rule[], reading: Reading): Weighed | null {
  const all: Heard[] = [];
  for (const rule of rules) {
    const finding = rule.judge(reading);
    if (finding !== null) all.push({ rule, finding: bounded(finding, reading) });
  }
  const reasons = all.filter(({ rule }) => rule.lastResort !== true);
  const [first, ...rest] = (reasons.length > 0 ? reasons : all).sort(
    (a, b) => RANK[b.finding.certainty] - RANK[a.finding.certainty],
  );
  if (first === undefined) return null;
  const { certainty, closedBy } = first.finding;
  const contradicted = rest.some(
    ({ finding }) => certainty !== 'possible' && finding.certainty === certainty && finding.closedBy !== closedBy,
  );
  const finding = contradicted ? { ...first.finding, certainty: 'possible' as const } : first.finding;
  const alternatives = rest.filter((other) => other.finding.cause !== finding.cause && other.finding.cause !== 'unknown');
  return { rule: first.rule, finding, alternatives: finding.certainty === 'certain' ? [] : alternatives };
}

/**
 * What can exclude every other party from one tap: a Close frame first, the kernel's own report that a path is gone, hangup's
 * own act, a refusal that was read. A FIN or an RST never can (GROUND-TRUTH §14).
 */
export function isConclusive(reading: Reading): boolean {
  const { act, refusal } = reading;
  return closeFrame(reading) !== null || act?.kind === 'lost' || (act?.kind === 'own-close' && act.why !== 'killed') || refusal !== null;
}

const bounded = (finding: Finding, reading: Reading): Finding =>
  finding.certainty === 'certain' && !isConclusive(reading) ? { ...finding, certainty: 'likely' } : finding;
