import { LEVEL_GAP, type Level } from './levels.ts';
import type { Tick } from './ticks.ts';

interface Sides {
  readonly left: number;
  readonly right: number;
}

/** The line at the foot of a picture, with the times that it stands for. */
export function TimeAxis({ left, right, y, ticks }: Sides & { readonly y: number; readonly ticks: readonly Tick[] }) {
  return (
    <g class="pic-axis">
      <path d={`M${left} ${y}H${right}${ticks.map(({ x }) => `M${x} ${y}v4`).join('')}`} />
      {ticks.map(({ textX, text }) => (
        <text key={text} x={textX} y={y + 16}>
          {text}
        </text>
      ))}
    </g>
  );
}

/** Level lines, with what they stand for at the left. */
export function Levels({ left, right, levels }: Sides & { readonly levels: readonly Level[] }) {
  return (
    <g class="pic-axis pic-levels">
      <path d={levels.map(({ y }) => `M${left} ${y}H${right}`).join('')} />
      {levels.map(({ y, text }) => (
        <text key={text} x={left - LEVEL_GAP} y={y + 4}>
          {text}
        </text>
      ))}
    </g>
  );
}
