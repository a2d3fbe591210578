import { clockTicks } from './clock-ticks.ts';
import { inside, type Tick, tickAt } from './ticks.ts';

/** A linear axis of clock time. */
export interface ClockAxis {
  /** ms since the epoch at its ends, and where these stand in CSS pixels. */
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;
}

export const xOf = ({ from, to, left, right }: ClockAxis, at: number): number =>
  left + ((at - from) / (to - from)) * (right - left);

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;
/** What clocks and calendars are divided into, in ms; nothing here is told by less than a second. */
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 7, 14, 30].map((days) => days * DAY_MS),
];
/** Room for `08:00:00`, even where the one beside it had to be moved inside, and air. */
const APART_PX = 76;

/** Ticks on whole steps of the local clock, as many as there is room for. @param width of the picture, which no text leaves */
export function clockAxisTicks(axis: ClockAxis, width: number): Tick[] {
  const { from, to, left, right } = axis;
  const least = ((to - from) / Math.max(APART_PX, right - left)) * APART_PX;
  const step = STEPS_MS.find((ms) => ms >= least) ?? Math.ceil(least / MONTH_MS) * MONTH_MS;
  const zone = zoneMs(from);
  const times: number[] = [];
  for (let local = Math.ceil((from - zone) / step) * step; ; local += step) {
    // Clocks may be put forward or back on the way.
    const at = local + zoneMs(local + zone);
    if (at > to) break;
    if (at >= from && at > (times.at(-1) ?? 0)) times.push(at);
  }
  return clockTicks(times, step).map((text, i) => inside(tickAt(xOf(axis, times[i] ?? from), text), 0, width));
}

const zoneMs = (at: number): number => new Date(at).getTimezoneOffset() * 60_000;
