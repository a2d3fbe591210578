import { grouped } from '../../../words/times.ts';
import type { Pictures } from '../../api.ts';
import { aboutRange, counted, timerWords } from './about.ts';
import type { Bucket } from './bars.ts';
import { bucketTable, closesWords } from './bucket-words.ts';
import { tellingPile, timerPiles } from './idle-pile.ts';
import { fullOnes, totalOf } from './parties.ts';
import type { TableData } from './table.ts';

type Idle = Pictures['idle'];

/** `41 closes after 57 s to 69 s of silence, 38 by proxy, 3 by client` */
export function silenceWords(bucket: Bucket): string {
  const [closes, by] = closesWords(bucket);
  return `${closes} after ${aboutRange(bucket.from, bucket.to)} of silence${by}`;
}

/** What the histogram says, in one sentence; null when nothing ended yet. It names what stands there, and blames nobody. */
export function idleSummary(idle: Idle): string | null {
  const buckets = fullOnes(idle.buckets);
  const [first] = buckets;
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return null;
  const all = buckets.reduce((sum, { counts }) => sum + totalOf(counts), 0);
  const pile = tellingPile(timerPiles(idle));
  if (pile !== null) {
    const { from, to, counts } = pile.bucket;
    return `${inAll(totalOf(counts), all)} ended after ${aboutRange(from, to)} of silence; a known timer of ${timerWords(pile.ms)} stands there: ${listed(pile.labels)}.`;
  }
  const most = buckets.reduce((best, each) => (totalOf(each.counts) > totalOf(best.counts) ? each : best), first);
  const peak =
    first === last ? '' : `, most often (${grouped(totalOf(most.counts))}) after ${aboutRange(most.from, most.to)}`;
  const range = `${counted(all, 'connection')} ended after ${aboutRange(first.from, last.to)} of silence${peak}`;
  return `${range}; no known timer explains a pile.`;
}

const inAll = (part: number, all: number): string =>
  part === all ? `All ${counted(all, 'connection')}` : `${grouped(part)} of ${counted(all, 'connection')}`;

/** `a`, `a or b`, `a, b or c` */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

export const idleTable = ({ buckets }: Idle): TableData =>
  bucketTable('Closed connections by the silence before the close', 'silence', buckets, aboutRange);

export const timerTable = (idle: Idle): TableData => ({
  caption: 'Known timers, and what ended at them',
  head: ['timer', 'of', 'closes there'],
  rows: timerPiles(idle).map(({ ms, labels, bucket }) => [
    timerWords(ms),
    labels.join(', '),
    bucket === null ? '0' : `${totalOf(bucket.counts)} (${aboutRange(bucket.from, bucket.to)})`,
  ]),
});
