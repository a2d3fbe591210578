import type { Signal } from '@preact/signals';
import { placeAfter } from './arrow-keys.ts';
import { Readout } from './Readout.tsx';
import type { RoundTripsLayout } from './round-trips-layout.ts';
import { momentWords } from './round-trips-words.ts';

interface CrosshairProps {
  readonly layout: RoundTripsLayout;
  /** Which of the moments is pointed at. */
  readonly pointed: Signal<number | null>;
}

/** Marks the points of one moment; the arrow keys lead from one to the next. */
export function Crosshair({ layout: { top, axisY, axis, lines, moments }, pointed }: CrosshairProps) {
  const last = moments.length - 1;
  const at = Math.min(last, pointed.value ?? last);
  const moment = moments[at];
  if (moment === undefined) return null;
  const { x, points } = moment;
  return (
    <g
      class="pic-crosshair"
      role="slider"
      tabindex={0}
      aria-label="Moment"
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={at}
      aria-valuetext={momentWords(points, seriesOf(lines))}
      onFocus={() => {
        pointed.value = at;
      }}
      onBlur={() => {
        pointed.value = null;
      }}
      onKeyDown={(event) => {
        const to = placeAfter(event.key, at, last);
        if (to === undefined) return;
        event.preventDefault();
        pointed.value = to;
      }}
    >
      <rect class="pic-hit" x={axis.left} y={top} width={axis.right - axis.left} height={axisY - top} />
      {pointed.value !== null && (
        <>
          <path class="pic-hair" d={`M${x} ${top}V${axisY}`} />
          {points.map(({ series, y }) => (
            <circle key={`${series.leg} ${series.tap}`} data-party={series.leg} class="pic-end" cx={x} cy={y} r={3.5} />
          ))}
        </>
      )}
    </g>
  );
}

const seriesOf = (lines: RoundTripsLayout['lines']) => lines.map(({ series }) => series);

/** Its numbers. */
export function TripsTold({ layout: { lines, moments }, pointed, rest }: CrosshairProps & { readonly rest: string }) {
  const moment = pointed.value === null ? undefined : moments[pointed.value];
  return <Readout told={moment && momentWords(moment.points, seriesOf(lines))} rest={rest} />;
}
