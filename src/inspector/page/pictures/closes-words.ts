import { clock, grouped } from '../../../words/times.ts';
import type { Pictures } from '../../api.ts';
import { counted } from './about.ts';
import { clockRange } from './clock-ticks.ts';
import { massWords } from './closes-data.ts';
import { byParty, fullOnes, partiesOf, partyName, totalOf } from './parties.ts';
import type { TableData } from './table.ts';

type Closes = Pictures['closes'];

export const bucketSays = ({ at, counts }: Closes['buckets'][number], bucketMs: number): string =>
  `${clockRange(at, at + bucketMs)}: ${totalOf(counts) === 0 ? 'no close' : `${counted(totalOf(counts), 'close')}, ${byParty(counts)}`}`;

/** null when nothing closed. */
export function closesSummary(closes: Closes): string | null {
  const busy = fullOnes(closes.buckets);
  const counts = busy.map((bucket) => totalOf(bucket.counts));
  const most = Math.max(...counts);
  const peak = busy[counts.indexOf(most)];
  const [first] = closes.buckets;
  const last = closes.buckets.at(-1);
  if (peak === undefined || first === undefined || last === undefined) return null;
  const all = counts.reduce((sum, count) => sum + count, 0);
  const range = (from: number, to: number) => clockRange(from, to + closes.bucketMs);
  const busiest = busy.length === 1 ? '' : `, at most ${grouped(most)} from ${range(peak.at, peak.at)}`;
  return `${counted(all, 'close')} from ${range(first.at, last.at)}${busiest}; ${massSays(closes)}.`;
}

function massSays({ mass }: Closes): string {
  const [first] = mass;
  if (first === undefined) return 'none together';
  const largest = mass.reduce((best, each) => (each.count > best.count ? each : best), first);
  const said = massWords(largest).replace(/ · (.*)/, ' ($1)');
  return mass.length === 1 ? said : `${mass.length} times several together, at most ${said}`;
}

export function closesTable(closes: Closes): TableData {
  const busy = fullOnes(closes.buckets);
  const parties = partiesOf(busy);
  return {
    caption: 'Closes over time',
    head: ['time', ...parties.map(partyName), 'all'],
    rows: busy.map(({ at, counts }) => [
      clockRange(at, at + closes.bucketMs),
      ...parties.map((party) => String(counts[party] ?? 0)),
      String(totalOf(counts)),
    ]),
  };
}

export const massTable = ({ mass, buckets }: Closes): TableData => ({
  caption: 'What ended at the same moment',
  head: ['time', 'what'],
  rows: mass.map((each) => [clock(each.at, buckets.at(-1)?.at ?? each.at), massWords(each)]),
});
