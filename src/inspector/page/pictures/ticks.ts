import { type Font, textWidth } from './text-box.ts';

/** A mark on an axis, in CSS pixels. */
export interface Tick {
  readonly x: number;
  readonly text: string;
  /** Of the middle of its text: below the mark, but for one that would leave the picture there. */
  readonly textX: number;
  /** Half as wide as its text. */
  readonly half: number;
}

export const TICK_FONT: Font = { px: 11, face: 'sans' };

/** The same with its text between `left` and `right`. */
export const inside = (tick: Tick, left: number, right: number): Tick => ({
  ...tick,
  textX: Math.max(left + tick.half, Math.min(right - tick.half, tick.textX)),
});

export const tickAt = (x: number, text: string): Tick => ({ x, text, textX: x, half: textWidth(text, TICK_FONT) / 2 });
