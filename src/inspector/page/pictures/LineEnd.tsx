import { type EndLabel, LABEL_LINE } from './end-labels.ts';

/** Where a line ends, and what it is. */
export function LineEnd({ label: { end, x, y, height, lines } }: { label: EndLabel }) {
  return (
    <>
      <path class="pic-leader" d={`M${end.x + 4} ${end.y}L${x - 12} ${end.y}L${x - 4} ${y + height / 2}`} />
      <circle class="pic-end" cx={end.x} cy={end.y} r={3} />
      <text class="pic-name">
        {lines.map((line, i) => (
          <tspan key={line} x={x} y={y + i * LABEL_LINE + 12}>
            {line}
          </tspan>
        ))}
      </text>
    </>
  );
}
