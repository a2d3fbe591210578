import { grouped } from '../../../words/times.ts';
import type { SurvivalCurve } from '../../api.ts';
import { Levels, TimeAxis } from './Axes.tsx';
import { Card, moreWords } from './Card.tsx';
import { Entry, OnlyTap, type OnTap } from './Legend.tsx';
import { LineEnd } from './LineEnd.tsx';
import { drawnCurves, layoutSurvival, type SurvivalLayout } from './survival-layout.ts';
import { SURVIVAL_RULE, survivalSummary, survivalTable } from './survival-words.ts';
import { useLayout } from './use-layout.ts';

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
          {hidden > 0 && <p class="pic-more">{moreWords(hidden, 'curve')}</p>}
          <p class="pic-rule">{SURVIVAL_RULE}</p>
        </>
      )}
    </Card>
  );
}

function Curves({ curves, says, onTap }: SurvivalProps & { readonly says: string }) {
  const [ref, layout] = useLayout(layoutSurvival, curves);
  return (
    <div ref={ref} class="pic-frame">
      {layout !== null && <Drawing layout={layout} says={says} />}
      {layout !== null && <CurveLegend layout={layout} onTap={onTap} />}
    </div>
  );
}

function Drawing({ layout, says }: { layout: SurvivalLayout; says: string }) {
  const { width, height, axisY, left, right, ticks, levels, curves } = layout;
  return (
    <svg class="pic-svg" width={width} height={height} role="img" aria-label="Survival curves" aria-describedby={says}>
      <Levels left={left} right={right} levels={levels} />
      <TimeAxis left={left} right={right} y={axisY} ticks={ticks} />
      {curves.map(({ style, path, label }) => (
        <g key={style} data-style={style}>
          <path class="pic-line" d={path} />
          <LineEnd label={label} />
        </g>
      ))}
    </svg>
  );
}

/** Where the lines do not bear their names, and where there are taps to choose from. */
function CurveLegend({ layout: { curves, named }, onTap }: { layout: SurvivalLayout; onTap: OnTap | undefined }) {
  const taps = new Set(curves.map(({ curve }) => curve.tap)).size;
  if (named && taps < 2) return null;
  return (
    <ul class="pic-legend">
      {curves.map(({ style, name, share, curve: { tap, connections } }) => (
        <Entry key={style} style={style}>
          {name}: <b>{share}</b> of {grouped(connections)}
          <OnlyTap tap={tap} taps={taps} onTap={onTap} />
        </Entry>
      ))}
    </ul>
  );
}
