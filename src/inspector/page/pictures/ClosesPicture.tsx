import type { Pictures } from '../../api.ts';
import { Levels, TimeAxis } from './Axes.tsx';
import { counted } from './about.ts';
import { BarPlot } from './BarPlot.tsx';
import { Card } from './Card.tsx';
import type { OnSpan } from './choosing.ts';
import { CLOTH_PX, layoutCloses, type MassFlag } from './closes-layout.ts';
import { closesSummary, closesTable, massTable, timeWords } from './closes-words.ts';
import { PartyLegend } from './Legend.tsx';
import { useLayout } from './use-layout.ts';

interface ClosesProps {
  readonly closes: Pictures['closes'];
  readonly onTime?: OnSpan | undefined;
}

/** When connections ended; a reload or a restart shows as a flag, for it ends many at once. */
export function ClosesPicture({ closes, onTime }: ClosesProps) {
  return (
    <Card
      title="Closes over time"
      hint={`flags mark what ended at once${onTime === undefined ? '' : '; drag to choose a time'}`}
      summary={closesSummary(closes)}
      empty="No connection has ended yet."
      tables={() => [closesTable(closes), ...(closes.mass.length === 0 ? [] : [massTable(closes)])]}
      onSpan={onTime}
    >
      {(says) => (
        <>
          <ClosesPlot closes={closes} onTime={onTime} says={says} />
          <PartyLegend of={closes.buckets} />
        </>
      )}
    </Card>
  );
}

function ClosesPlot({ closes, onTime, says }: ClosesProps & { readonly says: string }) {
  const [ref, layout] = useLayout(layoutCloses, closes);
  return (
    <div ref={ref} class="pic-frame">
      {layout !== null && (
        <BarPlot
          layout={layout}
          label="Closes over time"
          says={says}
          words={timeWords}
          rest={unnamedWords(layout.unnamed)}
          onSpan={onTime}
          behind={<Levels {...layout.axis} levels={layout.levels} />}
        >
          <TimeAxis {...layout.axis} y={layout.axisY} ticks={layout.ticks} />
          {layout.flags.map((flag, i) => (
            <Flag key={i} flag={flag} axisY={layout.axisY} />
          ))}
        </BarPlot>
      )}
    </div>
  );
}

const unnamedWords = (count: number): string =>
  count > 0 ? `The words of ${counted(count, 'more flag')} stand in the table.` : '';

const Flag = ({ flag: { x, top, party, way, label }, axisY }: { flag: MassFlag; axisY: number }) => (
  <g class="pic-flag" data-party={party}>
    <path d={`M${x} ${axisY}V${top}l${way * CLOTH_PX} 4l${-way * CLOTH_PX} 4`} />
    {label !== null && (
      <text x={label.x} y={label.y} text-anchor={label.anchor}>
        {label.text}
      </text>
    )}
  </g>
);
