import type { Party, Verdict } from '../../../verdict/verdict.ts';
import type { Columns } from './columns.ts';
import { flightsOf } from './flights.ts';
import type { Arrow, Mark } from './geometry.ts';
import { type Cast, neighbourOn } from './lane-names.ts';
import type { Moment } from './moment.ts';

/** How far below a ping its pong is drawn, in CSS pixels. */
export const BACK_PX = 9;

/** Flights as lines between lanes. */
export function arrowsOf(moment: Moment, cast: Cast, verdict: Verdict | null, columns: Columns, y: number): Arrow[] {
  return flightsOf(moment, cast.lanes, verdict).map(({ steps, head, party, broken, back }, i) => ({
    y: back ? y + BACK_PX : y,
    party,
    head,
    broken,
    // What hangup passes on is not the act itself.
    first: moment.first && (i === 0 || moment.kind === 'own-close'),
    stretches: steps.map(({ from, to, seen }) => ({ x1: columns.x[from] ?? 0, x2: columns.x[to] ?? 0, seen })),
  }));
}

const GLYPHS: Readonly<Partial<Record<Moment['kind'], Mark['glyph']>>> = {
  pause: 'pause',
  resume: 'resume',
  'tls-fault': 'fault',
  note: 'note',
};

/** What is no flight: on the leg where it was seen. */
export function markOf({ kind, from }: Moment, cast: Cast, columns: Columns, y: number, party: Party): Mark | null {
  const glyph = GLYPHS[kind];
  if (glyph === undefined) return null;
  const hangup = columns.x.hangup ?? 0;
  const near = from === 'hangup' ? hangup : (columns.x[neighbourOn(from, cast.lanes)] ?? hangup);
  if (glyph === 'note') return { glyph, party: 'gateway', x: hangup, y };
  return { glyph, party, x: (hangup + near) / 2, y };
}
