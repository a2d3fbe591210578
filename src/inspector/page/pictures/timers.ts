import type { TimerMark } from '../../api.ts';

/** Timers of one length, in ms. */
export interface Timers {
  readonly ms: number;
  readonly labels: readonly string[];
}

/** Shortest first, each label once. */
export const timersByLength = (timers: readonly TimerMark[]): Timers[] =>
  [...Map.groupBy(timers, ({ ms }) => ms)]
    .filter(([ms]) => ms > 0)
    .sort(([a], [b]) => a - b)
    .map(([ms, all]) => ({ ms, labels: [...new Set(all.map(({ label }) => label))] }));
