import { useState } from 'preact/hooks';
import type { Pictures } from '../../api.ts';
import { Card, More } from './Card.tsx';
import { timeAt } from './clock-axis.ts';
import { bucketAt, chosenRange } from './closes-data.ts';
import { CLOTH_PX, type ClosesLayout, layoutCloses, type MassFlag } from './closes-layout.ts';
import { bucketSays, closesSummary, closesTable, massTable } from './closes-words.ts';
import { PartyLegend } from './Legend.tsx';
import { fullOnes } from './parties.ts';
import { Shares, TimeAxis } from './TimeAxis.tsx';
import { useWidth } from './width.ts';

export type OnTime = (sinceMs: number, untilMs: number) => void;

interface ClosesProps {
  readonly closes: Pictures['closes'];
  readonly onTime?: OnTime | undefined;
}

/** When connections ended; a reload or a restart shows as a flag, for it ends many at once. */
export function ClosesPicture({ closes, onTime }: ClosesProps) {
  const { bucketMs } = closes;
  const busy = fullOnes(closes.buckets);
  return (
    <Card
      title="Closes over time"
      hint={
        onTime === undefined ? 'flags mark what ended at once' : 'flags mark what ended at once; drag to choose a time'
      }
      summary={closesSummary(closes)}
      empty="No connection has ended yet."
      tables={() => [closesTable(closes), ...(closes.mass.length === 0 ? [] : [massTable(closes)])]}
      action={
        onTime &&
        ((row) => {
          const bucket = busy[row];
          if (bucket !== undefined) onTime(bucket.at, bucket.at + bucketMs);
        })
      }
    >
      {(says) => (
        <>
          <ClosesPlot closes={closes} onTime={onTime} says={says} />
          <PartyLegend of={busy} />
        </>
      )}
    </Card>
  );
}

/** CSS pixels; less is a click. */
const LEAST_DRAG_PX = 4;

function ClosesPlot({ closes, onTime, says }: ClosesProps & { readonly says: string }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number | null>(null);
  const [start, setStart] = useState<number | null>(null);
  const layout = width === 0 ? null : layoutCloses(closes, width);
  const under = at === null || layout === null ? undefined : bucketAt(closes, timeAt(layout.axis, at));
  const chosen = at === null || start === null || Math.abs(at - start) < LEAST_DRAG_PX ? null : ([start, at] as const);
  const finish = () => {
    if (chosen !== null && layout !== null) {
      const [one, other] = chosen;
      onTime?.(...chosenRange(closes, timeAt(layout.axis, one), timeAt(layout.axis, other)));
    }
    setStart(null);
  };
  return (
    <div
      ref={ref}
      class="pic-frame pic-drag"
      onPointerDown={(event) => {
        if (onTime === undefined) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setStart(xIn(event));
        setAt(xIn(event));
      }}
      onPointerMove={(event) => setAt(xIn(event))}
      onPointerUp={finish}
      onPointerCancel={() => setStart(null)}
      onPointerLeave={() => setAt(null)}
    >
      {layout !== null && <Drawing layout={layout} chosen={chosen} says={says} />}
      {under === undefined ? (
        <More count={layout?.more ?? 0} what="flag" />
      ) : (
        <p class="pic-more" aria-hidden="true">
          {bucketSays(under, closes.bucketMs)}
        </p>
      )}
    </div>
  );
}

const xIn = ({ clientX, currentTarget }: { readonly clientX: number; readonly currentTarget: Element }): number =>
  clientX - currentTarget.getBoundingClientRect().left;

interface DrawingProps {
  readonly layout: ClosesLayout;
  /** CSS pixels between which it is being dragged. */
  readonly chosen: readonly [number, number] | null;
  readonly says: string;
}

function Drawing({ layout, chosen, says }: DrawingProps) {
  const { width, height, axisY, top, axis, bars, ticks, counts, flags } = layout;
  return (
    <svg class="pic-svg" width={width} height={height} role="img" aria-label="Closes over time" aria-describedby={says}>
      <Shares left={axis.left} right={axis.right} shares={counts} />
      <TimeAxis left={axis.left} right={axis.right} y={axisY} ticks={ticks} />
      {bars.map(({ at, x, width: barWidth, parts }) =>
        parts.map(({ party, y, height: tall }) => (
          <rect key={`${at} ${party}`} data-party={party} class="pic-bar" x={x} y={y} width={barWidth} height={tall} />
        )),
      )}
      {flags.map((flag) => (
        <Flag key={flag.label.text + flag.x} flag={flag} axisY={axisY} />
      ))}
      {chosen !== null && (
        <rect
          class="pic-chosen"
          x={Math.min(...chosen)}
          y={top}
          width={Math.abs(chosen[1] - chosen[0])}
          height={axisY - top}
        />
      )}
    </svg>
  );
}

const Flag = ({ flag: { x, top, party, way, label }, axisY }: { flag: MassFlag; axisY: number }) => (
  <g class="pic-flag" data-party={party}>
    <path d={`M${x} ${axisY}V${top}l${way * CLOTH_PX} 4l${-way * CLOTH_PX} 4`} />
    <text x={label.x} y={label.y} text-anchor={label.anchor}>
      {label.text}
    </text>
  </g>
);
