import type { Side } from '../evidence/fact.ts';
import type { Evidence } from './verdict.ts';

/** Numbers and times as a person reads them at 3 a.m. */

const LARGEST_DATE_MS = 8.64e15;

/** ISO 8601 with milliseconds; a time that no Date can hold becomes the epoch rather than an exception. */
export function iso(at: number): string {
  return new Date(Number.isFinite(at) && Math.abs(at) <= LARGEST_DATE_MS ? at : 0).toISOString();
}

/** `60.003 s`, `12 ms`, `15 min 39 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return 'an unknown time';
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 600_000) return `${(ms / 1000).toFixed(3).replace(/\.?0+$/, '')} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(ms / 3_600_000)} h ${Math.floor((ms % 3_600_000) / 60_000)} min`;
}

export const legName = (side: Side): string => `${side}-leg`;

export const saw = (at: number, source: Side | 'hangup', says: string): Evidence => ({
  at: iso(at),
  source: source === 'hangup' ? 'hangup' : legName(source),
  says,
});

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** How close together several things were: less than a millisecond apart is one moment. */
export const spread = (ms: number): string => (ms < 1 ? 'at the same moment' : `within ${duration(ms)}`);
