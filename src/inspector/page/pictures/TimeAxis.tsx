import type { Tick } from './time-scale.ts';

/** The line at the foot of a picture, with the times that it stands for. */
export function TimeAxis({
  left,
  right,
  y,
  ticks,
}: {
  left: number;
  right: number;
  y: number;
  ticks: readonly Tick[];
}) {
  return (
    <g class="pic-axis">
      <path d={`M${left} ${y}H${right}${ticks.map(({ x }) => `M${x} ${y}v4`).join('')}`} />
      {ticks.map(({ x, text }) => (
        <text key={text} x={x} y={y + 16}>
          {text}
        </text>
      ))}
    </g>
  );
}
