import { type Hop, hopsOf } from './hops.ts';
import { place } from './location-line.ts';
import type { Rule } from './rule.ts';

export const severalHops: Rule = {
  id: 'WS043',
  severity: 'note',
  title: 'The WebSocket passes nginx more than once',
  why: 'Each hop has a timer of its own, and the smallest ends an idle socket for all of them; the header lines have to be right at each.',
  *check(view) {
    const chains = view.sites.map(({ socket }) => hopsOf(view, socket)).filter((hops) => hops.length > 1);
    const inner = new Set(chains.flatMap(([, ...later]) => later.map(({ server }) => server)));
    for (const hops of chains) {
      const [first] = hops;
      if (first === undefined || inner.has(first.server)) continue;
      const timers = hops.map(readTimeoutMs);
      const known = timers.filter((ms) => ms !== null);
      const smallest = Math.min(...known);
      yield {
        at: first.outcome.pass.span,
        summary: `The WebSocket passes ${hops.length} servers of this configuration: ${hops.map(told).join(' → ')}. ${
          known.length < timers.length
            ? 'One of the timers is not known, and the smallest wins.'
            : `The smallest timer wins: an idle socket is closed after ${smallest / 1000} s.`
        }`,
        fix: 'proxy_read_timeout 90s;  # at each hop at least, as Mattermost pings every 60 s',
      };
    }
  },
};

const readTimeoutMs = ({ resolution }: Hop): number | null => resolution.effective.time('proxy_read_timeout').ms;

function told(hop: Hop): string {
  const ms = readTimeoutMs(hop);
  const { from } = hop.resolution.effective.time('proxy_read_timeout');
  const timer = `proxy_read_timeout ${ms === null ? 'unknown' : `${ms / 1000} s`}${from === 'default' ? ', the default' : ''}`;
  const name = hop.server.names.find((each) => each !== '' && each !== '_') ?? 'a server';
  return `${name} (${place(hop.resolution.location ?? hop.server.directive)}, ${timer})`;
}
