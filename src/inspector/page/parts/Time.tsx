import { clock, span } from '../../../words/times.ts';

/** A moment, as a clock shows it; the date stands in front when it was another day. @param at ms since the epoch, or ISO 8601 */
export function Clock({ at }: { at: number | string }) {
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const iso = typeof at === 'number' ? new Date(at).toISOString() : at;
  return (
    <time class="num" dateTime={iso} title={iso}>
      {clock(ms, Date.now())}
    </time>
  );
}

/** A length of time in words of three digits; a dash where none was measured. */
export function Span({ ms }: { ms: number | null }) {
  return <span class="num">{ms === null ? '–' : span(ms)}</span>;
}
