import type { OpenOnes } from '../../evidence/journal-reader.ts';
import type { Cause } from '../../verdict/verdict.ts';
import type { ConnectionQuery, SurvivalCurve } from '../api.ts';
import { type Ended, isAsked, wasOpen } from './ended.ts';
import { kaplanMeier, Lifetimes } from './kaplan-meier.ts';

/** Ends that nobody suffers from: the client's own will, and hangup's own doing. They count as censored. */
const CENSORED: ReadonlySet<Cause> = new Set<Cause>([
  'client-close',
  'client-going-away',
  'gateway-shutdown',
  'gateway-limit',
]);

interface Curve {
  readonly tap: string;
  readonly keepaliveMs: SurvivalCurve['keepaliveMs'];
  readonly lifetimes: Lifetimes;
}

/**
 * A curve for each tap and keepalive setting, from the largest to the smallest. Ends that the query is not about count as censored:
 * a filter by cause shows how long connections are safe from that cause.
 * @param now ms since the epoch
 */
export function survival(
  ended: readonly Ended[],
  open: readonly OpenOnes[],
  query: ConnectionQuery,
  now: number,
): SurvivalCurve[] {
  const curves = new Map<string, Curve>();
  const curveOf = ({ tap, keepaliveMs }: Pick<Ended, 'tap' | 'keepaliveMs'>): Curve => {
    const key = JSON.stringify([tap, keepaliveMs.client, keepaliveMs.server]);
    const curve = curves.get(key) ?? { tap, keepaliveMs, lifetimes: new Lifetimes() };
    curves.set(key, curve);
    return curve;
  };
  for (const group of ended.filter(wasOpen)) {
    const counts = !CENSORED.has(group.cause) && isAsked(group, query);
    curveOf(group).lifetimes.add(group.lifetimeMs, counts);
  }
  for (const group of open) {
    curveOf(group).lifetimes.add(
      group.openedAt.map((at) => Math.max(0, now - at)),
      false,
    );
  }
  return [...curves.values()]
    .map(({ tap, keepaliveMs, lifetimes }) => ({ tap, keepaliveMs, ...kaplanMeier(lifetimes) }))
    .filter(({ connections }) => connections > 0)
    .sort((a, b) => b.connections - a.connections);
}
