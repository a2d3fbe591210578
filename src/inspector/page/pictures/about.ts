import { grouped } from '../../../words/times.ts';

/** Lengths of time in few digits, as axes and summaries say them: `57 s`, `1.2 s`, `15 min`, `1.5 h`. */

const STEPS: readonly (readonly [below: number, unit: number, word: string])[] = [
  [1000, 1, 'ms'],
  [120_000, 1000, 's'],
  [7_200_000, 60_000, 'min'],
  [172_800_000, 3_600_000, 'h'],
];

/** Whole numbers, and one digit more below ten. @param ms not negative */
export function about(ms: number): string {
  const [, unit, word] = STEPS.find(([below]) => ms < below) ?? [0, 86_400_000, 'd'];
  const amount = ms / unit;
  return `${Number(amount.toFixed(amount < 9.95 ? 1 : 0))} ${word}`;
}

/** Nothing here lasts 300 years: what is said to has no end. */
const ENDLESS_MS = 1e13;

export const isEndless = (ms: number): boolean => ms > ENDLESS_MS;

/** `57 s to 69 s`, `less than 100 ms`, `more than 30 d` */
export function aboutRange(from: number, to: number): string {
  if (isEndless(to)) return `more than ${about(from)}`;
  return from === 0 ? `less than ${about(to)}` : `${about(from)} to ${about(to)}`;
}

/** Timers are known by their seconds, up to here: `60 s`, `350 s`, `900 s`. */
const IN_SECONDS_MS = 1_000_000;

export const timerWords = (ms: number): string => (ms < IN_SECONDS_MS ? `${ms / 1000} s` : about(ms));

/** `1 connection`, `1,204 closes` */
export const counted = (n: number, one: string): string => `${grouped(n)} ${one}${n === 1 ? '' : 's'}`;

/** Whole percents, but never 0 or 100 for what is neither. @param share from 0 to 1 */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %';
  return share < 1 && share > 0.99 ? 'over 99 %' : `${Math.round(share * 100)} %`;
}
