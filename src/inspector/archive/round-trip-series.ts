import type { JournalReader } from '../../evidence/journal-reader.ts';
import type { ConnectionQuery, RoundTripSeries } from '../api.ts';
import { timeBuckets } from './time-buckets.ts';

const MOST_POINTS = 200;

/** Round trips of own pings in the query's time, by tap and leg. */
export function roundTripSeries(reader: JournalReader, { tap, since, until }: ConnectionQuery): RoundTripSeries[] {
  const times = reader.roundTripTimes();
  if (times === null) return [];
  const from = Math.max(times.from, since ?? times.from);
  const to = Math.min(times.to, until ?? times.to);
  const rows = reader.roundTrips({ from, to }, timeBuckets(from, to, MOST_POINTS).bucketMs);
  const wanted = rows.filter((row) => tap === undefined || row.tap === tap);
  const series = Map.groupBy(wanted, (row) => JSON.stringify([row.tap, row.leg]));
  return [...series.values()].flatMap((points) => {
    const [first] = points;
    if (first === undefined) return [];
    return [
      {
        tap: first.tap,
        leg: first.leg,
        points: points.map(({ at, count, minMs, p50Ms, p95Ms, maxMs }) => ({ at, count, minMs, p50Ms, p95Ms, maxMs })),
      },
    ];
  });
}
