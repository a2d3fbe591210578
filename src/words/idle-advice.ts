import type { Side } from '../evidence/fact.ts';
import { family, KNOWN_TIMERS, type KnownTimer, LAZY_WINDOW, within } from '../verdict/known-timers.ts';

/**
 * What to do about a proxy's idle timer.
 * @param hop the proxy's name, if it has one
 * @param silence the shortest and the longest that it ended, in ms; null: not measured
 * @param keepaliveMs hangup's own ping interval now
 */
export function idleAdvice(
  hop: string | null,
  silence: readonly [shortest: number, longest: number] | null,
  keepaliveMs: Readonly<Record<Side, number | null>>,
): string {
  const timer = silence === null || hop === null ? null : timerOf(family(hop), silence);
  const that = `That is ${timer === null ? 'an idle timer of the proxy' : called(timer)}`;
  const isFixed = timer?.setting.startsWith('none') === true;
  const raise = `raise ${timer?.setting ?? 'its idle timeout for WebSockets'}`;
  const { client, server } = keepaliveMs;
  if (silence !== null && client !== null && server !== null && Math.max(client, server) < silence[0]) {
    const pings = 'hangup’s pings, which are on now, keep connections from it';
    return isFixed ? `${that}; ${pings}.` : `${that}: ${raise} before you take hangup out; ${pings}.`;
  }
  const pings = 'let hangup’s pings keep connections from it (--keepalive 30s)';
  return isFixed ? `${that}: ${pings}.` : `${that}: ${raise}, or ${pings}.`;
}

/** The known timer of this neighbour that all the silences are as long as. */
function timerOf(neighbour: string, silence: readonly [number, number]): KnownTimer | null {
  const fits = ({ kind, seconds, neighbours }: KnownTimer): boolean =>
    kind === 'idle' && neighbours.includes(neighbour) && silence.every((ms) => within(ms, seconds * 1000, LAZY_WINDOW));
  return KNOWN_TIMERS.find(fits) ?? null;
}

/** `nginx’s default proxy_read_timeout` */
function called({ component }: KnownTimer): string {
  const [, product, name] = /^(\S+) (.+) \(default\)$/.exec(component) ?? [];
  return product === undefined ? component : `${product}’s default ${name}`;
}
