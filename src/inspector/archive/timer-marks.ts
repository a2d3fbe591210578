import type { Timeline } from '../../evidence/timeline.ts';
import { KNOWN_TIMERS, type KnownTimer } from '../../verdict/known-timers.ts';
import { type Reading, read } from '../../verdict/reading.ts';
import { harmless } from '../../words/harmless.ts';
import type { TimerMark } from '../api.ts';

/** Mattermost's own timers (FIELD-NOTES §1), in ms. */
const OF_MATTERMOST: readonly TimerMark[] = [
  { ms: 5_000, label: 'Mattermost authentication' },
  { ms: 100_000, label: 'Mattermost pong deadline' },
];

/** All timers that are known, those of one length in one mark. @param from in ms, included @param to excluded */
export function timersWithin(from: number, to: number): TimerMark[] {
  const all = [...KNOWN_TIMERS.map(markOf), ...OF_MATTERMOST];
  return merged(all.filter(({ ms }) => ms >= from && ms < to));
}

/** The timers that may end the silences of this connection: those of its neighbours, as declared or as known, and of Mattermost. */
export function timersOf(timeline: Timeline): TimerMark[] {
  const reading = read(timeline);
  const known = KNOWN_TIMERS.filter((timer) => timer.kind !== 'lifetime' && isAtWork(timer, reading)).map(markOf);
  const mattermost = reading.mattermost.known === 'no' ? [] : OF_MATTERMOST;
  return merged([...declared(timeline), ...known, ...mattermost]);
}

/** A proxy whose name is not known may be any of them. */
function isAtWork({ neighbours, kind }: KnownTimer, { neighbours: legs }: Reading): boolean {
  return [legs.client, legs.server].some(({ proxied, family }) =>
    family === null ? proxied && kind === 'idle' && neighbours.length > 0 : neighbours.includes(family),
  );
}

function declared({ tap: { idleMs = null, behind, before } }: Timeline): TimerMark[] {
  const name = behind ?? before;
  if (idleMs === null) return [];
  return [{ ms: idleMs, label: `${name === null ? 'the neighbour' : harmless(name)} (declared)` }];
}

const markOf = ({ seconds, component }: KnownTimer): TimerMark => ({ ms: seconds * 1000, label: component });

function merged(marks: readonly TimerMark[]): TimerMark[] {
  const byLength = Map.groupBy(marks, ({ ms }) => ms);
  return [...byLength]
    .map(([ms, same]) => ({ ms, label: labelOf(same.map(({ label }) => label)) }))
    .sort((a, b) => a.ms - b.ms);
}

/** `nginx, AWS ALB, Apache default`: several are called by their products alone. */
function labelOf(labels: readonly string[]): string {
  const [first = ''] = labels;
  if (labels.length === 1) return first;
  const products = [...new Set(labels.map(product))].join(', ');
  return labels.every((label) => label.endsWith('(default)')) ? `${products} default` : products;
}

/** `nginx proxy_read_timeout (default)` → `nginx`: what stands before the name of the timer. */
function product(label: string): string {
  const words = label.split(' ');
  const end = words.findIndex((word) => /timeout|^idle$|^stream$|^\(default\)$/i.test(word));
  return (end < 1 ? words : words.slice(0, end)).join(' ');
}
