import { useSignal } from '@preact/signals';
import type { RoundTripSeries } from '../../api.ts';
import { Levels, TimeAxis } from './Axes.tsx';
import { Card, moreWords } from './Card.tsx';
import { Crosshair, TripsTold } from './Crosshair.tsx';
import { xIn } from './choosing.ts';
import { Entry, OnlyTap, type OnTap } from './Legend.tsx';
import { LineEnd } from './LineEnd.tsx';
import { drawnSeries, legName, tripWords } from './round-trips-data.ts';
import { layoutRoundTrips, momentAt, type RoundTripsLayout } from './round-trips-layout.ts';
import { roundTripsSummary, roundTripsTable, usual } from './round-trips-words.ts';
import { useLayout } from './use-layout.ts';

interface RoundTripsProps {
  readonly series: readonly RoundTripSeries[];
  readonly onTap?: OnTap | undefined;
}

/** How long the answers to hangup's own pings take, leg by leg. */
export function RoundTripsPicture({ series, onTap }: RoundTripsProps) {
  return (
    <Card
      title="Round trips of pings"
      hint="log scale; lines are medians, bands reach to 95 of 100"
      summary={roundTripsSummary(series)}
      empty="No ping of hangup's own has been answered yet."
      tables={() => [roundTripsTable(series)]}
    >
      {(says) => <Trips series={series} says={says} onTap={onTap} />}
    </Card>
  );
}

function Trips({ series, says, onTap }: RoundTripsProps & { readonly says: string }) {
  const [ref, layout] = useLayout(layoutRoundTrips, series);
  const hidden = series.filter(({ points }) => points.length > 0).length - drawnSeries(series).length;
  return (
    <div ref={ref} class="pic-frame">
      {layout !== null && <Drawing layout={layout} says={says} rest={moreWords(hidden, 'line')} />}
      {layout !== null && <TripsLegend layout={layout} onTap={onTap} />}
    </div>
  );
}

function Drawing({ layout, says, rest }: { layout: RoundTripsLayout; says: string; rest: string }) {
  const { width, height, axisY, axis, ticks, levels, lines, moments } = layout;
  // Only what shows it is drawn again when the pointer moves.
  const pointed = useSignal<number | null>(null);
  const point = (event: Parameters<typeof xIn>[0]) => {
    pointed.value = momentAt(moments, xIn(event)) ?? null;
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG is no fieldset */}
      <svg
        class="pic-svg pic-trips"
        width={width}
        height={height}
        role="group"
        aria-label="Round trips over time"
        aria-describedby={says}
        onPointerDown={point}
        onPointerMove={point}
        onPointerLeave={({ pointerType }) => {
          if (pointerType === 'mouse') pointed.value = null;
        }}
      >
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of an SVG takes no focus */}
        <g aria-hidden="true">
          <Levels {...axis} levels={levels} />
          <TimeAxis {...axis} y={axisY} ticks={ticks} />
          {lines.map(({ series, style, median, band, dots, label }) => (
            <g key={label.lines.join(' ')} data-party={series.leg} data-style={style}>
              <path class="pic-band" d={band} />
              <path class="pic-line" d={median} />
              {dots.map(({ x, y }) => (
                <circle key={x} class="pic-end" cx={x} cy={y} r={2.5} />
              ))}
              <LineEnd label={label} />
            </g>
          ))}
        </g>
        <Crosshair layout={layout} pointed={pointed} />
      </svg>
      <TripsTold layout={layout} pointed={pointed} rest={rest} />
    </>
  );
}

/** Where the lines do not bear their names, and where there are taps to choose from. */
function TripsLegend({ layout: { lines, named }, onTap }: { layout: RoundTripsLayout; onTap: OnTap | undefined }) {
  const shown = lines.map(({ series }) => series);
  const taps = new Set(shown.map(({ tap }) => tap)).size;
  if (named && taps < 2) return null;
  return (
    <ul class="pic-legend">
      {lines.map(({ series, style }) => {
        const { tap, leg } = series;
        const { p50Ms, p95Ms } = usual(series);
        return (
          <Entry key={`${leg} ${tap}`} party={leg} style={style}>
            {legName(series, shown)}: mostly <b>{tripWords(p50Ms)}</b>, 95 of 100 within {tripWords(p95Ms)}
            {leg === 'client' && <OnlyTap tap={tap} taps={taps} onTap={onTap} />}
          </Entry>
        );
      })}
    </ul>
  );
}
