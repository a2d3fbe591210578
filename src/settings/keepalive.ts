import { formatDuration, parseDuration } from '../words/duration.ts';
import { orWord, type Parsed, parsed, refused } from '../words/parsed.ts';

/** hangup's own ping interval per leg, in ms; null sends none. */
export interface Keepalive {
  readonly client: number | null;
  readonly server: number | null;
}

/** Faster pings measure nothing more and cost every sleeping phone its battery. */
const SHORTEST_MS = 100;
/** A day: longer than any timer in FIELD-NOTES §3, and far below the 24.8 days at which a Node timer overflows to 1 ms. */
const LONGEST_MS = 86_400_000;

/** Reads `30s`, `off`, or `client=30s,server=off` (a leg that is not named is off). */
export function parseKeepalive(text: string): Parsed<Keepalive> {
  if (!text.includes('=')) {
    const both = parseInterval(text.trim());
    return both.ok ? parsed({ client: both.value, server: both.value }) : both;
  }
  const legs: { client: number | null; server: number | null } = { client: null, server: null };
  const named = new Set<string>();
  for (const part of text.split(',')) {
    const [leg = '', interval = ''] = part.split('=', 2).map((piece) => piece.trim());
    if (leg !== 'client' && leg !== 'server') return refused(`"${leg}" is not a leg; the legs are client and server`);
    if (named.has(leg)) return refused(`names the ${leg} leg twice`);
    named.add(leg);
    const ms = parseInterval(interval);
    if (!ms.ok) return ms;
    legs[leg] = ms.value;
  }
  return parsed(legs);
}

function parseInterval(text: string): Parsed<number | null> {
  if (text === 'off') return parsed(null);
  const ms = parseDuration(text);
  if (!ms.ok) return refused(orWord(ms.says, 'off'));
  if (ms.value < SHORTEST_MS || ms.value > LONGEST_MS) {
    return refused(
      `"${text}" is out of range: ${formatDuration(SHORTEST_MS)} to ${formatDuration(LONGEST_MS)}, or off`,
    );
  }
  return ms;
}

/** Writes a keepalive as {@link parseKeepalive} reads it. */
export function formatKeepalive({ client, server }: Keepalive): string {
  const written = (ms: number | null) => (ms === null ? 'off' : formatDuration(ms));
  return client === server ? written(client) : `client=${written(client)},server=${written(server)}`;
}
