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

interface SharesProps {
  readonly left: number;
  readonly right: number;
  readonly shares: readonly { readonly y: number; readonly text: string }[];
}

/** Level lines, with what they stand for at the left. */
export function Shares({ left, right, shares }: SharesProps) {
  return (
    <g class="pic-axis pic-shares">
      <path d={shares.map(({ y }) => `M${left} ${y}H${right}`).join('')} />
      {shares.map(({ y, text }) => (
        <text key={text} x={left - 7} y={y + 4}>
          {text}
        </text>
      ))}
    </g>
  );
}
