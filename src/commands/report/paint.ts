import type { Certainty } from '../../verdict/verdict.ts';

/** Colours, or none: what a line is made of never depends on them. */

export type Tone = 'bad' | 'warn' | 'good' | 'strong' | 'faint';

export const CERTAINTY_TONE: Readonly<Record<Certainty, Tone>> = { certain: 'good', likely: 'warn', possible: 'bad' };

/** Puts a tone around text that is otherwise plain. */
export type Paint = (tone: Tone, text: string) => string;

/** SGR parameters that both light and dark terminals show well. */
const SGR: Readonly<Record<Tone, [on: number, off: number]>> = {
  bad: [31, 39],
  warn: [33, 39],
  good: [32, 39],
  strong: [1, 22],
  faint: [2, 22],
};

export const plain: Paint = (_tone, text) => text;

export const coloured: Paint = (tone, text) => {
  const [on, off] = SGR[tone];
  return text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`;
};

/** Colours only for a person at a terminal who has not asked for none (no-color.org: any value but the empty one). */
export function paintFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  return isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb' ? coloured : plain;
}
