import type { Reading } from './reading.ts';
import type { Cause, Certainty, Evidence, Manner, Party, Refusal, RuledOut } from './verdict.ts';

/** What one rule makes of a connection, on its own: how well does this cause explain what was seen? */
export interface Finding {
  readonly closedBy: Party;
  readonly hop: string | null;
  readonly cause: Cause;
  readonly certainty: Certainty;
  /** One plain sentence. */
  readonly summary: string;
  /** What this rule saw beyond the closing act itself, in any order. */
  readonly evidence: readonly Evidence[];
  readonly ruledOut: readonly RuledOut[];
  readonly remedy: string | null;
  /** The one further witness that would settle it. Ignored where the verdict is certain. */
  readonly witness: string;
  readonly refusal?: Refusal;
  /** Given only where the closing act does not show it (a refusal). */
  readonly manner?: Manner;
}

/** One rule a file. A rule knows nothing of the others; judge.ts weighs them. */
export interface Rule {
  readonly id: string;
  /** When it speaks, in one line. */
  readonly summary: string;
  readonly causes: readonly Cause[];
  /** It names only who acted and how; heard when no rule that knows a reason speaks. */
  readonly lastResort?: boolean;
  judge(reading: Reading): Finding | null;
}
