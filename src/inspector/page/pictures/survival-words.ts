import type { SurvivalCurve } from '../../api.ts';
import { about, counted, percent } from './about.ts';
import { curveName } from './keepalive-words.ts';
import type { TableData } from './table.ts';

/** What counts, in plain words; the same for every curve. */
export const SURVIVAL_RULE =
  'An end counts when somebody cut the connection off. Connections that the client closed with a Close frame, that hangup itself ended (shutdown, limit) or that are still open say only that they lived so long: they leave the count at their age.';

/** The share that nobody has cut off at an age; null when the observation ends before it. @param ms age */
export function shareAt({ points }: SurvivalCurve, ms: number): number | null {
  const last = points.at(-1);
  if (last === undefined || ms > last.ms) return null;
  return points.findLast((point) => point.ms <= ms)?.share ?? 1;
}

/** Half of them are gone at this age; null when more than half live on. */
export const medianMs = ({ points }: SurvivalCurve): number | null =>
  points.find(({ share }) => share <= 0.5)?.ms ?? null;

/** Ages that people compare by. */
const TELLING_AGES_MS = [1000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000];

/** null when there is no curve. */
export function survivalSummary(curves: readonly SurvivalCurve[]): string | null {
  const known = curves.filter(({ points }) => points.length > 1);
  if (known.length === 0) return null;
  const age = tellingAge(known);
  // The same age for all, or the curve that was watched longest would look the worst.
  const shown = known
    .filter((curve) => reachOf(curve) >= age)
    .sort((a, b) => b.connections - a.connections)
    .slice(0, 3);
  const parts = shown.map((curve) => {
    const share = percent(shareAt(curve, age) ?? 1);
    return `${share} of ${counted(curve.connections, 'connection')} with ${curveName(curve, curves)}`;
  });
  const others = known.length - shown.length;
  const rest = others === 0 ? '' : `; ${counted(others, 'more curve')} in the table`;
  return `${about(age)} after they opened, ${joined(parts)} had not been cut off${rest}.`;
}

/** How long it was watched, in ms. */
const reachOf = ({ points }: SurvivalCurve): number => points.at(-1)?.ms ?? 0;

/** The largest that at least half of the curves reach; where none does, as far as half of them reach. */
function tellingAge(known: readonly SurvivalCurve[]): number {
  const reached = known.map(reachOf).sort((a, b) => b - a)[Math.ceil(known.length / 2) - 1] ?? 0;
  return TELLING_AGES_MS.findLast((ms) => ms <= reached) ?? reached;
}

const joined = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

const AGES_MS = [60_000, 600_000, 3_600_000];

export function survivalTable(curves: readonly SurvivalCurve[]): TableData {
  const known = curves.filter(({ points }) => points.length > 0);
  return {
    caption: 'Connections that nobody has cut off, by age',
    head: ['connections', 'all', 'cut off', ...AGES_MS.map((ms) => `at ${about(ms)}`), 'half gone at', 'at the end'],
    rows: known.map((curve) => [
      curveName(curve, curves),
      String(curve.connections),
      String(curve.ended),
      ...AGES_MS.map((ms) => said(shareAt(curve, ms))),
      orDash(medianMs(curve)),
      `${said(curve.points.at(-1)?.share ?? null)} at ${about(reachOf(curve))}`,
    ]),
  };
}

const said = (share: number | null): string => (share === null ? '–' : percent(share));

const orDash = (ms: number | null): string => (ms === null ? '–' : about(ms));
