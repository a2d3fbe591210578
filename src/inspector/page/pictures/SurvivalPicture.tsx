import { grouped } from '../../../words/times.ts';
import type { SurvivalCurve } from '../../api.ts';
import { Card, More } from './Card.tsx';
import { Entry, OnlyTap, type OnTap } from './Legend.tsx';
import { type DrawnCurve, drawnCurves, LABEL_LINE, layoutSurvival, type SurvivalLayout } from './survival-layout.ts';
import { SURVIVAL_RULE, survivalSummary, survivalTable } from './survival-words.ts';
import { Shares, TimeAxis } from './TimeAxis.tsx';
import { useWidth } from './width.ts';

interface SurvivalProps {
  readonly curves: readonly SurvivalCurve[];
  readonly onTap?: OnTap | undefined;
}

/** How long connections live with pings and without. */
export function SurvivalPicture({ curves, onTap }: SurvivalProps) {
  const hidden = curves.length - drawnCurves(curves).length;
  return (
    <Card
      title="How long connections live"
      hint="share that nobody has cut off, by age"
      summary={survivalSummary(curves)}
      empty="No connection has been seen yet."
      tables={() => [survivalTable(curves)]}
    >
      {(says) => (
        <>
          <Curves curves={curves} says={says} onTap={onTap} />
          <More count={hidden} what="curve" />
          <p class="pic-rule">{SURVIVAL_RULE}</p>
        </>
      )}
    </Card>
  );
}

function Curves({ curves, says, onTap }: SurvivalProps & { readonly says: string }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const layout = width === 0 ? null : layoutSurvival(curves, width);
  return (
    <div ref={ref} class="pic-frame">
      {layout !== null && <Drawing layout={layout} says={says} />}
      {layout !== null && <CurveLegend layout={layout} onTap={onTap} />}
    </div>
  );
}

function Drawing({ layout, says }: { layout: SurvivalLayout; says: string }) {
  const { width, height, axisY, plotLeft, plotRight, ticks, shares, curves } = layout;
  return (
    <svg class="pic-svg" width={width} height={height} role="img" aria-label="Survival curves" aria-describedby={says}>
      <Shares left={plotLeft} right={plotRight} shares={shares} />
      <TimeAxis left={plotLeft} right={plotRight} y={axisY} ticks={ticks} />
      {curves.map((drawn) => (
        <Curve key={drawn.style} drawn={drawn} />
      ))}
    </svg>
  );
}

function Curve({ drawn: { style, path, end, label } }: { drawn: DrawnCurve }) {
  const middle = label.y + label.height / 2;
  return (
    <g data-style={style}>
      <path class="pic-line" d={path} />
      <path class="pic-leader" d={`M${end.x + 4} ${end.y}L${label.x - 12} ${end.y}L${label.x - 4} ${middle}`} />
      <circle class="pic-end" cx={end.x} cy={end.y} r={3} />
      <text class="pic-name">
        {label.lines.map((line, i) => (
          <tspan key={line} x={label.x} y={label.y + i * LABEL_LINE + 12}>
            {line}
          </tspan>
        ))}
      </text>
    </g>
  );
}

/** Where the lines do not bear their names, and where there are taps to choose from. */
function CurveLegend({ layout: { curves, named }, onTap }: { layout: SurvivalLayout; onTap: OnTap | undefined }) {
  const taps = new Set(curves.map(({ curve }) => curve.tap));
  if (named && taps.size < 2) return null;
  return (
    <ul class="pic-legend">
      {curves.map(({ style, name, end, curve: { tap, connections } }) => (
        <Entry key={style} style={style}>
          {name}: <b>{end.text}</b> of {grouped(connections)}
          <OnlyTap tap={tap} taps={taps.size} onTap={onTap} />
        </Entry>
      ))}
    </ul>
  );
}
