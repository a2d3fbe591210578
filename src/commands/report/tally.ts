import type { Cause, Certainty, Verdict } from '../../verdict/verdict.ts';
import { causeWords, whoWords } from '../../words/codes.ts';
import { span } from '../../words/times.ts';

/** Counts verdicts for the sentence that says it all. */

interface CauseCount {
  count: number;
  /** Shortest and longest idle time at the end, in ms; null when none was measured. */
  idle: [shortest: number, longest: number] | null;
}

interface PartyCount {
  count: number;
  readonly causes: Map<Cause, CauseCount>;
}

/** Causes named for each party; the rest is in the table. */
const NAMED_CAUSES = 3;
/** Idle times this near to each other are one timer (nginx re-arms lazily by 0.3 s, GROUND-TRUTH §2). */
const ONE_TIMER_MS = 400;

export class Tally {
  #closed = 0;
  readonly #parties = new Map<string, PartyCount>();
  readonly #certainty: Record<Certainty, number> = { certain: 0, likely: 0, possible: 0 };

  get closed(): number {
    return this.#closed;
  }

  add(verdict: Verdict): void {
    this.#closed++;
    this.#certainty[verdict.certainty]++;
    const who = whoWords(verdict);
    const party = this.#parties.get(who) ?? { count: 0, causes: new Map<Cause, CauseCount>() };
    this.#parties.set(who, party);
    party.count++;
    const cause: CauseCount = party.causes.get(verdict.cause) ?? { count: 0, idle: null };
    party.causes.set(verdict.cause, cause);
    cause.count++;
    const { anyMs } = verdict.idle;
    if (anyMs !== null)
      cause.idle = [Math.min(anyMs, cause.idle?.[0] ?? anyMs), Math.max(anyMs, cause.idle?.[1] ?? anyMs)];
  }

  /** `8 by nginx (7 × idle timeout at 60.0 s, 1 × reload), 3 by the client (3 × going away)` */
  parties(): string {
    return byCount(this.#parties)
      .map(([who, { count, causes }]) => `${count} by ${who} (${listCauses(causes)})`)
      .join(', ');
  }

  /** `3 certain, 8 likely, 1 only possible` */
  sureness(): string {
    const { certain, likely, possible } = this.#certainty;
    const said: [number, string][] = [
      [certain, 'certain'],
      [likely, 'likely'],
      [possible, 'only possible'],
    ];
    return said.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(', ');
  }
}

function listCauses(causes: ReadonlyMap<Cause, CauseCount>): string {
  const all = byCount(causes);
  const named = all.slice(0, NAMED_CAUSES).map(([cause, { count, idle }]) => {
    const timer = cause === 'proxy-idle-timeout' && idle !== null ? ` at ${timerWords(idle)}` : '';
    return `${count} × ${causeWords(cause)}${timer}`;
  });
  return [...named, ...(all.length > NAMED_CAUSES ? ['…'] : [])].join(', ');
}

function timerWords([shortest, longest]: readonly [number, number]): string {
  return longest - shortest <= ONE_TIMER_MS ? span(shortest) : `${span(shortest)} to ${span(longest)}`;
}

function byCount<K, V extends { readonly count: number }>(counts: ReadonlyMap<K, V>): [K, V][] {
  return [...counts].sort(([, a], [, b]) => b.count - a.count);
}
