import type { RoundTripSeries } from '../../api.ts';
import { Card, More } from './Card.tsx';
import { Entry, OnlyTap, type OnTap } from './Legend.tsx';
import { drawnSeries, legName, tripWords } from './round-trips-data.ts';
import { layoutRoundTrips, type RoundTripsLayout } from './round-trips-layout.ts';
import { roundTripsSummary, roundTripsTable, usual } from './round-trips-words.ts';
import { Shares, TimeAxis } from './TimeAxis.tsx';
import { useWidth } from './width.ts';

interface RoundTripsProps {
  readonly series: readonly RoundTripSeries[];
  readonly onTap?: OnTap | undefined;
}

/** How long the answers to hangup's own pings take, leg by leg. */
export function RoundTripsPicture({ series, onTap }: RoundTripsProps) {
  const hidden = series.filter(({ points }) => points.length > 0).length - drawnSeries(series).length;
  return (
    <Card
      title="Round trips of pings"
      hint="log scale; lines are medians, bands reach to 95 of 100"
      summary={roundTripsSummary(series)}
      empty="No ping of hangup's own has been answered yet."
      tables={() => [roundTripsTable(series)]}
    >
      {(says) => (
        <>
          <Trips series={series} says={says} onTap={onTap} />
          <More count={hidden} what="line" />
        </>
      )}
    </Card>
  );
}

function Trips({ series, says, onTap }: RoundTripsProps & { readonly says: string }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const layout = width === 0 ? null : layoutRoundTrips(series, width);
  return (
    <div ref={ref} class="pic-frame">
      {layout !== null && <Drawing layout={layout} says={says} />}
      {layout !== null && <TripsLegend layout={layout} onTap={onTap} />}
    </div>
  );
}

function Drawing({ layout, says }: { layout: RoundTripsLayout; says: string }) {
  const { width, height, axisY, axis, ticks, steps, lines } = layout;
  return (
    <svg
      class="pic-svg"
      width={width}
      height={height}
      role="img"
      aria-label="Round trips over time"
      aria-describedby={says}
    >
      <Shares left={axis.left} right={axis.right} shares={steps} />
      <TimeAxis left={axis.left} right={axis.right} y={axisY} ticks={ticks} />
      {lines.map(({ series, style, median, band, dots }) => (
        <g key={`${series.leg} ${series.tap}`} data-party={series.leg} data-style={style}>
          <path class="pic-band" d={band} />
          <path class="pic-line" d={median} />
          {dots.map(({ x, y }) => (
            <circle key={x} class="pic-bar" cx={x} cy={y} r={2.5} />
          ))}
        </g>
      ))}
    </svg>
  );
}

function TripsLegend({ layout: { lines }, onTap }: { layout: RoundTripsLayout; onTap: OnTap | undefined }) {
  const shown = lines.map(({ series }) => series);
  const taps = new Set(shown.map(({ tap }) => tap)).size;
  return (
    <ul class="pic-legend">
      {lines.map(({ series, style }) => {
        const { tap, leg } = series;
        const { p50Ms, p95Ms } = usual(series);
        return (
          <Entry key={`${leg} ${tap}`} party={leg} style={style}>
            {legName(series, shown)}: <b>{tripWords(p50Ms)}</b>, 95 of 100 within {tripWords(p95Ms)}
            {leg === 'client' && <OnlyTap tap={tap} taps={taps} onTap={onTap} />}
          </Entry>
        );
      })}
    </ul>
  );
}
