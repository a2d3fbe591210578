import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { RoundTripSeries } from '../../api.ts';
import { clockAxis, valueAxis } from './axes.ts';
import { Card, More } from './Card.tsx';
import { Entry, OnlyTap, type OnTap } from './Legend.tsx';
import { Plot } from './Plot.tsx';
import { drawnSeries, legName, logRange, logTicks, roundTripData, tripWords } from './round-trips-data.ts';
import { roundTripsSummary, roundTripsTable, usual } from './round-trips-words.ts';
import { faint, type Theme } from './theme.ts';

const HEIGHT = 190;
/** A tap has its own dash (as in pictures.css), a leg its colour. */
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

interface RoundTripsProps {
  readonly series: readonly RoundTripSeries[];
  readonly onTap?: OnTap | undefined;
}

/** How long the answers to hangup's own pings take, leg by leg. */
export function RoundTripsPicture({ series, onTap }: RoundTripsProps) {
  const shown = drawnSeries(series);
  const hidden = series.filter(({ points }) => points.length > 0).length - shown.length;
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
          <TripsPlot series={series} says={says} />
          <TripsLegend shown={shown} onTap={onTap} />
          <More count={hidden} what="line" />
        </>
      )}
    </Card>
  );
}

function TripsPlot({ series, says }: { series: readonly RoundTripSeries[]; says: string }) {
  const data = useMemo(() => roundTripData(series), [series]);
  return (
    <Plot
      make={(theme) => options(theme, data.series)}
      shape={data.series.map(({ tap, leg }) => `${leg} ${tap}`).join()}
      data={data.columns}
      height={HEIGHT}
      label="Round trips of hangup's pings over time"
      says={says}
    />
  );
}

const tapsOf = (shown: readonly RoundTripSeries[]): string[] => [...new Set(shown.map(({ tap }) => tap))];

function options(theme: Theme, shown: readonly RoundTripSeries[]): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    ms: 1,
    padding: [10, 10, 0, 0],
    legend: { show: false },
    scales: { x: { time: true }, y: { distr: 3, range: (_, least, most) => logRange(least, most) } },
    axes: [clockAxis(theme), valueAxis(theme, logTicks)],
    series: [
      {},
      ...shown.flatMap(({ tap, leg }) => [
        { stroke: theme.party(leg), width: 2, dash: DASHES[tapsOf(shown).indexOf(tap)] ?? [], points: { size: 5 } },
        { stroke: faint(theme.party(leg), 0.35), width: 1, points: { show: false } },
      ]),
    ],
    bands: shown.map(({ leg }, i) => ({
      series: [2 * i + 2, 2 * i + 1] satisfies [number, number],
      fill: faint(theme.party(leg), 0.16),
    })),
    cursor: { show: false },
  };
}

function TripsLegend({ shown, onTap }: { shown: readonly RoundTripSeries[]; onTap: OnTap | undefined }) {
  const taps = tapsOf(shown);
  return (
    <ul class="pic-legend">
      {shown.map((series) => {
        const { tap, leg } = series;
        const { p50Ms, p95Ms } = usual(series);
        return (
          <Entry key={`${leg} ${tap}`} party={leg} style={taps.indexOf(tap)}>
            {legName(series, shown)}: <b>{tripWords(p50Ms)}</b>, 95 of 100 within {tripWords(p95Ms)}
            {leg === 'client' && <OnlyTap tap={tap} taps={taps.length} onTap={onTap} />}
          </Entry>
        );
      })}
    </ul>
  );
}
