import { otherSide } from '../evidence/fact.ts';
import { abruptEnd, closeFrame, type Reading, stalledMs } from './reading.ts';
import type { Finding, Rule } from './rule.ts';
import { unknown, unknownFinding } from './rules/unknown.ts';
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

export function weigh(rules: readonly Rule[], reading: Reading): Weighed {
  const all: Heard[] = [];
  for (const rule of rules) {
    const finding = rule.judge(reading);
    if (finding !== null) all.push({ rule, finding: bounded(finding, reading) });
  }
  const reasons = all.filter(({ rule }) => rule.lastResort !== true);
  const [first = { rule: unknown, finding: unknownFinding(reading) }, ...rest] = (
    reasons.length > 0 ? reasons : all
  ).sort((a, b) => RANK[b.finding.certainty] - RANK[a.finding.certainty]);
  const { certainty, closedBy } = first.finding;
  const contradicted = rest.some(
    ({ finding }) => certainty !== 'possible' && finding.certainty === certainty && finding.closedBy !== closedBy,
  );
  const finding = contradicted ? { ...first.finding, certainty: 'possible' as const } : first.finding;
  const alternatives = rest.filter(
    (other) => other.finding.cause !== finding.cause && other.finding.cause !== 'unknown',
  );
  return { rule: first.rule, finding, alternatives: finding.certainty === 'certain' ? [] : alternatives };
}

/**
 * What can exclude every other party from one tap: a Close frame first, the kernel's own report that a path is gone, hangup's
 * own act, a refusal that was read. A FIN or an RST never can (GROUND-TRUTH §14). A Close frame is first only if the other side's
 * own would have been seen: its stream must have been followed, and not have been paused (FIELD-NOTES §4).
 */
export function isConclusive(reading: Reading): boolean {
  const { act, refusal } = reading;
  const close = closeFrame(reading);
  if (close !== null) return follows(reading) && stalledMs(reading, otherSide(close.from)) === 0;
  return act?.kind === 'lost' || (act?.kind === 'own-close' && act.why !== 'killed') || refusal !== null;
}

/** No finding may claim more than the evidence bears, whatever its rule says. */
function bounded(finding: Finding, reading: Reading): Finding {
  const { certainty } = finding;
  if (certainty === 'certain' && !isConclusive(reading)) return { ...finding, certainty: 'likely' };
  // Where frames could not be followed, a Close frame may have passed unseen before this FIN or RST.
  const abrupt = abruptEnd(reading, 'client') !== null || abruptEnd(reading, 'server') !== null;
  if (certainty === 'likely' && abrupt && !follows(reading)) return { ...finding, certainty: 'possible' };
  return finding;
}

/** Whether both directions could be read as WebSocket up to the closing act. */
const follows = (reading: Reading): boolean =>
  !reading.timeline.facts.some((fact) => fact.kind === 'not-websocket' && fact.at <= reading.at);
