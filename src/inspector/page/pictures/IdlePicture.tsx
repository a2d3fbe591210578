import type { Pictures } from '../../api.ts';
import { Card, More } from './Card.tsx';
import { type Bar, type IdleLayout, layoutIdle, type TimerLine } from './idle-layout.ts';
import { bucketWords, idleSummary, idleTable, timerTable } from './idle-words.ts';
import { PartyLegend } from './Legend.tsx';
import { fullOnes } from './parties.ts';
import { TimeAxis } from './TimeAxis.tsx';
import { useWidth } from './width.ts';

export type OnIdle = (fromMs: number, toMs: number) => void;

/** How long nobody had spoken when connections ended: a timer somewhere in the path shows as a pile. */
export function IdlePicture({ idle, onIdle }: { idle: Pictures['idle']; onIdle?: OnIdle | undefined }) {
  const full = fullOnes(idle.buckets);
  return (
    <Card
      title="Silence before the close"
      hint="log scale; lines are timers that others are known to have"
      summary={idleSummary(idle)}
      empty="No connection has ended yet."
      tables={() => [idleTable(idle), timerTable(idle)]}
      action={
        onIdle &&
        ((row) => {
          const bucket = full[row];
          if (bucket !== undefined) onIdle(bucket.from, bucket.to);
        })
      }
    >
      {(says) => (
        <>
          <Histogram idle={idle} says={says} onIdle={onIdle} />
          <PartyLegend of={full} />
        </>
      )}
    </Card>
  );
}

function Histogram({ idle, says, onIdle }: { idle: Pictures['idle']; says: string; onIdle: OnIdle | undefined }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const layout = width === 0 ? null : layoutIdle(idle, width);
  return (
    <div ref={ref} class="pic-frame">
      {layout !== null && <Drawing layout={layout} says={says} onIdle={onIdle} />}
      <More count={layout?.more ?? 0} what="timer" />
    </div>
  );
}

function Drawing({ layout, says, onIdle }: { layout: IdleLayout; says: string; onIdle: OnIdle | undefined }) {
  const { width, height, axisY, bars, timers } = layout;
  return (
    <svg
      class="pic-svg"
      width={width}
      height={height}
      role={onIdle === undefined ? 'img' : 'group'}
      aria-label="Closes by the silence before them"
      aria-describedby={says}
    >
      {bars.map((bar) => (
        <IdleBar key={bar.bucket.from} bar={bar} axisY={axisY} onIdle={onIdle} />
      ))}
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of an SVG takes no focus */}
      <g class="pic-scenery" aria-hidden="true">
        <TimeAxis left={0} right={width} y={axisY} ticks={layout.ticks} />
        {timers.map((timer) => (
          <Timer key={timer.ms} timer={timer} axisY={axisY} />
        ))}
        {bars.map(({ bucket, x, width: barWidth, top, count }) => (
          <text key={bucket.from} class="pic-count" x={x + barWidth / 2} y={top - 4}>
            {count}
          </text>
        ))}
      </g>
    </svg>
  );
}

function IdleBar({ bar, axisY, onIdle }: { bar: Bar; axisY: number; onIdle: OnIdle | undefined }) {
  const { bucket, x, width, top, parts } = bar;
  const words = bucketWords(bucket);
  // A single close is three pixels tall, and must be hit all the same.
  const hitTop = Math.min(top, axisY - 24);
  const choose = () => onIdle?.(bucket.from, bucket.to);
  const drawn = (
    <>
      <title>{words}</title>
      {parts.map(({ party, y, height }) => (
        <rect key={party} data-party={party} class="pic-bar" x={x} y={y} width={width} height={height} />
      ))}
      <rect class="pic-hit" x={x - 2} y={hitTop - 2} width={width + 4} height={axisY - hitTop + 3} rx={2} />
    </>
  );
  if (onIdle === undefined) return <g>{drawn}</g>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG has no button element
    <g
      class="pic-button"
      role="button"
      tabindex={0}
      aria-label={words}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        choose();
      }}
    >
      {drawn}
    </g>
  );
}

function Timer({ timer: { x, top, label, pile }, axisY }: { timer: TimerLine; axisY: number }) {
  return (
    <g class={pile === null ? 'pic-timer' : 'pic-timer pic-pile'} data-party={pile}>
      <line x1={x} x2={x} y1={top} y2={axisY} />
      <text x={label.x} y={label.y} text-anchor={label.anchor}>
        {label.text}
      </text>
    </g>
  );
}
