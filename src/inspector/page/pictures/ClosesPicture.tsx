import { useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Pictures } from '../../api.ts';
import { counted } from './about.ts';
import { clockAxis, countAxis } from './axes.ts';
import { Card } from './Card.tsx';
import { bucketAt, type ClosesData, chosenRange, closesData } from './closes-data.ts';
import { bucketSays, closesSummary, closesTable, massTable } from './closes-words.ts';
import { drawMassFlags } from './draw-mass-flags.ts';
import { PartyLegend } from './Legend.tsx';
import { massRows, ROW_PX } from './mass-flags.ts';
import { Plot } from './Plot.tsx';
import { fullOnes } from './parties.ts';
import type { Theme } from './theme.ts';

export type OnTime = (sinceMs: number, untilMs: number) => void;

const HEIGHT = 176;

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

function ClosesPlot({ closes, onTime, says }: ClosesProps & { readonly says: string }) {
  const data = useMemo(() => closesData(closes), [closes]);
  const [under, setUnder] = useState<number | null>(null);
  const [unlabelled, setUnlabelled] = useState(0);
  const latest = useRef({ closes, data, onTime });
  latest.current = { closes, data, onTime };
  const rows = massRows(closes.mass.length);
  const make = (theme: Theme) => options(theme, data, rows, latest, setUnder, setUnlabelled);
  const bucket = under === null ? undefined : closes.buckets[under];
  return (
    <>
      <Plot
        make={make}
        shape={`${data.parties.join()} ${rows} ${onTime === undefined}`}
        data={data.columns}
        height={HEIGHT + rows * ROW_PX}
        label="Closes over time"
        says={says}
      />
      <p class="pic-more" aria-hidden="true">
        {bucket === undefined ? unlabelledWords(unlabelled) : bucketSays(bucket, closes.bucketMs)}
      </p>
    </>
  );
}

const unlabelledWords = (count: number): string => (count === 0 ? '' : `${counted(count, 'more flag')} in the table.`);

interface Latest {
  readonly current: {
    readonly closes: Pictures['closes'];
    readonly data: ClosesData;
    readonly onTime: OnTime | undefined;
  };
}

function options(
  theme: Theme,
  { parties }: ClosesData,
  rows: number,
  latest: Latest,
  setUnder: (bucket: number | null) => void,
  setUnlabelled: (count: number) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const bars = uPlot.paths.bars?.({ size: [0.86, 48], align: 1 });
  return {
    ms: 1,
    padding: [8 + rows * ROW_PX, 8, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: true, range: () => [latest.current.data.from, latest.current.data.to] },
      y: { range: (_, __, most) => [0, Math.max(1, most) * 1.08] },
    },
    axes: [clockAxis(theme), countAxis(theme)],
    series: [
      {},
      ...parties.map((party) => ({
        fill: theme.party(party),
        width: 0,
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars }),
      })),
    ],
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: latest.current.onTime !== undefined, y: false, setScale: false, dist: 4 },
    },
    hooks: {
      draw: [(plot) => setUnlabelled(drawMassFlags(plot, latest.current.closes.mass, rows, theme))],
      setCursor: [
        (plot) => {
          const { data, closes } = latest.current;
          const { left } = plot.cursor;
          setUnder(left === undefined || left < 0 ? null : bucketAt(data, closes.bucketMs, plot.posToVal(left, 'x')));
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          const { data, closes, onTime } = latest.current;
          if (width < 1) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          const [since, until] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
          onTime?.(...chosenRange(data, closes.bucketMs, since, until));
        },
      ],
    },
  };
}
