import { textWidth } from './text-box.ts';
import { TICK_FONT } from './ticks.ts';

/** A level line, with what it stands for at its left; in CSS pixels. */
export interface Level {
  readonly y: number;
  readonly text: string;
}

/** Between a level line and its text. */
export const LEVEL_GAP = 7;

/** Where the level lines begin: right of their texts. */
export const levelsLeft = (levels: readonly Level[]): number =>
  Math.max(0, ...levels.map(({ text }) => textWidth(text, TICK_FONT))) + LEVEL_GAP;
