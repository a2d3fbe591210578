import type { Timeline } from '../evidence/timeline.ts';
import { background } from './background.ts';
import { closeFrame, type Reading, read } from './reading.ts';
import { RULES } from './rules.ts';
import type { Evidence, IdleTimes, Manner, Verdict } from './verdict.ts';
import { type Weighed, weigh } from './weigh.ts';
import { iso, saw } from './wording.ts';

/** A verdict with the rule that made it, for tests and `report --connection`. */
export interface Deliberation {
  readonly verdict: Verdict;
  readonly rule: string;
}

/**
 * Says who ended a connection, how and why, from its timeline alone. Pure: no clock, no I/O; may be called again whenever a
 * fact was added, also before the connection has wholly ended. Never throws on any timeline.
 *
 * `closedAt` is when both legs were gone (when the first closing act came, while they are not); `lifetimeMs` and the idle
 * times count up to the first closing act, because what follows it may last and means nothing.
 */
export const judge = (timeline: Timeline): Verdict => deliberate(timeline).verdict;

export function deliberate(timeline: Timeline): Deliberation {
  const reading = read(timeline);
  const weighed = weigh(RULES, reading);
  const { finding, rule } = weighed;
  const close = closeFrame(reading);
  const certain = finding.certainty === 'certain';
  const verdict: Verdict = {
    connection: timeline.connection,
    trace: timeline.trace,
    tap: timeline.tap.name,
    url: timeline.url,
    openedAt: iso(timeline.openedAt),
    closedAt: closedAt(reading),
    lifetimeMs: Math.max(0, Math.round(reading.at - timeline.openedAt)),
    closedBy: finding.closedBy,
    hop: finding.hop,
    cause: finding.cause,
    refusal: finding.refusal ?? null,
    manner: finding.manner ?? mannerOf(reading),
    closeCode: close?.code ?? null,
    closeReason: close === null ? null : close.reason,
    certainty: finding.certainty,
    summary: finding.summary,
    evidence: inOrder([...background(reading), ...finding.evidence, ...alternatives(reading, weighed)]),
    ruledOut: finding.ruledOut,
    remedy: finding.remedy,
    witness: certain ? null : finding.witness,
    idle: idleTimes(reading),
    frames: { client: timeline.totals.client.frames, server: timeline.totals.server.frames },
  };
  return { verdict, rule: rule.id };
}

/** A side that sent nothing after the upgrade was last heard in the upgrade: the client asking, the server answering. */
function idleTimes({ at, timeline, legs, answer, idleMs, longestNaturalGapMs }: Reading): IdleTimes {
  const sinceRequest = at - timeline.openedAt;
  const sinceAnswer = answer === null ? null : at - answer.at;
  return {
    clientMs: rounded(legs.client.sinceByteMs ?? sinceRequest),
    serverMs: rounded(legs.server.sinceByteMs ?? sinceAnswer),
    anyMs: rounded(idleMs ?? sinceAnswer ?? sinceRequest),
    longestNaturalGapMs: Math.round(longestNaturalGapMs),
  };
}

function closedAt(reading: Reading): string | null {
  const ended = reading.timeline.facts.findLast((fact) => fact.kind === 'ended')?.at;
  const at = ended ?? reading.act?.at ?? reading.refusal?.at;
  return at === undefined ? null : iso(at);
}

function mannerOf({ act }: Reading): Manner {
  switch (act?.kind) {
    case 'close-frame':
    case 'fin':
    case 'rst':
      return act.kind;
    case 'tls-fault':
      return 'rst';
    default:
      return 'silence';
  }
}

function alternatives(reading: Reading, { alternatives: others }: Weighed): Evidence[] {
  return others
    .slice(0, 2)
    .map(({ finding }) => saw(reading.at, 'hangup', `not excluded: ${finding.cause}. ${finding.summary}`));
}

/** By time; what happened at the same millisecond keeps its order. ISO 8601 sorts as text. */
const inOrder = (evidence: readonly Evidence[]): Evidence[] =>
  evidence.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

const rounded = (ms: number | null): number | null => (ms === null ? null : Math.max(0, Math.round(ms)));
