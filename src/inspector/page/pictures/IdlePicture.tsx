import type { Pictures } from '../../api.ts';
import { TimeAxis } from './Axes.tsx';
import { BarPlot } from './BarPlot.tsx';
import { Card, moreWords } from './Card.tsx';
import type { OnSpan } from './choosing.ts';
import { type IdleLayout, layoutIdle, type TimerLine } from './idle-layout.ts';
import { idleSummary, idleTable, silenceWords, timerTable } from './idle-words.ts';
import { PartyLegend } from './Legend.tsx';
import { useLayout } from './use-layout.ts';

interface IdleProps {
  readonly idle: Pictures['idle'];
  readonly onIdle?: OnSpan | undefined;
}

/** How long nobody had spoken when connections ended: a timer somewhere in the path shows as a pile. */
export function IdlePicture({ idle, onIdle }: IdleProps) {
  return (
    <Card
      title="Silence before the close"
      hint="log scale; lines are timers that others are known to have"
      summary={idleSummary(idle)}
      empty="No connection has ended yet."
      tables={() => [idleTable(idle), timerTable(idle)]}
      onSpan={onIdle}
    >
      {(says) => (
        <>
          <Histogram idle={idle} says={says} onIdle={onIdle} />
          <PartyLegend of={idle.buckets} />
        </>
      )}
    </Card>
  );
}

function Histogram({ idle, says, onIdle }: IdleProps & { readonly says: string }) {
  const [ref, layout] = useLayout(layoutIdle, idle);
  return (
    <div ref={ref} class="pic-frame">
      {layout !== null && (
        <BarPlot
          layout={layout}
          label="Closes by the silence before them"
          says={says}
          words={silenceWords}
          rest={moreWords(layout.more, 'timer')}
          onSpan={onIdle}
          behind={null}
        >
          <Scenery layout={layout} />
        </BarPlot>
      )}
    </div>
  );
}

const Scenery = ({ layout: { width, axisY, ticks, timers, counts } }: { layout: IdleLayout }) => (
  <>
    <TimeAxis left={0} right={width} y={axisY} ticks={ticks} />
    {timers.map((timer) => (
      <Timer key={timer.ms} timer={timer} axisY={axisY} />
    ))}
    {counts.map(({ x, y, text }) => (
      <text key={x} class="pic-count" x={x} y={y}>
        {text}
      </text>
    ))}
  </>
);

const Timer = ({ timer: { x, top, label, pile }, axisY }: { timer: TimerLine; axisY: number }) => (
  <g class={pile === null ? 'pic-timer' : 'pic-timer pic-pile'} data-party={pile}>
    <line x1={x} x2={x} y1={top} y2={axisY} />
    <text x={label.x} y={label.y} text-anchor={label.anchor}>
      {label.text}
    </text>
  </g>
);
