import { causeWords } from '../../../words/codes.ts';
import { harmless } from '../../../words/harmless.ts';
import { clock, grouped } from '../../../words/times.ts';
import type { Pictures } from '../../api.ts';
import { counted } from './about.ts';
import type { Bucket } from './bars.ts';
import { bucketTable, closesWords } from './bucket-words.ts';
import { clockRange } from './clock-ticks.ts';
import { fullOnes, partyName, totalOf } from './parties.ts';
import type { TableData } from './table.ts';

type Closes = Pictures['closes'];

export const closeBuckets = ({ buckets, bucketMs }: Closes): Bucket[] =>
  buckets.map(({ at, counts }) => ({ from: at, to: at + bucketMs, counts }));

/** `14:02 to 14:03: 6 closes, 5 by proxy, 1 by client` */
export const timeWords = (bucket: Bucket): string =>
  `${clockRange(bucket.from, bucket.to)}: ${closesWords(bucket).join('')}`;

/** `5 at once · nginx reload` @param shown of the name of the hop */
export const massWords = (
  { count, closedBy, hop, cause }: Closes['mass'][number],
  shown = (name: string) => name,
): string =>
  `${grouped(count)} at once · ${hop === null ? partyName(closedBy) : shown(harmless(hop))} ${causeWords(cause)}`;

/** null when nothing closed. */
export function closesSummary(closes: Closes): string | null {
  const buckets = closeBuckets(closes);
  const busy = fullOnes(buckets);
  const counts = busy.map((bucket) => totalOf(bucket.counts));
  const most = Math.max(...counts);
  const peak = busy[counts.indexOf(most)];
  const [first] = buckets;
  const last = buckets.at(-1);
  if (peak === undefined || first === undefined || last === undefined) return null;
  const all = counts.reduce((sum, count) => sum + count, 0);
  const busiest = busy.length === 1 ? '' : `, at most ${grouped(most)} from ${clockRange(peak.from, peak.to)}`;
  return `${counted(all, 'close')} from ${clockRange(first.from, last.to)}${busiest}; ${massSays(closes)}.`;
}

function massSays({ mass }: Closes): string {
  const [first] = mass;
  if (first === undefined) return 'none together';
  const largest = mass.reduce((best, each) => (each.count > best.count ? each : best), first);
  const said = massWords(largest).replace(/ · (.*)/, ' ($1)');
  return mass.length === 1 ? said : `${mass.length} times several together, at most ${said}`;
}

export const closesTable = (closes: Closes): TableData =>
  bucketTable('Closes over time', 'time', closeBuckets(closes), clockRange);

export const massTable = ({ mass, buckets }: Closes): TableData => ({
  caption: 'What ended at the same moment',
  head: ['time', 'what'],
  rows: mass.map((each) => [clock(each.at, buckets.at(-1)?.at ?? each.at), massWords(each)]),
});
