import { spread } from './spread.ts';
import { type Font, textWidth, wrapToWidth } from './text-box.ts';

/** Names and numbers beside the ends of lines, in CSS pixels. */
export interface EndLabel {
  /** Where the line ends. */
  readonly end: { readonly x: number; readonly y: number };
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly lines: readonly string[];
}

export interface EndTexts {
  /** Whether the lines bear their names; else their numbers alone, where the picture is narrow. */
  readonly named: boolean;
  readonly lines: readonly (readonly string[])[];
  /** Where the axis must end to leave them room. */
  readonly plotRight: number;
}

export const END_FONT: Font = { px: 12, face: 'bold' };
export const LABEL_LINE = 15;
const LABEL_GAP = 3;
const WIDE_PX = 460;
/** From the end of the axis to the labels: room for the lines that lead to them. */
export const LEADER = 16;

/** @param numbers one for each name @param height what all of them have */
export function endTexts(
  names: readonly string[],
  numbers: readonly string[],
  width: number,
  height: number,
): EndTexts {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => textWidth(text, END_FONT)));
  const nameWidth = Math.min(width * 0.36, Math.max(widest(names), widest(numbers), 60) + 1);
  const full = names.map((name, i) => [...wrapToWidth(name, nameWidth, END_FONT, 2), numbers[i] ?? '']);
  const fullHeight = full.reduce((sum, { length }) => sum + length * LABEL_LINE + LABEL_GAP, 0);
  const named = width >= WIDE_PX && fullHeight <= height;
  return {
    named,
    lines: named ? full : numbers.map((number) => [number]),
    plotRight: width - (named ? nameWidth : widest(numbers)) - LEADER,
  };
}

/** Each stands beside the end of its line; where these are close, moved apart. */
export function endLabels(
  ends: readonly EndLabel['end'][],
  { lines, plotRight }: EndTexts,
  height: number,
): EndLabel[] {
  const labels = ends.map((end, i) => {
    const texts = lines[i] ?? [];
    return { end, lines: texts, x: plotRight + LEADER, height: texts.length * LABEL_LINE };
  });
  const order = [...labels].sort((a, b) => a.end.y - b.end.y);
  const tops = spread(
    order.map((label) => ({ y: label.end.y, height: label.height })),
    0,
    height,
    LABEL_GAP,
  );
  return labels.map((label) => ({ ...label, y: tops[order.indexOf(label)] ?? 0 }));
}
