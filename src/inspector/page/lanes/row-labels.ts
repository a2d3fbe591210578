import type { Verdict } from '../../../verdict/verdict.ts';
import type { ConnectionDetail } from '../../api.ts';
import { cutToWidth } from '../pictures/text-box.ts';
import { type Columns, WORDS_FONT } from './columns.ts';
import { madeByEndpoint, partyOf } from './flights.ts';
import type { Label, Silence } from './geometry.ts';
import { LINE_PX, labelOf, placedAt, plainLabel } from './label-text.ts';
import { type Cast, neighbourOn } from './lane-names.ts';
import type { Moment } from './moment.ts';
import type { Story } from './moments.ts';
import { foldPhrase, silencePhrase, timePhrase } from './phrases.ts';
import type { Row } from './rows.ts';

/** What stands beside each row and each silence. */

/** What is settled before anything has its place. */
export interface Plan {
  readonly detail: ConnectionDetail;
  readonly story: Story;
  readonly cast: Cast;
  readonly columns: Columns;
  readonly width: number;
}

export function labelOfRow(plan: Plan, row: Row): Label {
  const [first] = row.moments;
  if (first !== undefined && !row.folded) return momentLabel(plan, first);
  const { frames, facts, ms } = contents(row);
  const time = timePhrase(row.at, plan.story.zero);
  return labelOf({ kind: 'fold', at: row.at, time, says: foldPhrase(frames, facts, ms), party: null }, plan.columns);
}

export function momentLabel({ cast, story, detail, columns }: Plan, moment: Moment): Label {
  const { kind, at, first } = moment;
  const words = {
    kind: kind === 'now' ? ('now' as const) : first ? ('act' as const) : ('moment' as const),
    at,
    time: timePhrase(at, story.zero),
    says: saidOf(moment, cast, detail.verdict),
    party: first ? partyOf(moment, cast.lanes, detail.verdict) : null,
  };
  return labelOf(words, columns);
}

const LONGEST_NAME_PX = 150;

/** Of an end: who is seen, or known, to have made it, and whether it was the first. */
function saidOf({ kind, from, says, first }: Moment, { lanes }: Cast, verdict: Verdict | null): string {
  const isEnd = kind === 'close' || kind === 'fin' || kind === 'rst' || kind === 'lost' || kind === 'tls-fault';
  if (!isEnd || from === 'hangup') return says;
  const maker = first && madeByEndpoint(from, verdict) ? from : neighbourOn(from, lanes);
  const name = cutToWidth(lanes.find(({ id }) => id === maker)?.name ?? from, LONGEST_NAME_PX, WORDS_FONT);
  return `${name}: ${says}${first ? ' (first to close)' : ''}`;
}

/** In the gutter left of its bracket; among the words where there is no gutter. */
export function silenceLabel(columns: Columns, { top, bottom, x, ms }: Silence): Label {
  const length = silencePhrase(ms);
  if (columns.compact) {
    return plainLabel('silence', [`${length} of silence`], columns.wordsX, columns.wordsWidth, 'start');
  }
  const lines = bottom - top >= 2 * LINE_PX ? [length, 'of silence'] : [length];
  const label = plainLabel('silence', lines, x - 8, x - 8, 'end');
  return placedAt(label, (top + bottom) / 2 - label.box.height / 2);
}

/** What a fold holds. */
export const contents = ({ moments, at, until }: Row): { frames: number; facts: number; ms: number } => ({
  frames: moments.reduce((sum, { frames }) => sum + frames, 0),
  facts: moments.reduce((sum, { facts }) => sum + facts, 0),
  ms: until - at,
});
